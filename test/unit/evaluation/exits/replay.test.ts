/** A policy replayed on a course does what it does live, on models of which every token is known. (test/engine/exits.test.ts: on the real one.) */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { card, capableScript, madeUp, settingsOf, surveyed } from '../../../support/courses.ts';
import { runScripted, words } from '../../../support/run-scripted.ts';
import type { Script } from '../../../support/scripted-model.ts';
import { courseOf } from '../../../../extension/evaluation/exits/course.ts';
import { replay } from '../../../../extension/evaluation/exits/replay.ts';
import type { ExitSpec } from '../../../../extension/reasoning/exits/spec.ts';
import { seven } from '../../../support/courses.ts';

/** Lines of four words; the answer settles at `settles`, and figures move on the way. */
function scriptOf(length: number, settles: number): Script {
  return {
    ...capableScript,
    thoughts: Array.from({ length }, (_, i) => (i % 4 === 3 ? `t${i}\n` : `t${i} `)),
    answer: (had) => (had >= settles ? ['7'] : had % 3 === 0 ? ['1', '2'] : [`${had % 5}`]),
    figures: (had) => ({
      confidence: 2 + Math.sin(had / 7), selfEvaluation: had >= settles ? 0.8 : 0.4, earlyExits: [had % 2 === 0, true], remainingLength: { alpha: 40 + (had % 20), lambda: had % 3 === 0 ? 9 : 12 },
      ...((had + 1) % 8 === 0 ? { hiddenChunk: [Float32Array.of(had, Math.cos(had)), Float32Array.of(had * had, 1)] } : {}),
    }),
    trialProbability: (had) => (had >= settles ? 0.97 : 0.6 + (had % 7) / 100),
    trialEntropy: (had) => (had >= settles ? 0.1 : (had % 9) / 9),
  };
}

const specs: readonly ExitSpec[] = [
  { policy: 'answer-convergence', window: 2 },
  { policy: 'answer-convergence', window: 3, interval: 8 },
  { policy: 'trial-answer-confidence', atLeast: 0.95 },
  { policy: 'trial-answer-confidence', atLeast: 0.65, mean: 'geometric', interval: 9 },
  { policy: 'trial-answer-confidence', atLeast: 0.6, mean: 'closed', interval: 16 },
  { policy: 'entropy-after-end', below: 0.02, weight: 0.5, warmUp: 3 },
  { policy: 'signal', signal: 'self-evaluation', atLeast: 0.7, times: 2 },
  { policy: 'signal', signal: 'layer-agreement', atLeast: 0.7 },
  { policy: 'signal', signal: 'trajectory-aligned', atLeast: 0.9 },
  { policy: 'signal', signal: 'remaining-length', atMost: 40 },
  { policy: 'signal', signal: 'group-confidence', atLeast: 2.5 },
  { policy: 'any', of: [{ policy: 'trial-answer-confidence', atLeast: 0.99, interval: 8 }, { policy: 'answer-convergence', window: 2, interval: 8 }] },
  { policy: 'all', of: [{ policy: 'signal', signal: 'self-evaluation', atLeast: 0.5 }, { policy: 'entropy-after-end', below: 0.5, weight: 0.9, warmUp: 2 }] },
  { policy: 'after', tokens: 50, then: { policy: 'signal', signal: 'hedge-density', atLeast: 0 } },
  { policy: 'signal', signal: 'hedge-density', atLeast: 101 },
];

async function same(script: Script, budget: number, spec: ExitSpec): Promise<boolean> {
  const { course } = await surveyed(script, budget);
  const { view, of } = await runScripted({ script, settings: settingsOf(budget, spec) });
  const replayed = await replay(course, spec, card);
  if (!replayed.exact) return false;
  const { thinking, probes, injected, solution } = view.usage;
  const early = of('phase').some(({ reason }) => reason === 'early-exit');
  assert.deepEqual(replayed, { early, thinking, probes, tokens: thinking + probes + injected + solution, solution, answer: view.answer, right: view.answer === '7', exact: true });
  return true;
}

