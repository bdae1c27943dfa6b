/** Exit policies on scripted models: each of them, one that never fires, one that always does, and what they are made of. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as v from 'valibot';
import { runScripted, words, type ScriptedRun } from '../../support/run-scripted.ts';
import { ScriptedModel, type Script } from '../../support/scripted-model.ts';
import { buildExit, entropyWeight, usableSpec } from '../../../extension/reasoning/exits/build.ts';
import { neverExit, stay, type ExitContext } from '../../../extension/reasoning/exits/policy.ts';
import { planExit } from '../../../extension/reasoning/exits/preset.ts';
import { exitSpecSchema, signalsOf, specName, specWords, thresholdsOf, type ExitSpec } from '../../../extension/reasoning/exits/spec.ts';
import type { Calibration } from '../../../extension/reasoning/calibration.ts';
import type { Decision } from '../../../extension/trace/events.ts';

const yes = { available: true } as const;
const no = { available: false, reason: 'Not here.' } as const;
const capable = { logprobs: yes, entropy: yes, confidence: yes, selfEvaluation: yes, remainingLength: yes, hiddenStates: yes } as const;
/** Thoughts in lines of four words, on a model that thinks 400 tokens. */
const lines = Array.from({ length: 400 }, (_, i) => (i % 4 === 3 ? `t${i}\n` : `t${i} `));

function run(exits: ExitSpec | 'off' | 'effort', script: Partial<Script> = {}, effort: 'low' | 'medium' | 'high' = 'high'): Promise<ScriptedRun> {
  return runScripted({ script: { thoughts: lines, answer: () => ['7'], fullThinkingTokens: 400, capabilities: capable, ...script }, settings: { effort, exits, budgets: { thinking: 600 } } });
}
const exitOf = (done: ScriptedRun): Decision | undefined => done.of('decision').map(({ decision }) => decision).find(({ action }) => action === 'end-thinking');
const probed = (done: ScriptedRun): number => done.of('probe').reduce((sum, { injected, generated }) => sum + injected + generated, 0);

/** Every run keeps its books, whatever decided. */
function balanced(done: ScriptedRun): void {
  const { usage, budgets } = done.view;
  assert.equal(usage.probes, probed(done));
  assert.ok(usage.thinking + usage.probes <= budgets.thinking);
  assert.equal(done.outcome, 'answered');
}

