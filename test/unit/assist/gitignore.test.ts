/** Ignore files as git reads them: every case here was tried with `git check-ignore`, and a last test asks git itself where it is there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldersAbove, isIgnored, readIgnoreFile } from '../../../extension/assist/tools/gitignore.ts';

const files: Readonly<Record<string, string>> = {
  '': ['# words', '', '*.log', '!keep.log', '/dist', 'build/', 'docs/**/*.tmp', 'a/**', '!a/b', '**/deep/x', 'space\\ ', '\\#hash', '[ab]?.txt', '[!q-z]1', 'trailing   ', '*secret*'].join('\n'),
  sub: '!*.log\nonly/\n/here\r\n',
};
const paths = [
  'x.log', 'keep.log', 'deep/y.log', 'dist', 'dist/a.js', 'sub/dist', 'build/a', 'sub/build/b', 'docs/a.tmp', 'docs/x/y/a.tmp', 'a/b', 'a/c/d', 'p/deep/x', 'deep/x', 'space ', '#hash', 'a1.txt', 'c1.txt', 'a.txt',
  'p1', 'r1', 'trailing', 'my-secret-file', 'sub/z.log', 'sub/only/a', 'sub/here', 'sub/more/here', 'src/a.ts', 'buildx', 'distant', 'keep.log.txt',
];
const rulesOf = (folder: string): ReturnType<typeof readIgnoreFile> => readIgnoreFile(files[folder] ?? '');

describe('what ignore files leave out', () => {
  const left = (path: string): boolean => isIgnored(path, false, rulesOf);

  it('is what a rule names, anywhere or from the folder of its file on, with what lies in it', () => {
    for (const path of ['x.log', 'deep/y.log', 'dist', 'dist/a.js', 'build/a', 'sub/build/b', 'docs/a.tmp', 'docs/x/y/a.tmp', 'a/c/d', 'p/deep/x', 'deep/x', 'my-secret-file', 'sub/only/a', 'sub/here']) assert.equal(left(path), true, path);
    for (const path of ['src/a.ts', 'sub/dist', 'sub/more/here', 'buildx', 'distant', 'build', 'sub/only']) assert.equal(left(path), false, path);
    assert.equal(isIgnored('build', true, rulesOf), true);
  });

  it('is taken in again by a later rule, or one of a deeper file, but not out of a folder that is left out', () => {
    for (const path of ['keep.log', 'sub/z.log', 'a/b']) assert.equal(left(path), false, path);
    assert.equal(isIgnored('dist/keep.log', false, rulesOf), true);
  });

  it('reads escapes, sets and blanks', () => {
    for (const path of ['space ', '#hash', 'a1.txt', 'p1', 'trailing']) assert.equal(left(path), true, path);
    for (const path of ['c1.txt', 'a.txt', 'r1']) assert.equal(left(path), false, path);
  });

  it('hides more where upper and lower case are the same', () => {
    assert.equal(left('X.LOG'), true);
    assert.equal(left('KEEP.LOG'), true, 'taken in again only as it is written');
  });

  it('asks the files above a path', () => {
    assert.deepEqual(foldersAbove('a/b/c'), ['', 'a', 'a/b']);
    assert.deepEqual(foldersAbove(''), []);
  });

  it('takes no time that grows with the stars of a pattern', () => {
    const rules = readIgnoreFile(`${'*a'.repeat(200)}b\n${'**/'.repeat(100)}z\n[unclosed\n[]\n!\n/\n`);
    const begun = performance.now();
    assert.equal(isIgnored(`${'a/'.repeat(50)}${'a'.repeat(255)}`, false, (folder) => (folder === '' ? rules : [])), false);
    assert.ok(performance.now() - begun < 2000);
  });

  it('is what git says', function () {
    const folder = mkdtempSync(join(tmpdir(), 'reins-ignore-'));
    try {
      if (spawnSync('git', ['init', '-q', folder]).status !== 0) this.skip();
      for (const [inside, text] of Object.entries(files)) {
        mkdirSync(join(folder, inside), { recursive: true });
        writeFileSync(join(folder, inside, '.gitignore'), text);
      }
      const { stdout } = spawnSync('git', ['-c', 'core.excludesFile=', '-C', folder, 'check-ignore', '--no-index', '-z', '--stdin'], { input: paths.join('\0'), encoding: 'utf8' });
      const said = new Set(stdout.split('\0'));
      for (const path of paths) assert.equal(left(path), said.has(path), path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
