/** How the thinking budget ends the thoughts: cut, softly, or guided by the model's own prediction. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { runScripted, words } from '../../support/run-scripted.ts';
import { ScriptedModel, type Script } from '../../support/scripted-model.ts';
import { guidanceBias, planBudgetEnd, predictedNeed, rampBias, wrapUpRoom } from '../../../extension/reasoning/budget-end.ts';
import type { RunSettings } from '../../../extension/reasoning/plan.ts';
import { close } from './signals/close.ts';

const yes = { available: true } as const;
const no = { available: false, reason: 'Not here.' } as const;
/** Thoughts in lines of four words. */
const lines = Array.from({ length: 400 }, (_, i) => (i % 4 === 3 ? `t${i}\n` : `t${i} `));
const published = { alpha: 70, lambda: 12 };

const go = (script: Partial<Script>, settings: Partial<RunSettings> = {}) =>
  runScripted({ script: { thoughts: lines, answer: () => ['7'], effort: 'cap', capabilities: { endTagBias: yes }, ...script }, settings: { exits: 'off', budgets: { thinking: 200 }, ...settings } });
const cardOf = (script: Partial<Script>) => new ScriptedModel({ thoughts: [], answer: () => [], ...script }).card;

describe('the push towards the end', () => {
  it('grows in a straight line over the last three tenths of the budget', () => {
    assert.deepEqual([0, 70, 85, 100, 130].map((used) => Math.round(rampBias(used, 100) * 1e6) / 1e6), [0, 0, 4, 8, 8]);
    assert.equal(rampBias(0, 0), 0);
  });

  it('is minus the log of the chance that the rest fits, where the prediction is trusted', () => {
    close(guidanceBias(published, 100), -Math.log(0.032471), 1e-4);
    close(guidanceBias(published, 1000), -Math.log(0.932671), 1e-5);
    assert.equal(guidanceBias(published, 0), 12, 'never more');
    assert.equal(guidanceBias(null, 10), 0);
    assert.equal(guidanceBias({ alpha: 70, lambda: 9.9 }, 10), 0);
    assert.equal(Math.round(predictedNeed(published)!), 313);
    assert.equal(predictedNeed({ alpha: 1, lambda: 12 }), null);
  });

  it('leaves a budget alone that is too small for it', () => {
    assert.deepEqual([0, 95, 96, 1000, 100_000].map(wrapUpRoom), [0, 0, 24, 100, 256]);
  });
});

describe('what is done where', () => {
  it('cuts a model that was trained for it and one at a server, and is soft elsewhere', () => {
    assert.equal(planBudgetEnd(undefined, cardOf({ effort: 'trained' })).kind, 'cut');
    assert.equal(planBudgetEnd(undefined, cardOf({ effort: 'cap' })).kind, 'soft');
    assert.equal(planBudgetEnd(undefined, { ...cardOf({ effort: 'cap' }), backend: 'remote' }).kind, 'cut');
  });

  it('puts no words of ours into the thoughts of a model that was trained for efforts, unless they are its own', () => {
    const soft = planBudgetEnd('soft', cardOf({ effort: 'trained', capabilities: { endTagBias: yes } }));
    assert.deepEqual(soft, { kind: 'soft', phrase: '', bias: true, words: 'Near the end of its budget the end of the thoughts becomes likelier.' });
    assert.equal(planBudgetEnd('soft', cardOf({ effort: 'trained', format: { wrapUpPhrase: 'so' } })).phrase, 'so');
    assert.equal(planBudgetEnd('soft', cardOf({ effort: 'trained' })).kind, 'cut', 'nothing is left of it where the end tag cannot be pushed either');
    assert.notEqual(planBudgetEnd('soft', cardOf({ effort: 'cap' })).phrase, '');
  });

  it('says what a model lacks', () => {
    const guided = planBudgetEnd('guided', cardOf({ effort: 'cap', capabilities: { endTagBias: yes, remainingLength: no } }));
    assert.deepEqual([guided.kind, guided.bias], ['soft', true]);
    assert.match(guided.words, /^Not here\. Near the end of its budget the model is asked to come to its end, and the end of the thoughts becomes likelier\.$/);
    const unable = planBudgetEnd('soft', cardOf({ capabilities: { append: no } }));
    assert.deepEqual(unable, { kind: 'cut', phrase: '', bias: false, words: 'Thoughts that reach their budget are closed there.' });
    assert.match(planBudgetEnd('guided', cardOf({ capabilities: { append: no } })).words, /^Guidance needs a model that predicts how long it will think\. Thoughts that reach/);
    assert.equal(planBudgetEnd('soft', cardOf({ format: { wrapUpPhrase: '' }, capabilities: { endTagBias: yes } })).phrase, '');
  });
});