describe('exit policies on a model', () => {
  it('off never fires and never asks', async () => {
    const done = await run('off');
    assert.equal(exitOf(done)?.policy, 'model');
    assert.equal(done.of('probe').length, 0);
    balanced(done);
    assert.equal(neverExit.due(1e9), false);
    assert.equal(await neverExit.evaluate({} as ExitContext), stay);
  });

  it('one that always agrees fires at the first place, and one that cannot be met never', async () => {
    const always = await run({ policy: 'signal', signal: 'hedge-density', atLeast: 0 });
    assert.equal(always.view.usage.thinking, 8, 'two lines, the first place of measurement');
    assert.equal(exitOf(always)?.policy, 'hedge-density');
    balanced(always);
    const never = await run({ policy: 'signal', signal: 'hedge-density', atLeast: 101 });
    assert.equal(exitOf(never)?.policy, 'model');
    balanced(never);
  });

  it('answer convergence: waits for agreement, and says what it cost and saved', async () => {
    const done = await run({ policy: 'answer-convergence', window: 3, interval: 40 }, { answer: (had) => [had > 90 ? '7' : `n${had}`] });
    const decision = exitOf(done)!;
    assert.equal(decision.policy, 'answer-convergence');
    assert.deepEqual(done.view.signals['answer-convergence']?.map(({ atToken, value }) => [atToken, value]), [[40, 1], [80, 1], [120, 1], [160, 2], [200, 3]]);
    assert.deepEqual(decision.evidence, [{ signal: 'answer-convergence', value: 3, threshold: 3 }, { signal: 'trial answer', value: '7' }, { signal: 'tokens spent on probes', value: probed(done) }]);
    assert.equal(decision.savedTokensEstimate, 400 - 200 - probed(done));
    assert.match(decision.reason, /last 3 trial answers were the same/);
    balanced(done);
  });

  it('answer convergence: never exits on disagreement, empty answers or hesitation', async () => {
    for (const answer of [(had: number) => [`n${had}`], () => [''], () => ['no 7'], () => []]) {
      const done = await run({ policy: 'answer-convergence', window: 2, interval: 40 }, { answer });
      assert.equal(exitOf(done)?.policy, 'model');
      assert.ok(done.of('probe').length > 1);
      assert.ok(done.view.usage.probes <= 0.25 * 400, 'at most a quarter of the thoughts');
    }
  });

  it('answer convergence: does not begin what cannot pay', async () => {
    const short = await run({ policy: 'answer-convergence', window: 3 }, { thoughts: lines.slice(0, 60), fullThinkingTokens: 60 });
    assert.equal(short.of('probe').length, 0);
    const late = await run({ policy: 'answer-convergence', window: 2, interval: 390 }, {});
    assert.equal(late.of('probe').length, 1, 'at 392 of 400 there was more to come than it costs: a quarter of what was');
  });

  it('trial-answer confidence: arithmetic, geometric, and the Qwen3 rule', async () => {
    const sure = (had: number): number => (had > 90 ? 0.99 : 0.5);
    for (const mean of ['arithmetic', 'geometric', 'closed'] as const) {
      const done = await run({ policy: 'trial-answer-confidence', atLeast: 0.95, mean, interval: 40 }, { trialProbability: sure });
      const decision = exitOf(done)!;
      assert.equal(decision.policy, 'trial-answer-confidence');
      assert.equal(done.view.usage.thinking, 120);
      assert.equal(decision.evidence[0]?.value, 0.99);
      assert.equal(decision.evidence[0].threshold, 0.95);
      assert.deepEqual(decision.evidence[1], { signal: 'trial answer', value: '7' });
      assert.deepEqual(done.of('probe').map(({ confidence }) => confidence), [0.5, 0.5, 0.99]);
      assert.equal(done.view.signals['trial-answer-confidence']?.length, 3);
      balanced(done);
    }
  });

  it('trial-answer confidence: the sentence tells the figure of the evidence, and nothing uncertain as certain', async () => {
    for (const [probability, value, words] of [[0.907, 0.907, '90.7'], [0.99953, 0.9995, '99.9'], [1, 1, '100']] as const) {
      const decision = exitOf(await run({ policy: 'trial-answer-confidence', atLeast: 0.5, interval: 40 }, { trialProbability: () => probability }))!;
      assert.equal(decision.evidence[0]?.value, value);
      assert.equal(decision.reason, `The model held its trial answer ${words} % likely, so it had what it needed.`);
    }
  });

  it('trial-answer confidence: by the Qwen3 rule an answer that the model does not end is worth nothing', async () => {
    const prose = { effort: 'cap', trialProbability: () => 0.99, thoughts: lines, fullThinkingTokens: 400 } as const;
    const closes = await run({ policy: 'trial-answer-confidence', atLeast: 0.95, mean: 'closed', interval: 40 }, { ...prose, hinted: () => ['7', '**', '\n'] });
    assert.equal(exitOf(closes)?.policy, 'trial-answer-confidence');
    const rambles = await run({ policy: 'trial-answer-confidence', atLeast: 0.95, mean: 'closed', interval: 40 }, { ...prose, hinted: () => ['7', '**', ...words(60)] });
    assert.equal(exitOf(rambles)?.policy, 'model');
    const plain = await run({ policy: 'trial-answer-confidence', atLeast: 0.95, interval: 40 }, { ...prose, hinted: () => ['7', '**', ...words(60)] });
    assert.equal(exitOf(plain)?.policy, 'trial-answer-confidence');
    assert.ok(plain.of('probe')[0]!.generated < rambles.of('probe')[0]!.generated, 'it does not wait for the end of the prose');
  });

  it('trial-answer confidence: an empty answer is never sure, and a model without probabilities cannot have the policy', async () => {
    const empty = await run({ policy: 'trial-answer-confidence', atLeast: 0.5, interval: 40 }, { answer: () => [''], trialProbability: () => 1 });
    assert.equal(exitOf(empty)?.policy, 'model');
    const without = await run({ policy: 'trial-answer-confidence', atLeast: 0.5 }, { capabilities: { ...capable, logprobs: no } });
    assert.equal(without.view.started?.exit?.words, 'Thinking cannot end early here. Not here.');
    assert.equal(without.of('probe').length, 0);
  });

  it('entropy after the end tag: fires when it stands still, not before the warm-up, and is charged', async () => {
    const done = await run({ policy: 'entropy-after-end', below: 0.01, weight: 0.5 }, { trialEntropy: (had) => (had < 60 ? 3 - had / 30 : 1) });
    const decision = exitOf(done)!;
    assert.equal(decision.policy, 'entropy-after-end');
    assert.ok(done.of('probe').every(({ kind, generated, injected, answer }) => kind === 'entropy-after-end' && generated === 0 && injected === 2 && answer === ''));
    assert.ok(done.of('probe').length >= 8);
    assert.equal(decision.evidence[0]?.signal, 'entropy-after-end-variance');
    assert.ok((decision.evidence[0].value as number) < 0.01);
    assert.deepEqual(decision.evidence[1], { signal: 'entropy-after-end', value: 1 });
    balanced(done);
    const still = await run({ policy: 'entropy-after-end', below: 0.01, weight: 0.5 }, { trialEntropy: () => 1 });
    assert.equal(still.of('probe').length, 8, 'the variance is 0 from the first look on, and still it waits');
    const restless = await run({ policy: 'entropy-after-end', below: 0.01, weight: 0.5 }, { trialEntropy: (had) => (had / 8) % 2 });
    assert.equal(exitOf(restless)?.policy, 'model');
    assert.ok(restless.view.usage.probes <= 0.25 * 400);
  });

  it('entropy after the end tag: a model that gives none is not asked for ever, and nothing breaks', async () => {
    for (const trialEntropy of [undefined, () => NaN, () => Infinity]) {
      const done = await run({ policy: 'entropy-after-end', below: 0.01 }, trialEntropy ? { trialEntropy } : {});
      assert.equal(exitOf(done)?.policy, 'model');
      assert.deepEqual(done.view.signals['entropy-after-end'], [{ atToken: 8, value: null, reason: 'the model gave no entropy' }]);
      assert.equal(done.of('probe').length, 1);
    }
  });

  it('self-evaluation: two measurements in a row, for no tokens at all', async () => {
    const figures = (had: number) => ({ selfEvaluation: had > 100 && had !== 105 ? 0.9 : 0.1 });
    const done = await run({ policy: 'signal', signal: 'self-evaluation', atLeast: 0.8, times: 2 }, { figures });
    const decision = exitOf(done)!;
    assert.equal(decision.policy, 'self-evaluation');
    assert.equal(done.view.usage.thinking, 120);
    assert.deepEqual(decision.evidence, [{ signal: 'self-evaluation', value: 0.9, threshold: 0.8 }]);
    assert.equal(decision.savedTokensEstimate, 280);
    assert.match(decision.reason, /^Self-evaluation was 0.9 2 times in a row, at or above the threshold of 0.8\.$/);
    balanced(done);
  });

  it('group confidence: not before a whole window', async () => {
    const done = await run({ policy: 'signal', signal: 'group-confidence', atLeast: 5 }, { figures: (had) => ({ confidence: had > 20 ? 6 : 4 }) });
    assert.equal(exitOf(done)?.policy, 'group-confidence');
    assert.ok(done.view.usage.thinking >= 100, 'the window is a quarter of the usual thoughts');
    balanced(done);
  });

  it('latent trajectory: not before six chunks', async () => {
    const figures = (had: number) => ((had + 1) % 25 === 0 ? { hiddenChunk: [Float32Array.of(had, 0)] } : {});
    const done = await run({ policy: 'signal', signal: 'trajectory-aligned', atLeast: 0.9 }, { figures });
    assert.equal(exitOf(done)?.policy, 'trajectory-aligned');
    assert.equal(done.view.usage.thinking, 152, 'the sixth chunk is complete at 150');
    assert.equal(exitOf(done)?.evidence[0]?.value, 1);
    balanced(done);
  });

  it('at most: fires below a threshold', async () => {
    const done = await run({ policy: 'signal', signal: 'remaining-length', atMost: 20 }, { figures: (had) => ({ remainingLength: { alpha: 1 + 20 * Math.log1p(400 - had), lambda: 20 } }) });
    assert.equal(exitOf(done)?.policy, 'remaining-length');
    assert.equal(done.view.usage.thinking, 384);
    assert.ok(exitOf(done)!.savedTokensEstimate! <= 18, 'the model’s own prediction is what was to come');
  });

  it('decides the same, whatever else is measured for the charts', async () => {
    const settled = (had: number): boolean => had > 150;
    for (const length of [1, 4, 8]) {
      const script: Script = {
        thoughts: lines,
        fullThinkingTokens: 400,
        capabilities: capable,
        answer: (had) => Array.from({ length }, () => (settled(had) ? '7' : `n${had} `)),
        trialProbability: (had) => (settled(had) ? 0.99 : 0.5),
        trialEntropy: (had) => (settled(had) ? 0.1 : (had / 8) % 2),
      };
      for (const exits of [{ policy: 'trial-answer-confidence', atLeast: 0.95 }, { policy: 'answer-convergence', window: 3 }, { policy: 'entropy-after-end', below: 0.01, weight: 0.5 }] as const) {
        const runs = await Promise.all((['policy', 'all'] as const).map((signals) => runScripted({ script, settings: { effort: 'high', exits, signals, budgets: { thinking: 600 } } })));
        const [alone, beside] = runs.map((done) => {
          const { atToken, policy, evidence } = exitOf(done)!;
          return { atToken, policy, evidence: evidence.filter(({ signal }) => signal !== 'tokens spent on probes') };
        });
        assert.equal(alone?.policy, exits.policy);
        assert.deepEqual(beside, alone);
        const [, all] = runs;
        balanced(all!);
        assert.ok(all!.view.signals['entropy-after-end']!.length > 1 && all!.view.signals['trial-answer-confidence']!.length > 1, 'and all of it is measured');
        assert.ok(all!.view.usage.probes <= 2 * 0.25 * 400, 'a quarter for the policy, and one for the charts');
      }
    }
  });

  it('does not fire after Keep Thinking', async () => {
    const done = await runScripted({
      script: { thoughts: lines, answer: () => ['7'], fullThinkingTokens: 400, capabilities: capable },
      settings: { exits: { policy: 'signal', signal: 'hedge-density', atLeast: 0 }, budgets: { thinking: 500 } },
      onEvent: (event, control) => event.type === 'tokens' && event.text === lines[2] && control.post({ kind: 'keep-thinking', tokens: 1 }),
    });
    assert.equal(exitOf(done)?.policy, 'model');
  });
});

