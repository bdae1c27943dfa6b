import assert from 'node:assert/strict';
import { decisionContinued, takenOver, viewAtDecision } from '../../../extension/trace/branch.ts';
import { cutShort, endedByForce, thoughtsText } from '../../../extension/trace/view.ts';
import { runScripted, words } from '../../support/run-scripted.ts';

describe('a recorded run at a decision', () => {
  const budgetSpent = (): ReturnType<typeof runScripted> => runScripted({ script: { thoughts: words(40), answer: () => ['7'] }, settings: { budgets: { thinking: 10, solution: 20 } } });

  it('is as it stood when the decision was taken', async () => {
    const { events, view } = await budgetSpent();
    const index = view.decisions.findIndex(endedByForce);
    const then = viewAtDecision(events, index);
    assert.equal(then?.decisions.length, index + 1);
    assert.equal(then.phase, 'thinking');
    assert.equal(then.usage.thinking, 10);
    assert.equal(thoughtsText(then), words(10).join(''));
    assert.equal(then.answer, '');
  });

  it('was cut short, other than one that came to its own end', async () => {
    assert.ok(cutShort((await budgetSpent()).view));
    const ended = await runScripted({ script: { thoughts: words(4), answer: () => ['7'] }, settings: { budgets: { thinking: 10, solution: 20 } } });
    assert.ok(!cutShort(ended.view));
    assert.ok(!cutShort({ transitions: [] }), 'a run that has only begun');
  });

  it('is not there where the decision is not', async () => {
    const { events, view } = await budgetSpent();
    assert.equal(viewAtDecision(events, view.decisions.length), null);
    assert.equal(viewAtDecision([], 0), null);
  });

  it('is found again by the run that went on from there', async () => {
    const first = await budgetSpent();
    const index = first.view.decisions.findIndex(endedByForce);
    const then = viewAtDecision(first.events, index);
    assert.ok(then);
    const later = await runScripted({ script: { thoughts: words(5, 'more'), answer: () => ['8'] }, settings: { exits: 'off', resume: { parent: 'r', thoughts: thoughtsText(then), answer: '', into: 'thinking', atLeast: 0 } } });
    assert.equal(decisionContinued(first.events, takenOver(later.view)), index);
    assert.equal(decisionContinued(first.events, 'something else'), null);
  });

  it('lets the model end when it likes, unless it was told to think on', async () => {
    const resume = { parent: 'r', thoughts: 'so far ', answer: '', into: 'thinking' } as const;
    const free = await runScripted({ script: { thoughts: words(3), answer: () => ['8'] }, settings: { exits: 'off', resume: { ...resume, atLeast: 0 } } });
    const held = await runScripted({ script: { thoughts: words(3), answer: () => ['8'] }, settings: { exits: 'off', resume } });
    assert.equal(free.view.transitions.find(({ from }) => from === 'thinking')?.reason, 'natural-end');
    assert.ok(free.view.usage.thinking < held.view.usage.thinking, `${free.view.usage.thinking} ${held.view.usage.thinking}`);
  });

  it('is by force unless the model ended its thoughts itself', () => {
    const decision = { action: 'end-thinking', phase: 'thinking', policy: 'budget' } as const;
    assert.equal(endedByForce(decision), true);
    assert.equal(endedByForce({ ...decision, policy: 'model' }), false);
    assert.equal(endedByForce({ ...decision, phase: 'solving' }), false);
    assert.equal(endedByForce({ ...decision, action: 'continue' }), false);
  });
});
