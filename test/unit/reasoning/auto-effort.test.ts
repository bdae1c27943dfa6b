import assert from 'node:assert/strict';
import { chooseEffort } from '../../../extension/reasoning/auto-effort.ts';
import { runScripted } from '../../support/run-scripted.ts';
import { ScriptedModel, type Script } from '../../support/scripted-model.ts';

const never = new AbortController().signal;
const model = (script: Partial<Script> = {}): ScriptedModel => new ScriptedModel({ thoughts: ['a', 'b'], answer: () => ['x'], ...script });

describe('effort auto, from the prompt', () => {
  const chosen = async (question: string, code = ''): Promise<string> => (await chooseEffort({ question, ...(code ? { context: { label: 'a.js', languageId: 'javascript', code } } : {}) }, model(), 1, never)).effort;

  it('takes little for a short question, much for a long one or a hard word over much code', async () => {
    assert.equal(await chosen('What does this print?'), 'low');
    assert.equal(await chosen('Why does this fail?'), 'medium');
    assert.equal(await chosen('Rename x', 'x;\n'.repeat(300)), 'medium');
    assert.equal(await chosen('Fix the bug', 'x;\n'.repeat(300)), 'high');
    assert.equal(await chosen('Rename x', 'x;\n'.repeat(3000)), 'high');
  });

  it('says that it is a guess, and why no more is known', async () => {
    const { decision, probed } = await chooseEffort({ question: 'What?' }, model({ capabilities: { remainingLength: { available: false, reason: 'It was not made to.' } } }), 1, never);
    assert.equal(decision.action, 'choose-effort');
    assert.match(decision.reason, /^A guess from the prompt alone.*It was not made to\.$/);
    assert.equal(probed, 0);
  });
});

describe('effort auto, by the prediction of the model', () => {
  /** A model that expects to think about so many tokens, of 200 on the average. */
  const expecting = (tokens: number): ScriptedModel => {
    const lambda = 20;
    return model({ fullThinkingTokens: 200, capabilities: { remainingLength: { available: true } }, figures: () => ({ remainingLength: { alpha: Math.log1p(tokens) * lambda + 1, lambda } }) });
  };

  it('takes what the thoughts are likely to need', async () => {
    const chosen = await Promise.all([20, 150, 400].map(async (tokens) => (await chooseEffort({ question: 'What?' }, expecting(tokens), 1, never)).effort));
    assert.deepEqual(chosen, ['low', 'medium', 'high']);
  });

  it('looks ahead at high effort, closes what it opened, and pays for the token', async () => {
    const looking = expecting(150);
    const { decision, probed } = await chooseEffort({ question: 'What?' }, looking, 1, never);
    assert.equal(looking.lastOpen?.effort, 'high');
    assert.deepEqual(decision.evidence[0], { signal: 'remaining-length', value: 150, threshold: 240 });
    assert.equal(probed, 1);
  });

  it('is a decision of the run, which then has that effort', async () => {
    const { of } = await runScripted({ script: expecting(20).script, settings: { effort: 'high', effortAsked: 'auto' } });
    const [started] = of('started');
    assert.deepEqual([started?.effort, started?.effortAsked], ['low', 'auto']);
    assert.equal(of('decision')[0]?.decision.policy, 'effort-auto');
    assert.equal(of('ended')[0]?.usage.probes, 1);
  });
});