describe('policies made of policies', () => {
  const hedges = (atLeast: number): ExitSpec => ({ policy: 'signal', signal: 'hedge-density', atLeast });
  const convergence: ExitSpec = { policy: 'answer-convergence', window: 2, interval: 24 };

  it('any: the first that agrees decides', async () => {
    const done = await run({ policy: 'any', of: [hedges(101), convergence] });
    assert.equal(exitOf(done)?.policy, 'answer-convergence');
    assert.equal((await run({ policy: 'any', of: [hedges(0), convergence] })).of('probe').length, 0);
  });

  it('all: asks nothing that costs before the free ones agree, and gives the evidence of all', async () => {
    const figures = (had: number) => ({ selfEvaluation: had > 200 ? 0.9 : 0.1 });
    const done = await run({ policy: 'all', of: [{ policy: 'signal', signal: 'self-evaluation', atLeast: 0.8 }, convergence] }, { figures });
    const decision = exitOf(done)!;
    assert.equal(decision.policy, 'self-evaluation and answer-convergence');
    assert.ok(done.of('probe').every(({ atToken }) => atToken > 200));
    assert.deepEqual(decision.evidence.map(({ signal }) => signal), ['self-evaluation', 'answer-convergence', 'trial answer', 'tokens spent on probes']);
    balanced(done);
    assert.equal(exitOf(await run({ policy: 'all', of: [hedges(0), hedges(101)] }))?.policy, 'model');
  });

  it('after: not before so many tokens', async () => {
    const done = await run({ policy: 'after', tokens: 100, then: hedges(0) });
    assert.equal(done.view.usage.thinking, 104);
    assert.equal(exitOf(done)?.policy, 'hedge-density');
  });

  it('share a trial answer that two of them want at one place', async () => {
    const done = await run({ policy: 'any', of: [{ policy: 'trial-answer-confidence', atLeast: 0.95, interval: 24 }, convergence] }, { trialProbability: () => 0.9 });
    assert.equal(exitOf(done)?.policy, 'answer-convergence');
    assert.deepEqual(done.of('probe').map(({ atToken }) => atToken), [24, 48]);
  });

  it('lose what the model cannot give, and all of which all must agree with it', () => {
    const { card } = new ScriptedModel({ thoughts: [], answer: () => [] });
    const gone: ExitSpec = { policy: 'signal', signal: 'self-evaluation', atLeast: 0.5 };
    const reason = 'This model was not made to judge its own course.';
    assert.deepEqual(usableSpec({ policy: 'any', of: [gone, convergence] }, card), { spec: { policy: 'any', of: [convergence] }, missing: [reason] });
    assert.deepEqual(usableSpec({ policy: 'all', of: [gone, convergence] }, card), { spec: null, missing: [reason] });
    assert.deepEqual(usableSpec({ policy: 'any', of: [gone, gone] }, card), { spec: null, missing: [reason] });
    assert.deepEqual(usableSpec({ policy: 'after', tokens: 5, then: gone }, card), { spec: null, missing: [reason] });
    assert.deepEqual(usableSpec({ policy: 'after', tokens: 5, then: convergence }, card), { spec: { policy: 'after', tokens: 5, then: convergence }, missing: [] });
    assert.equal(buildExit(null, 100), neverExit);
  });

  it('take the weight of the entropy from the policy that has one', () => {
    const entropy: ExitSpec = { policy: 'entropy-after-end', below: 0.1, weight: 0.4 };
    assert.equal(entropyWeight({ policy: 'any', of: [convergence, { policy: 'after', tokens: 3, then: entropy }] }), 0.4);
    assert.equal(entropyWeight({ policy: 'entropy-after-end', below: 0.1 }), 0.2);
    assert.equal(entropyWeight(convergence), 0.2);
    assert.equal(entropyWeight(null), 0.2);
    assert.equal(entropyWeight({ policy: 'all', of: [convergence] }), 0.2);
  });
});

