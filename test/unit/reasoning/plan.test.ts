import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ScriptedModel, type Script } from '../../support/scripted-model.ts';
import { effortBudgets, efforts, expectedThinking } from '../../../extension/reasoning/effort.ts';
import { fitBudgets, planRun, type RunSettings } from '../../../extension/reasoning/plan.ts';
import type { ModelCard } from '../../../extension/reasoning/port.ts';

const card = (script: Partial<Script> = {}): ModelCard => new ScriptedModel({ thoughts: [], answer: () => [], ...script }).card;
const settings = (more: Partial<RunSettings> = {}): RunSettings => ({ run: 'r', question: 'What?', effort: 'medium', ...more });

describe('effort', () => {
  it('takes 25, 50 and 100 % of a measured length, with headroom for a trained model', () => {
    const budgets = efforts.map((effort) => effortBudgets(effort, card({ fullThinkingTokens: 200 })).thinking);
    assert.deepEqual(budgets, [150, 300, 600]);
    assert.deepEqual(efforts.map((effort) => expectedThinking(effort, card({ fullThinkingTokens: 200 }), 1000)), [50, 100, 200]);
    assert.equal(expectedThinking('high', card({ fullThinkingTokens: 200 }), 30), 30);
  });

  it('falls back to fixed figures when nothing is measured', () => {
    assert.deepEqual(efforts.map((effort) => effortBudgets(effort, card()).thinking), [1024, 4096, 16_384]);
    assert.equal(effortBudgets('low', card()).solution, 1024);
    assert.equal(effortBudgets('low', card({ contextLength: 2000 })).solution, 500);
    assert.equal(expectedThinking('low', card(), 77), 77);
    assert.equal(effortBudgets('low', card({ fullThinkingTokens: 10 })).thinking, 32);
  });

  it('gives a model that does not think no thinking budget', () => {
    assert.equal(effortBudgets('high', card({ thinks: false })).thinking, 0);
  });
});

describe('plan', () => {
  it('lets explicit budgets override the effort', () => {
    const plan = planRun(settings({ budgets: { thinking: 7, seconds: 3 } }), card());
    assert.deepEqual(plan.budgets, { thinking: 7, solution: 1024, seconds: 3 });
  });

  it('turns exits off when asked, when the model cannot probe, and when it does not think', () => {
    const exit = (more: Partial<RunSettings> = {}, script: Partial<Script> = {}) => planRun(settings(more), card(script)).exit;
    assert.deepEqual(exit().spec, { policy: 'answer-convergence', window: 3 });
    assert.equal(exit().name, 'answer-convergence');
    assert.deepEqual(exit({ exits: 'off' }), { setting: 'off', spec: null, name: 'off', words: 'The model thinks to its own end, or to its budget.' });
    assert.equal(exit({ effort: 'high' }).setting, 'off');
    const cannot = exit({}, { capabilities: { probe: { available: false, reason: 'This server cannot be asked on the side.' } } });
    assert.deepEqual(cannot, { setting: 'cautious', spec: null, name: 'off', words: 'Thinking cannot end early here. This server cannot be asked on the side.' });
    assert.equal(exit({ budgets: { thinking: 0 } }).spec, null);
    assert.match(exit({ budgets: { thinking: 0 } }).words, /no thinking/);
    assert.equal(planRun(settings({ budgets: { thinking: 0 } }), card()).think, false);
  });

  it('instructs only models that have no other way to be told an effort', () => {
    assert.deepEqual(planRun(settings(), card({ effort: 'requested' })).messages.map(({ role }) => role), ['user']);
    assert.deepEqual(planRun(settings(), card()).messages.map(({ role }) => role), ['user']);
    const low = planRun(settings({ effort: 'low' }), card({ effort: 'cap' })).messages;
    assert.deepEqual(low.map(({ role }) => role), ['system', 'user']);
    assert.match(low[0]?.content ?? '', /Time is short/);
  });

  it('puts earlier questions and answers before the question, their code with them and their thoughts not', () => {
    const history = [{ question: 'What?', context: { label: 'a.js', languageId: 'js', code: 'a' }, answer: 'This.' }, { question: 'Why?', answer: 'So.' }];
    const { messages } = planRun(settings({ question: 'And now?', history }), card());
    assert.deepEqual(messages, [
      { role: 'user', content: 'What?\n\n```js\na\n```' },
      { role: 'assistant', content: 'This.' },
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'So.' },
      { role: 'user', content: 'And now?' },
    ]);
  });

  it('refuses a follow-up on a model that cannot, with its reason', () => {
    const single = card({ capabilities: { conversation: { available: false, reason: 'Single questions only.' } } });
    assert.throws(() => planRun(settings({ history: [{ question: 'What?', answer: 'This.' }] }), single), { reason: 'bad-request', message: 'Single questions only.' });
    assert.equal(planRun(settings({ history: [] }), single).messages.length, 1);
  });

  it('names how the end of thinking is enforced', () => {
    const of = (endThinking: 'exact' | 'degraded' | 'unavailable'): string => planRun(settings(), card({ capabilities: { endThinking } })).enforcement;
    assert.deepEqual([of('exact'), of('degraded'), of('unavailable')], ['exact', 'degraded', 'unenforceable']);
  });

  it('merges the sampler and the seed', () => {
    const plan = planRun(settings({ sampler: { temperature: 0.5, topK: undefined }, seed: 9 }), card());
    assert.deepEqual(plan.sampler, { temperature: 0.5 });
    assert.equal(plan.seed, 9);
    assert.equal(planRun(settings(), card()).seed, 1);
  });

  it('puts the code into a fence it cannot close', () => {
    const plan = planRun(settings({ context: { label: 'a.md', languageId: 'markdown', code: '````\nx\n````' } }), card());
    assert.equal(plan.messages[0]?.content, 'What?\n\n`````markdown\n````\nx\n````\n`````');
  });
});

describe('fitting budgets into the context', () => {
  it('never lets budgets exceed the room, and never changes a figure the person set', () => {
    const option = fc.option(fc.nat(400), { nil: undefined });
    fc.assert(
      fc.property(option, fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }), fc.integer({ min: 60, max: 3000 }), fc.nat(200), (thinking, solution, contextLength, prompt) => {
        const asked = settings({ budgets: { thinking, solution } });
        const model = card({ contextLength });
        const plan = planRun(asked, model);
        let fitted;
        try {
          fitted = fitBudgets(plan, asked, model, prompt, 4);
        } catch (error) {
          assert.match(String(error), /do not fit|no room/);
          assert.ok(contextLength - prompt - 4 < Math.max(16, (thinking ?? 0) + (solution ?? 16)));
          return;
        }
        assert.ok(fitted.thinking + fitted.solution <= contextLength - prompt - 4);
        if (thinking !== undefined) assert.equal(fitted.thinking, thinking);
        if (solution !== undefined) assert.equal(fitted.solution, solution);
        assert.ok(fitted.solution >= 1 && fitted.thinking >= 0);
      }),
    );
  });
});
