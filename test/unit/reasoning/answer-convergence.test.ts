import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AnswerConvergence, certaindex, convergenceOf, hesitates, normalizeAnswer } from '../../../extension/reasoning/signals/answer-convergence.ts';

describe('answer convergence', () => {
  it('hears hesitation in whole words only', () => {
    assert.equal(hesitates('I know the note is not another'), false);
    assert.equal(hesitates('7, no, 8'), true);
    assert.equal(hesitates('Wait'), true);
    assert.equal(hesitates('hmm... 3'), true);
    assert.equal(hesitates('3 * x + 1'), false);
  });

  it('compares answers without regard to white space and a final stop', () => {
    assert.equal(normalizeAnswer('  3 *\n x + 1. '), '3 * x + 1');
  });

  it('counts the streak of equal, non-empty, unhesitating answers', () => {
    const stream = new AnswerConvergence();
    const streaks = ['7', '8', '8', '', '8', '8 ', 'no 8', '8'].map((answer) => stream.add(answer).streak);
    assert.deepEqual(streaks, [1, 1, 2, 0, 1, 2, 0, 1]);
  });

  it('streaming equals batch on any input', () => {
    const answer = fc.constantFrom('7', '7.', ' 7', '8', '', 'wait 7', 'x + 1', 'no');
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 30 }), (answers) => {
        const stream = new AnswerConvergence();
        answers.forEach((text, index) => assert.deepEqual(stream.add(text), convergenceOf(answers.slice(0, index + 1))));
      }),
    );
  });
});

describe('certaindex', () => {
  it('has the published figures', () => {
    for (const [groups, expected] of [[[5], 1], [[4, 1], 0.689082], [[3, 2], 0.581834], [[2, 2, 1], 0.344541], [[1, 1, 1, 1, 1], 0]] as const) {
      assert.ok(Math.abs(certaindex(groups)! - expected) < 1e-6, `${groups}`);
    }
  });

  it('says nothing of one answer or none', () => {
    assert.equal(certaindex([1]), null);
    assert.equal(certaindex([]), null);
    assert.equal(certaindex([2, 0]), 1);
  });
});