describe('written exit policies', () => {
  const all: ExitSpec = {
    policy: 'any',
    of: [
      { policy: 'answer-convergence', window: 3 },
      { policy: 'trial-answer-confidence', atLeast: 0.955 },
      { policy: 'all', of: [{ policy: 'entropy-after-end', below: 0.01 }, { policy: 'after', tokens: 64, then: { policy: 'signal', signal: 'trajectory-cumulative', atMost: 3, times: 2 } }] },
    ],
  };

  it('are checked where they come in', () => {
    assert.deepEqual(v.parse(exitSpecSchema, JSON.parse(JSON.stringify(all))), all);
    for (const bad of [
      {}, null, 'eager', { policy: 'magic' }, { policy: 'answer-convergence' }, { policy: 'answer-convergence', window: 1 }, { policy: 'answer-convergence', window: 2, speed: 3 },
      { policy: 'signal', signal: 'self-evaluation' }, { policy: 'signal', signal: 'self-evaluation', atLeast: 1, atMost: 0 }, { policy: 'signal', signal: 'answer-convergence', atLeast: 2 }, { policy: 'signal', signal: 'token-entropy', atLeast: 2 },
      { policy: 'any', of: [] }, { policy: 'after', tokens: 0, then: all }, { policy: 'trial-answer-confidence', atLeast: 1.1 },
    ]) assert.equal(v.is(exitSpecSchema, bad), false, JSON.stringify(bad));
  });

  it('say which figure is held against what', () => {
    assert.deepEqual(thresholdsOf(all), [
      { signal: 'answer-convergence', threshold: 3 },
      { signal: 'trial-answer-confidence', threshold: 0.955 },
      { signal: 'entropy-after-end-variance', threshold: 0.01, atMost: true },
      { signal: 'trajectory-cumulative', threshold: 3, atMost: true },
    ]);
    for (const mean of ['geometric', 'closed'] as const) assert.deepEqual(thresholdsOf({ policy: 'trial-answer-confidence', atLeast: 0.9, mean }), [{ signal: 'trial-answer-confidence-geometric', threshold: 0.9 }]);
    assert.deepEqual(thresholdsOf({ policy: 'signal', signal: 'self-evaluation', atLeast: 0 }), [{ signal: 'self-evaluation', threshold: 0 }]);
  });

  it('are told in words, in short, and by their signals', () => {
    assert.equal(
      specWords(all),
      '3 trial answers in a row are the same, or the model holds its trial answer 95.5 % likely, or its doubt about the answer’s first word no longer moves (variance below 0.01), and cumulative path is at most 3, 2 measurements in a row, but not before token 64',
    );
    assert.equal(specName(all), 'any(answer-convergence, trial-answer-confidence, all(entropy-after-end, after 64: trajectory-cumulative))');
    assert.deepEqual(new Set(signalsOf(all)), new Set(['answer-convergence', 'trial-answer-confidence', 'trial-answer-confidence-geometric', 'entropy-after-end', 'entropy-after-end-variance', 'trajectory-cumulative']));
  });
});

