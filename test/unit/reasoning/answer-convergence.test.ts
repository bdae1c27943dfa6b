import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AnswerConvergenceExit } from '../../../extension/reasoning/exits/answer-convergence.ts';
import { neverExit, type ExitVerdict } from '../../../extension/reasoning/exits/policy.ts';
import { AnswerConvergence, certaindex, convergenceOf, hesitates, normalizeAnswer } from '../../../extension/reasoning/signals/answer-convergence.ts';

describe('the policy that is off', () => {
  it('never asks and never exits', async () => {
    assert.equal(neverExit.due(1e9), false);
    const context = { atToken: 1, expectedRemaining: 1, trialAnswer: () => Promise.reject(new Error('asked')), signal: () => undefined };
    assert.deepEqual(await neverExit.evaluate(context), { exit: false });
  });
});

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

  async function evaluateAll(answers: readonly (string | null)[], window: number): Promise<ExitVerdict[]> {
    const policy = new AnswerConvergenceExit({ window, interval: 10 });
    const verdicts: ExitVerdict[] = [];
    for (const [index, answer] of answers.entries()) {
      verdicts.push(
        await policy.evaluate({
          atToken: (index + 1) * 10,
          expectedRemaining: 100,
          trialAnswer: () => Promise.resolve(answer === null ? null : { text: answer, injected: 2, generated: 3, ended: true }),
          signal: () => undefined,
        }),
      );
    }
    return verdicts;
  }

  it('exits when the window agrees, and says what that cost and saved', async () => {
    const [first, second] = await evaluateAll(['7', '7'], 2);
    assert.equal(first?.exit, false);
    assert.ok(second?.exit);
    assert.equal(second.savedTokensEstimate, 100 - 10);
    assert.deepEqual(second.evidence[0], { signal: 'equal trial answers in a row', value: 2, threshold: 2 });
    assert.deepEqual(second.evidence[1], { signal: 'trial answer', value: '7' });
    assert.match(second.reason, /last 2 trial answers, 10 tokens apart/);
  });

  it('never exits on disagreement, empty answers or answers it could not afford', async () => {
    for (const answers of [['7', '8', '7', '8'], ['', '', ''], [null, null], ['no 7', 'no 7', 'no 7']]) {
      assert.ok((await evaluateAll(answers, 2)).every((verdict) => !verdict.exit));
    }
  });

  it('is due once every interval', () => {
    const policy = new AnswerConvergenceExit({ window: 2, interval: 10 });
    assert.deepEqual([0, 9, 10, 11].map((at) => policy.due(at)), [false, false, true, true]);
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