describe('a replayed policy', () => {
  for (const spec of specs) {
    it(`does what it does live: ${JSON.stringify(spec)}`, async () => {
      for (const [length, settles] of [[120, 60], [200, 30], [90, 500], [30, 0], [1, 0]] as const) assert.ok(await same(scriptOf(length, settles), 1000, spec));
    });
  }

  it('does what it does live, on any course', async function () {
    this.timeout(60_000);
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 160 }), fc.integer({ min: 0, max: 160 }), fc.constantFrom(...specs), (length, settles, spec) => same(scriptOf(length, settles), 1000, spec)), { numRuns: 40 });
  });

  it('says so where probes use up the budget between two recorded places', async () => {
    const spec: ExitSpec = { policy: 'trial-answer-confidence', atLeast: 1, interval: 8 };
    assert.equal(await same(scriptOf(120, 500), 125, spec), false);
    assert.ok(await same(scriptOf(120, 500), 125, { policy: 'signal', signal: 'hedge-density', atLeast: 101 }), 'without probes the budget is no matter');
  });

  it('ends where the budget did, when the thoughts never ended by themselves', async () => {
    const { course } = await surveyed(scriptOf(400, 10), 100);
    assert.deepEqual([course.natural, course.thinking], [false, 100]);
    assert.ok(await same(scriptOf(400, 10), 100, { policy: 'signal', signal: 'hedge-density', atLeast: 101 }));
  });
});

describe('a survey', () => {
  it('charges nothing, and leaves the run as it is', async () => {
    const script = scriptOf(100, 40);
    const { run, course } = await surveyed(script, 1000);
    const plain = await runScripted({ script, settings: settingsOf(1000, 'off') });
    assert.deepEqual(run.view.usage, plain.view.usage);
    assert.equal(run.view.answer, plain.view.answer);
    assert.ok(course.places.length > 10);
    assert.equal(run.of('probe').length, 2 * course.places.length);
  });

  it('knows at every place what an end there would give', async () => {
    const { course } = await surveyed(scriptOf(100, 40), 1000);
    for (const { at, end, trial, entropy } of course.places) {
      assert.equal(end.right, at >= 40, String(at));
      assert.equal(trial.answer, end.answer);
      assert.equal(entropy, at >= 40 ? 0.1 : Number(((at % 9) / 9).toPrecision(6)));
    }
  });

  it('asks a model that answers in prose for the bare result, and for the whole answer', async () => {
    const { course } = await surveyed({ ...capableScript, effort: 'cap', thoughts: words(60), answer: () => ['so ', 'it ', 'is ', '7'], hinted: () => [' 7', '**'] }, 1000);
    assert.deepEqual(course.places.map(({ trial, end }) => [trial.answer, end.answer]), course.places.map(() => ['7', 'so it is 7']));
    assert.ok(course.places.length > 2);
  });

  it('of a model without probes or thoughts has no places, and of one token of thought neither', async () => {
    const no = { available: false, reason: 'Not here.' } as const;
    for (const script of [{ ...scriptOf(60, 0), capabilities: { probe: no } }, { ...capableScript, thinks: false }, { ...capableScript, thoughts: ['x'] }]) {
      const { course } = await surveyed(script, 1000);
      assert.deepEqual(course.places, []);
      assert.equal((await replay(course, { policy: 'answer-convergence', window: 2 }, card)).early, false);
    }
  });

  it('of a model without states or judgement has what is left', async () => {
    const { course } = await surveyed({ ...scriptOf(60, 0), capabilities: {} }, 1000);
    assert.deepEqual(Object.keys(course.places[0]!.values), ['hedge-density']);
  });

  it('with states that are no numbers says nothing of the trajectory', async () => {
    const bad: Script = { ...scriptOf(60, 0), figures: (had) => ({ hiddenChunk: [Float32Array.of(NaN, had)] }) };
    const { course } = await surveyed(bad, 1000);
    assert.ok(course.places.every(({ values }) => (values['trajectory-net'] ?? null) === null));
    assert.equal((await replay(course, { policy: 'signal', signal: 'trajectory-net', atLeast: -1e9 }, card)).early, false);
  });

  it('that failed or was stopped is no course', async () => {
    const failed = await runScripted({ script: { ...scriptOf(60, 0), failAt: { step: 3, error: new Error('broken') } }, settings: settingsOf(1000) });
    assert.throws(() => courseOf('abc', seven, 'r', failed.events), /./);
    const stopped = await runScripted({ script: scriptOf(60, 0), settings: settingsOf(1000), signal: AbortSignal.abort() });
    assert.equal(courseOf('abc', seven, 'r', stopped.events), null);
  });
});

describe('values too early to decide by', () => {
  it('do not decide in a replay either', async () => {
    const course = madeUp(1, { places: 5, rightFrom: 0, evaluation: () => 1 });
    const spec: ExitSpec = { policy: 'signal', signal: 'self-evaluation', atLeast: 0.5 };
    assert.equal((await replay(course, spec, card)).thinking, 10);
    const early = { ...course, places: course.places.map((place, index) => (index < 3 ? { ...place, early: ['self-evaluation'] } : place)) };
    assert.equal((await replay(early, spec, card)).thinking, 40);
  });
});