describe('off, cautious and eager', () => {
  const script: Script = { thoughts: lines, answer: () => ['7'], hash: 'abc', capabilities: capable };
  const { card } = new ScriptedModel(script);
  const eager: ExitSpec = { policy: 'signal', signal: 'self-evaluation', atLeast: 0.8 };
  const calibration: Calibration = { id: 'c1', time: '2026-05-06T07:08:09Z', model: 'abc', labels: 120, presets: { eager }, maps: { 'self-evaluation': [[0, 0.1], [1, 0.9]] } };

  it('go with the effort, and only trial answers decide without a calibration', () => {
    assert.deepEqual((['low', 'medium', 'high'] as const).map((effort) => planExit('effort', effort, card, undefined).setting), ['eager', 'cautious', 'off']);
    const { spec, words: said } = planExit('eager', 'high', card, undefined);
    assert.deepEqual(spec, { policy: 'answer-convergence', window: 2 });
    assert.match(said, /not calibrated, so only trial answers decide/);
  });

  it('take the model’s own thresholds where there are some', () => {
    const planned = planExit('eager', 'high', card, calibration);
    assert.deepEqual(planned.spec, eager);
    assert.match(planned.words, /calibration of 2026-05-06, made from 120 answers/);
    // Places of one task are no independent evidence, so the tasks are what is told.
    assert.match(planExit('eager', 'high', card, { ...calibration, labels: 7575, tasks: 240 }).words, /calibration of 2026-05-06, made from 240 tasks/);
    assert.deepEqual(planExit('cautious', 'high', card, calibration).spec, { policy: 'answer-convergence', window: 3 });
    assert.equal(planExit({ policy: 'after', tokens: 9, then: eager }, 'low', card, calibration).setting, 'custom');
  });

  it('are recorded with the run, and give signals a probability', async () => {
    const done = await runScripted({ script: { ...script, fullThinkingTokens: 400, calibration, figures: () => ({ selfEvaluation: 0.5 }) }, settings: { effort: 'low', budgets: { thinking: 200 } } });
    const { started } = done.view;
    assert.deepEqual(started?.calibration, { id: 'c1', time: '2026-05-06T07:08:09Z', labels: 120 });
    assert.equal(started.exit?.setting, 'eager');
    assert.equal(started.exitPolicy, 'self-evaluation');
    assert.deepEqual(started.exit?.thresholds, [{ signal: 'self-evaluation', threshold: 0.8 }], 'known from the beginning, so that a chart can show how near it comes');
    assert.ok(done.view.signals['self-evaluation']!.every(({ value, probability }) => value === 0.5 && probability === 0.5));
  });

  it('pass over a calibration of another model, and probabilities from too few answers', async () => {
    for (const [other, thresholds] of [[{ ...calibration, model: 'xyz' }, 'answer-convergence'], [{ ...calibration, labels: 49 }, 'self-evaluation']] as const) {
      const done = await runScripted({ script: { ...script, calibration: other, figures: () => ({ selfEvaluation: 0.5 }) }, settings: { effort: 'low', budgets: { thinking: 100 } } });
      assert.equal(done.view.started?.exitPolicy, thresholds);
      assert.ok(done.view.signals['self-evaluation']!.every(({ probability }) => probability === undefined));
    }
  });
});

