import assert from 'node:assert/strict';
import { excerptOf, MOST_ASKED, type Excerpt } from '../../../../extension/assist/actions/excerpt.ts';
import { actionKinds } from '../../../../extension/assist/actions/kinds.ts';
import { actionQuestion, fencedCode, indentedLike } from '../../../../extension/assist/actions/request.ts';
import { linesOfText } from '../../../../extension/assist/world/lines.ts';

const file = Array.from({ length: 400 }, (_, index) => `line ${index}`).join('\n');
const cut = (text: string, first: number, last: number, around?: number): Excerpt => {
  const excerpt = excerptOf(linesOfText(text), first, last, around);
  assert.ok(typeof excerpt !== 'string', String(excerpt));
  return excerpt;
};

describe('what of a file is sent', () => {
  it('is the lines asked about, whole, and as much around them as there is room, cut at line ends', () => {
    const excerpt = cut(file, 200, 201, 90);
    assert.equal(excerpt.code, 'line 200\nline 201');
    assert.equal(excerpt.before, 'line 194\nline 195\nline 196\nline 197\nline 198\nline 199');
    assert.equal(excerpt.after, 'line 202\nline 203\nline 204\nline 205');
    assert.deepEqual([excerpt.cutAbove, excerpt.cutBelow], [true, true]);
  });

  it('is all of a small file', () => {
    const excerpt = cut('a\nb\nc', 1, 1);
    assert.deepEqual([excerpt.before, excerpt.code, excerpt.after, excerpt.cutAbove, excerpt.cutBelow], ['a', 'b', 'c', false, false]);
  });

  it('stops at a minified line and refuses to ask about one', () => {
    const minified = `a\n${'x'.repeat(2_000_000)}\nb`;
    assert.equal(cut(minified, 2, 2).before, '');
    assert.equal(cut(minified, 2, 2).cutAbove, true);
    assert.equal(excerptOf(linesOfText(minified), 1, 1), 'too-long');
    assert.equal(excerptOf(linesOfText('y\n'.repeat(MOST_ASKED)), 0, MOST_ASKED - 1), 'too-long');
  });

  it('is nothing where there is no text', () => {
    assert.equal(excerptOf(linesOfText('\0\u0001ELF'), 0, 0), 'binary');
    assert.equal(excerptOf(linesOfText('a\n  \nb'), 1, 1), 'nothing');
  });
});

describe('asking for an action', () => {
  it('says what to do, what the editor reports, and that the file goes on', () => {
    for (const kind of actionKinds) {
      const question = actionQuestion({ kind, languageId: 'python', excerpt: cut(file, 200, 200, 60), problems: ['x is\nnot defined'], remark: ' be brief ' });
      assert.match(question, /- x is not defined/);
      assert.match(question, /be brief/);
      assert.match(question, /the file begins earlier[\s\S]*line 199[\s\S]*the file goes on/);
    }
  });

  it('fences code that holds fences', () => {
    const question = actionQuestion({ kind: 'explain', languageId: 'markdown', excerpt: cut('```\nx\n```\nasked', 3, 3) });
    assert.match(question, /````markdown\n```\nx\n```\n````/);
  });
});

describe('the code of an answer', () => {
  it('is its longest fenced block, and nothing where there is none', () => {
    assert.equal(fencedCode('Like this:\n```js\na();\n```\nor\n```js\na();\nb();\n```\n'), 'a();\nb();');
    assert.equal(fencedCode('~~~\r\nx\r\n~~~'), 'x');
    assert.equal(fencedCode('You should rename it.'), null);
    assert.equal(fencedCode('```js\nnever ends'), null);
  });

  it('gets the indentation of its place', () => {
    assert.equal(indentedLike('if (a) {\n  b();\n}', '    if (a) b();'), '    if (a) {\n      b();\n    }');
    assert.equal(indentedLike('\tx', '  y'), '  x');
    assert.equal(indentedLike('  x\n\n  y', '  z'), '  x\n\n  y');
  });
});
