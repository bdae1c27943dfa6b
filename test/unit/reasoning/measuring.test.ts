/** Which signals a run measures, what it asks the model for, and what is said where there is nothing to measure. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { runScripted, words } from '../../support/run-scripted.ts';
import { ScriptedModel, type Script } from '../../support/scripted-model.ts';
import { probabilityAt } from '../../../extension/reasoning/calibration.ts';
import type { RunSettings } from '../../../extension/reasoning/plan.ts';
import { chooseSignals } from '../../../extension/reasoning/signals/needs.ts';
import { signalScales } from '../../../extension/reasoning/signals/scales.ts';
import { signalInfo, signalTable, type SignalName } from '../../../extension/trace/signals.ts';

const yes = { available: true } as const;
const capable = { logprobs: yes, entropy: yes, confidence: yes, selfEvaluation: yes, remainingLength: yes, earlyExits: yes, hiddenStates: yes } as const;
const can: Script = { thoughts: words(40), answer: () => ['7'], fullThinkingTokens: 100, capabilities: capable };
const go = (script: Partial<Script>, settings: Partial<RunSettings> = {}) => runScripted({ script: { ...can, ...script }, settings: { budgets: { thinking: 200 }, ...settings } });

describe('what is measured', () => {
  it('is what the policy needs, what is cheap, or all', () => {
    const { card } = new ScriptedModel(can);
    const at = (level: 'policy' | 'cheap' | 'all', needed: SignalName[] = []) => [...chooseSignals(card, level, new Set(needed)).names];
    assert.deepEqual(at('policy'), []);
    assert.deepEqual(at('policy', ['self-evaluation']), ['self-evaluation']);
    assert.deepEqual(new Set(at('policy', ['answer-convergence'])), new Set(['answer-convergence', 'trial-answer-confidence', 'trial-answer-confidence-geometric']), 'a trial answer that is paid for tells all it can');
    const cheap = at('cheap');
    assert.ok(cheap.includes('trajectory-net') && cheap.includes('mean-confidence') && cheap.includes('hedge-density'));
    assert.ok(cheap.every((name) => signalInfo(name)?.costs !== true && name !== 'layer-agreement'));
    assert.deepEqual(new Set(at('all')), new Set(signalTable.filter(({ per }) => per === 'point').map(({ name }) => name)));
  });

  it('says of every signal that was asked for why it is not there', async () => {
    const done = await go({ capabilities: {} }, { signals: 'all' });
    for (const name of ['trajectory-net', 'entropy-after-end', 'self-evaluation', 'layer-agreement', 'mean-confidence']) {
      const points = done.view.signals[name];
      assert.deepEqual(points?.map(({ atToken, value }) => [atToken, value]), [[0, null]], name);
      assert.match(points?.[0]?.reason ?? '', /\.$/);
    }
  });

  it('asks the model for nothing that nobody reads', async () => {
    const policy = await go({}, { signals: 'policy', exits: { policy: 'signal', signal: 'self-evaluation', atLeast: 2 } });
    const [asked] = policy.model.sessions[0]!.asked;
    assert.deepEqual({ ...asked, sampler: null }, { sampler: null, seed: 1, logprob: true, entropy: true, selfEvaluation: true, thinkingLeft: 200 });
    const cheap = await go({});
    const { hiddenChunk, confidence, remainingLength, earlyExits } = cheap.model.sessions[0]!.asked[0]!;
    assert.deepEqual([hiddenChunk, confidence, remainingLength, earlyExits], [8, true, true, undefined]);
    const solving = cheap.model.sessions[0]!.asked.at(-1)!;
    assert.deepEqual([solving.hiddenChunk, solving.confidence, solving.selfEvaluation], [undefined, undefined, undefined], 'the answer is no thought');
  });

  it('looks at the ends of lines, and anywhere after a long stretch without one', async () => {
    const thoughts = [...words(3), 'end\n', ...words(1), 'end\n', ...words(2), 'end\n', ...words(30)];
    const done = await go({ thoughts, fullThinkingTokens: 256 });
    assert.deepEqual(done.view.signals['hedge-density']?.map(({ atToken }) => atToken), [4, 9, 21, 33, 40], 'the line at 6 ends too soon after the one at 4; then every 12, and the end');
  });

  it('fits the model’s usual length, whatever the effort or the budget', () => {
    const of = (full: number | undefined, budget: number) => signalScales(new ScriptedModel({ ...can, ...(full === undefined ? {} : { fullThinkingTokens: full }) }).card, budget);
    assert.deepEqual(of(183, 5000), { chunk: 11, window: 46, least: 4, most: 12 });
    assert.deepEqual(of(10_000, 5), { chunk: 500, window: 2048, least: 96, most: 288 });
    const { fullThinkingTokens: _, ...unknown } = new ScriptedModel(can).card;
    assert.deepEqual(signalScales(unknown, 1600), { chunk: 100, window: 400, least: 25, most: 75 });
  });
});

describe('signals where there is little or nothing to measure', () => {
  it('say too short for thoughts of one token, and the run goes its way', async () => {
    const done = await go({ thoughts: ['x'], figures: () => ({ selfEvaluation: 0.5 }) }, { signals: 'all' });
    assert.equal(done.outcome, 'answered');
    assert.deepEqual(done.view.signals['trajectory-net'], [{ atToken: 2, value: null, reason: 'too short' }]);
    assert.deepEqual(done.view.signals['tail-confidence'], [{ atToken: 2, value: null, reason: 'too short' }]);
    assert.deepEqual(done.view.signals['self-evaluation'], [{ atToken: 2, value: 0.5 }]);
  });

  it('say so when states are no numbers', async () => {
    for (const bad of [NaN, Infinity]) {
      const done = await go({ figures: (had) => ({ hiddenChunk: [Float32Array.of(had, bad)], confidence: bad, selfEvaluation: bad, remainingLength: { alpha: bad, lambda: bad } }) });
      assert.equal(done.outcome, 'answered');
      assert.deepEqual(done.view.signals['trajectory-net']?.map(({ value, reason }) => [value, reason]), [[null, 'the model’s states are not finite numbers']]);
      assert.equal(done.view.signals['remaining-length']?.[0]?.reason, 'the prediction is no distribution');
      assert.deepEqual(done.view.signals['mean-confidence']?.map(({ value }) => value), [null]);
      assert.equal(done.view.signals['self-evaluation'], undefined);
    }
  });

  it('have no figures on a model that gives none, and none for an answer without thoughts', async () => {
    const plain = await go({ capabilities: {} });
    assert.deepEqual(Object.keys(plain.view.signals), ['hedge-density', 'thought-leak']);
    const direct = await go({ thinks: false });
    assert.deepEqual(direct.view.signals, {});
  });
});

describe('the latent trajectory of a run', () => {
  const walk = (had: number) => ((had + 1) % 8 === 0 ? { hiddenChunk: [Float32Array.of(had, 0), Float32Array.of(0, had * had)] } : {});

  it('has a value per layer, a baseline of its length, and is read at the places of measurement', async () => {
    const done = await go({ figures: walk });
    const points = done.view.signals['trajectory-aligned']!;
    assert.deepEqual(points.map(({ atToken, value }) => [atToken, value]), [[24, 1], [36, 1], [41, 1]]);
    assert.deepEqual(points[0]!.layers, [1, 1]);
    assert.deepEqual(points.map(({ baseline }) => baseline), [0.707107, 0.57735, 0.5]);
    assert.equal(done.view.signals['trajectory-cumulative-neutral']![0]!.baseline, undefined);
    assert.equal(done.view.signals['trajectory-net-neutral']![0]!.baseline, 1);
  });

  it('takes in the rest when the thoughts end', async () => {
    const figures = (had: number) => (had === 7 || had === 15 ? { hiddenChunk: [Float32Array.of(had === 7 ? 0 : 4)] } : {});
    const ended = async (tokens: number) => (await go({ thoughts: words(16), figures, hiddenRest: { means: [Float32Array.of(10)], tokens } })).view.signals['trajectory-cumulative']!.map(({ value }) => value);
    assert.deepEqual(await ended(2), [5.2], 'a short rest is merged into the chunk before');
    assert.deepEqual(await ended(4), [10], 'half a chunk is one of its own');
  });
});

describe('the chance of a right answer', () => {
  it('is not told of a figure with too little behind it: the curve was learned from none of these', async () => {
    const walk = (had: number) => ((had + 1) % 8 === 0 ? { hiddenChunk: [Float32Array.of(had, 0)] } : {});
    const calibration = { id: 'c', time: '2026-05-06', model: 'abc', labels: 500, presets: {}, maps: { 'trajectory-net': [[0, 0.1], [8, 0.8]] as [number, number][] } };
    const done = await go({ thoughts: words(80), figures: walk, hash: 'abc', calibration });
    const points = done.view.signals['trajectory-net']!;
    assert.ok(points.some(({ early }) => early) && points.some(({ early }) => !early));
    for (const { early, probability } of points) assert.equal(probability, early ? undefined : 0.8);
  });

  it('is read off the calibration, linear between its points and flat beyond', () => {
    const map: [number, number][] = [[0, 0.2], [1, 0.4], [1, 0.6], [3, 1]];
    assert.deepEqual([-5, 0, 0.5, 1, 2, 3, 9].map((value) => Math.round(probabilityAt(map, value) * 1e6) / 1e6), [0.2, 0.2, 0.3, 0.4, 0.8, 1, 1]);
    assert.equal(probabilityAt([[2, 0.7]], 5), 0.7);
  });
});