describe('a run whose budget ends', () => {
  it('softly: the model is asked once to come to its end, and the end tag is pushed at new lines only', async () => {
    const done = await go({});
    const injected = done.of('tokens').filter(({ source, phase }) => source === 'injected' && phase === 'thinking');
    assert.deepEqual(injected.map(({ text }) => text), ['I have little room left to think, so I come to my conclusion now.\n']);
    assert.deepEqual(done.of('decision').map(({ decision: { action, policy } }) => [action, policy]), [['favour-end', 'budget'], ['wrap-up', 'budget'], ['end-thinking', 'budget']]);
    const { asked } = done.model.sessions[0]!;
    const pushed = asked.flatMap(({ endTagBias }, step) => (endTagBias === undefined ? [] : [step]));
    assert.ok(pushed.length > 5 && pushed.every((step) => step % 4 === 0 && step > 140), String(pushed));
    assert.equal(done.view.usage.thinking, 200, 'the phrase is not charged to the thoughts');
    assert.equal(done.view.started?.budgetEnd?.kind, 'soft');
  });

  it('softly, on a model that follows: it closes its thoughts itself', async () => {
    const done = await go({ endsAtBias: 2 });
    assert.equal(done.view.transitions.find(({ from }) => from === 'thinking')?.reason, 'natural-end');
    assert.ok(done.view.usage.thinking < 200);
    assert.ok(done.view.signals['end-tag-bias']!.at(-1)!.value! >= 2);
  });

  it('guided: the push comes from the prediction', async () => {
    const done = await go({ endsAtBias: 3, capabilities: { endTagBias: yes, remainingLength: yes }, figures: () => ({ remainingLength: published }) }, { budgetEnd: 'guided' });
    const [first] = done.of('decision');
    assert.deepEqual([first?.decision.policy, first?.decision.action], ['budget-guidance', 'favour-end']);
    assert.match(first!.decision.reason, /predicts that it still needs about 313 tokens/);
    assert.equal(done.view.transitions.find(({ from }) => from === 'thinking')?.reason, 'natural-end');
    assert.equal(done.of('tokens').filter(({ source, phase }) => source === 'injected' && phase === 'thinking').length, 0);
  });

  it('by a cut: nothing is pushed or said', async () => {
    const done = await go({}, { budgetEnd: 'cut' });
    assert.ok(done.model.sessions[0]!.asked.every(({ endTagBias }) => endTagBias === undefined));
    assert.deepEqual(done.of('decision').map(({ decision }) => decision.action), ['end-thinking']);
  });

  it('asks again when the person has raised the budget', async () => {
    let kept = false;
    const done = await runScripted({
      script: { thoughts: lines, answer: () => ['7'], effort: 'cap', capabilities: { endTagBias: yes } },
      settings: { exits: 'off', budgets: { thinking: 120 } },
      onEvent: (event, control) => {
        if (kept || event.type !== 'decision' || event.decision.action !== 'wrap-up') return;
        kept = true;
        control.post({ kind: 'keep-thinking', tokens: 100 });
      },
    });
    assert.equal(done.of('decision').filter(({ decision }) => decision.action === 'wrap-up').length, 2);
  });

  it('in thoughts without lines it is asked all the same, at half the room', async () => {
    const done = await go({ thoughts: words(400) }, { budgets: { thinking: 200 } });
    const [ask] = done.of('decision').filter(({ decision }) => decision.action === 'wrap-up');
    assert.equal(ask?.decision.atToken, 188, '12 of the 24 tokens of room are left');
  });
});
