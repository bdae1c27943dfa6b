import assert from 'node:assert/strict';
import { askedPath } from '../../../extension/assist/tools/asked-path.ts';
import { excluder, globExpression, mayHoldSecrets, patternsOn } from '../../../extension/assist/tools/excluded.ts';
import { fileExcerpt, lastOf, matchingLines, MOST_CHARACTERS, MOST_LINES } from '../../../extension/assist/tools/excerpts.ts';

describe('a path a model asks for', () => {
  it('is relative, in one spelling', () => {
    for (const [asked, path] of [['src/a.ts', 'src/a.ts'], ['./src//a.ts', 'src/a.ts'], ['src\\a.ts', 'src/a.ts'], [' a ', 'a'], ['.', ''], ['', ''], ['a..b', 'a..b'], ['...', '...']]) assert.deepEqual(askedPath(asked ?? ''), { path });
  });

  it('never leads out of the workspace', () => {
    for (const asked of ['/etc/passwd', '..', '../x', 'a/../../x', 'a/..', '..\\x', 'C:\\x', 'c:/x', '\\\\server\\share', '~/.ssh/id_rsa', 'file:///etc/passwd', 'http://x/y', 'a\0b']) assert.ok('refused' in askedPath(asked), asked);
  });
});

describe('what no tool reads', () => {
  const hidden = excluder(['**/dist', 'build/*.log', '**/*.{map,snap}', 'private']);

  it('is what the person hid, and everything in it', () => {
    for (const path of ['dist', 'dist/a.js', 'packages/x/dist/deep/a.js', 'build/x.log', 'a/b.map', 'c.snap', 'private/a', 'a/private/b', 'DIST/a.js']) assert.equal(hidden(path), true, path);
    for (const path of ['a.js', 'distance.js', 'build/deep/x.log', 'src/map.ts', 'privateer']) assert.equal(hidden(path), false, path);
  });

  it('is what usually holds secrets, whatever is set', () => {
    for (const path of ['.env', 'app/.env.local', 'prod.env', '.git/config', 'keys/id_rsa', 'id_ed25519.pub', 'tls/server.key', 'x.PEM', '.npmrc', 'home/.ssh/config', 'credentials.json']) assert.equal(mayHoldSecrets(path), true, path);
    for (const path of ['environment.ts', 'src/keyboard.ts', 'git.ts', '.gitignore', 'monkey.ts']) assert.equal(mayHoldSecrets(path), false, path);
  });

  it('reads the globs of VS Code', () => {
    for (const [glob, path, matches] of [['**/[ab]?.js', 'x/a1.js', true], ['**/[!ab]?.js', 'x/a1.js', false], ['a/**', 'a/b/c', true], ['a/**/c', 'a/c', true], ['a/**/c', 'a/b/b/c', true], ['a/*/c', 'a/b/b/c', false], ['*.{js,ts}', 'deep/x.ts', true], ['a+(b).js', 'a+(b).js', true], ['{unclosed', '{unclosed', true]] as const) assert.equal(globExpression(glob).test(path), matches, `${glob} ${path}`);
  });

  it('takes what is on in a setting', () => {
    assert.deepEqual(patternsOn({ '**/a': true, '**/b': false, '**/c': { when: '$(basename).ts' } }), ['**/a', '**/c']);
    assert.deepEqual(patternsOn('nonsense'), []);
  });
});

describe('what a tool says of text', () => {
  it('is the lines asked for, and which they are', () => {
    assert.equal(fileExcerpt('a.ts', 'one\r\ntwo\nthree', 2, 3), 'a.ts, lines 2 to 3 of 3\ntwo\nthree');
    assert.match(fileExcerpt('a.ts', 'one\ntwo\nthree', 1, 1), /lines 1 to 1 of 3\none$/);
    assert.equal(fileExcerpt('a.ts', 'one', 9), 'a.ts has 1 lines.');
    assert.match(fileExcerpt('a.ts', 'one\ntwo', 2, 1), /lines 2 to 2 of 2\ntwo$/);
  });

  it('keeps its limits on long and on minified files', () => {
    const long = fileExcerpt('a.ts', 'x\n'.repeat(5000));
    assert.equal(long.split('\n').length, MOST_LINES + 1);
    assert.match(long, /ask for the lines after that/);
    assert.ok(fileExcerpt('a.js', 'y'.repeat(2_000_000)).length < 1000);
    assert.ok(fileExcerpt('a.js', `${'y'.repeat(399)}\n`.repeat(400)).length < MOST_CHARACTERS + 200);
  });

  it('is the end of what was printed, and the lines that match', () => {
    assert.equal(lastOf('abc', 3), 'abc');
    assert.match(lastOf('abcdef', 3), /left out\)\ndef$/);
    assert.deepEqual(matchingLines('a\n  B b\nc b', 'b', 1), [{ line: 2, text: 'B b' }]);
    assert.deepEqual(matchingLines('abc', 'x', 5), []);
  });
});
