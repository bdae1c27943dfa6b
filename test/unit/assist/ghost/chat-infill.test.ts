import assert from 'node:assert/strict';
import { infillAnswer, infillQuestion } from '../../../../extension/assist/ghost/chat-infill.ts';

describe('filling a gap in words', () => {
  it('shows the code with its gap, and other files apart', () => {
    const question = infillQuestion({ prefix: 'a = ', suffix: ';\n```\n', snippets: [{ path: 'b.py', text: 'b = 1' }] }, 'javascript');
    assert.match(question, /````javascript\na = <GAP\/>;/);
    assert.match(question, /b\.py:\n```\nb = 1\n```/, 'whatever language that may be');
  });

  it('reads the text out of a fence, and leaves thoughts out', () => {
    assert.equal(infillAnswer('x + 1'), 'x + 1');
    assert.equal(infillAnswer('```js\nx + 1\n```\nThat is it.'), 'x + 1');
    assert.equal(infillAnswer('<think>hm\n```js\nno\n```</think>```js\nx + 1'), 'x + 1');
    assert.equal(infillAnswer('x<GAP/>'), 'x');
  });
});