describe('a policy for an average budget', () => {
  const script: Script = { thoughts: lines, answer: () => ['7'], hash: 'abc', capabilities: capable };
  const { card } = new ScriptedModel(script);
  const at = (atLeast: number): ExitSpec => ({ policy: 'signal', signal: 'self-evaluation', atLeast });
  const calibration: Calibration = { id: 'c1', time: '2026-05-06T07:08:09Z', model: 'abc', labels: 1200, tasks: 100, presets: {}, maps: {}, targets: [{ tokens: 200, exits: at(0.7) }, { tokens: 300, exits: at(0.9) }, { tokens: 100, exits: at(0.5) }] };

  it('is the one that was found for as much, or for the next lower budget', () => {
    for (const [average, atLeast, tokens] of [[5000, 0.9, 300], [300, 0.9, 300], [299, 0.7, 200], [100, 0.5, 100]] as const) {
      const planned = planExit({ average }, 'high', card, calibration);
      assert.deepEqual([planned.setting, planned.spec], ['average', at(atLeast)]);
      assert.match(planned.words, new RegExp(`It took at most ${tokens} tokens a run on average on the 100 tasks of its calibration of 2026-05-06, at high effort\\.$`));
    }
  });

  it('is the cheapest there is where all take more, and says so', () => {
    const planned = planExit({ average: 99 }, 'high', card, calibration);
    assert.deepEqual(planned.spec, at(0.5));
    assert.match(planned.words, /No policy is known that takes 99 tokens a run on average; this is the cheapest\. It took at most 100/);
  });

  it('is not known without a calibration, where only trial answers decide', () => {
    for (const lacking of [undefined, { ...calibration, targets: [] }]) {
      const planned = planExit({ average: 200 }, 'high', card, lacking);
      assert.deepEqual(planned.spec, { policy: 'answer-convergence', window: 2 });
      assert.match(planned.words, /not calibrated for an average budget, so only trial answers decide/);
    }
  });

  it('decides in a run', async () => {
    const done = await runScripted({ script: { ...script, fullThinkingTokens: 400, calibration, figures: (had) => ({ selfEvaluation: had > 100 ? 0.8 : 0.1 }) }, settings: { effort: 'high', exits: { average: 250 }, budgets: { thinking: 600 } } });
    assert.equal(exitOf(done)?.policy, 'self-evaluation');
    assert.equal(exitOf(done)?.evidence[0]?.threshold, 0.7);
    assert.equal(done.view.started?.exit?.setting, 'average');
  });
});
