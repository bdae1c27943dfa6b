import assert from 'node:assert/strict';
import { isBeyondBundled, suggestedQuestion, withCodeApart } from '../../../extension/editor/commands/wording.ts';
import { codeOf } from '../../../extension/evaluation/answer-text.ts';

describe('wording a question', () => {
  it('asks for what the code says is missing', () => {
    assert.equal(suggestedQuestion('// f(2) = 7\nconst g = 1;\nconst f = (x) => ___;'), 'Complete f');
    assert.equal(suggestedQuestion('// f(2) = 7\nconst f = (x) => x;'), 'Fix f');
    assert.equal(suggestedQuestion('let a = 3;\nconsole.log(a);'), 'What does this print?');
  });

  it('leaves every other question to the person', () => {
    assert.equal(suggestedQuestion('// f(2) = 2\nconst f = (x) => x;'), null);
    assert.equal(suggestedQuestion('import x from "y";\nclass A {}'), null);
    assert.equal(suggestedQuestion(''), null);
  });

  it('knows what the bundled model was not made for', () => {
    const code = '// f(2) = 2\nconst f = (x) => x;';
    for (const question of ['hello', 'Write a sonnet']) assert.ok(isBeyondBundled(question, code));
    assert.ok(isBeyondBundled('hello', undefined));
    assert.ok(isBeyondBundled('Fix f', 'class A {}'));
    for (const question of ['Fix f', 'Complete f', 'What does this print?', 'What does f(3) return?']) assert.ok(!isBeyondBundled(question, code));
  });

  it('takes code below a question apart', () => {
    const { question, context } = withCodeApart({ question: 'What does this print:\nlet a = 3;\nconsole.log(a);' });
    assert.equal(question, 'What does this print');
    assert.equal(context?.code, 'let a = 3;\nconsole.log(a);');
  });

  it('leaves prose and code that was given as it is', () => {
    for (const question of ['Explain this.\nIn short words, please.', 'one line only', '\n\n']) assert.equal(withCodeApart({ question }).question, question);
    const given = { question: 'Why?\nlet a = 1;', context: { label: 'a', languageId: 'javascript', code: 'x' } };
    assert.equal(withCodeApart(given), given);
  });
});

describe('the code of an answer', () => {
  it('is the one fenced block, or all of it', () => {
    assert.equal(codeOf('Here:\n```js\nx + 1\n```\nDone.'), 'x + 1');
    assert.equal(codeOf('````\n```\nx\n```\n````'), '```\nx\n```');
    assert.equal(codeOf('  x + 1\n'), 'x + 1');
    assert.equal(codeOf('```\na\n```\nand\n```\nb\n```'), '```\na\n```\nand\n```\nb\n```');
  });
});
