/** From labelled places to chances and thresholds, and what is refused. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import * as v from 'valibot';
import { card, knowing, madeUp } from '../../../support/courses.ts';
import { calibrate } from '../../../../extension/evaluation/calibration/calibrate.ts';
import { fitSignal } from '../../../../extension/evaluation/calibration/fit.ts';
import { isotonicMap } from '../../../../extension/evaluation/calibration/isotonic.ts';
import { fitLogistic, logisticMap } from '../../../../extension/evaluation/calibration/logistic.ts';
import { calibrationReport, diagram } from '../../../../extension/evaluation/calibration/report.ts';
import type { Labelled } from '../../../../extension/evaluation/exits/scored.ts';
import { outcomeOf } from '../../../../extension/evaluation/exits/outcomes.ts';
import { createRandom } from '../../../../extension/evaluation/world/random.ts';
import { calibrationSchema, checkedCalibration, probabilityAt, usableCalibration } from '../../../../extension/reasoning/calibration.ts';
import { reliabilityBins } from '../../../../extension/evaluation/metrics/calibration.ts';

const labels = (...pairs: readonly (readonly [number, 0 | 1])[]): Labelled[] => pairs.map(([value, right]) => ({ value, right: right === 1 }));
const never = new AbortController().signal;
const options = { card, seed: 5, time: '2026-05-06T07:08:09.000Z', signal: never };

describe('isotonic regression', () => {
  it('pools what violates the order', () => {
    assert.deepEqual(isotonicMap(labels([1, 0], [2, 1], [3, 0], [4, 1]), true), [[1, 0], [2, 0.5], [3, 0.5], [4, 1]]);
    assert.deepEqual(isotonicMap(labels([1, 1], [2, 0], [3, 0]), false), [[1, 1], [2, 0], [3, 0]]);
    assert.deepEqual(isotonicMap(labels([5, 1], [5, 0], [5, 0], [5, 1]), true), [[5, 0.5]]);
  });

  const any = fc.array(fc.record({ value: fc.integer({ min: -20, max: 20 }), right: fc.boolean() }), { minLength: 1, maxLength: 60 });
  it('is monotone, and right on average, on any labels', () => {
    fc.assert(
      fc.property(any, fc.boolean(), (all, rising) => {
        const map = isotonicMap(all, rising);
        for (let i = 1; i < map.length; i += 1) {
          assert.ok(map[i]![0] > map[i - 1]![0]);
          assert.ok(rising ? map[i]![1] >= map[i - 1]![1] : map[i]![1] <= map[i - 1]![1]);
        }
        const stated = all.reduce((sum, { value }) => sum + probabilityAt(map, value), 0);
        assert.ok(Math.abs(stated - all.filter(({ right }) => right).length) < 1e-6);
      }),
    );
  });

  it('has no larger squared error than any other monotone curve, such as the flat one', () => {
    fc.assert(
      fc.property(any, (all) => {
        const map = isotonicMap(all, true);
        const share = all.filter(({ right }) => right).length / all.length;
        const error = (of: (value: number) => number): number => all.reduce((sum, { value, right }) => sum + (of(value) - Number(right)) ** 2, 0);
        assert.ok(error((value) => probabilityAt(map, value)) <= error(() => share) + 1e-9);
      }),
    );
  });
});

describe('logistic regression', () => {
  it('finds the curve that labels were drawn from', () => {
    const random = createRandom(11);
    const drawn = Array.from({ length: 20_000 }, (): Labelled => {
      const value = random.integer(-300, 300) / 100;
      return { value, right: random.integer(0, 999_999) / 1e6 < 1 / (1 + Math.exp(-(0.5 + 1.2 * value))) };
    });
    const { intercept, slope } = fitLogistic(drawn);
    assert.ok(Math.abs(intercept - 0.5) < 0.06 && Math.abs(slope - 1.2) < 0.06, `${intercept} ${slope}`);
  });

  it('stays finite where a threshold separates the labels, or a value never changes', () => {
    const separated = logisticMap(labels([1, 0], [2, 0], [3, 1], [4, 1]));
    assert.ok(separated.every(([, chance]) => chance > 0 && chance < 1) && separated[0]![1] < 0.1 && separated.at(-1)![1] > 0.9);
    const flat = logisticMap(labels([7, 1], [7, 0], [7, 1], [7, 1]));
    assert.equal(flat.length, 1);
    assert.ok(Math.abs(flat[0]![1] - 0.75) < 0.01);
  });
});

describe('a signal’s map', () => {
  const random = createRandom(4);
  const problems = (of: (right: boolean) => number): Labelled[][] => Array.from({ length: 80 }, () => Array.from({ length: 6 }, () => random.integer(0, 1) === 1).map((right) => ({ value: of(right), right })));

  it('is given for a signal that knows, with figures from problems it was not fitted on', () => {
    const fit = fitSignal(problems((right) => (right ? 1 : 0) + random.integer(0, 120) / 100))!;
    assert.ok(fit.map && fit.brier < fit.baseBrier - 0.05);
    assert.equal(fit.bins.reduce((sum, { count }) => sum + count, 0), 480);
    assert.ok(fit.map.every(([, chance]) => chance > 0 && chance < 1));
    assert.ok(probabilityAt(fit.map, 2.1) > 0.9 && probabilityAt(fit.map, 0.1) < 0.1);
  });

  it('falls for a signal where less is surer', () => {
    const fit = fitSignal(problems((right) => (right ? 0 : 1) + random.integer(0, 120) / 100))!;
    assert.ok(probabilityAt(fit.map!, 0.1) > probabilityAt(fit.map!, 2));
  });

  it('is not given for a signal that knows nothing', () => {
    const fit = fitSignal(problems(() => random.integer(0, 100)))!;
    assert.equal(fit.map, undefined);
  });

  it('needs problems, and answers of both kinds', () => {
    assert.equal(fitSignal([]), null);
    assert.equal(fitSignal(problems(() => 1).slice(0, 9)), null);
    assert.equal(fitSignal(problems(() => 1).map((own) => own.map(({ value }) => ({ value, right: true })))), null);
  });
});

describe('a calibration', function () {
  this.timeout(60_000);

  it('has maps for what knows, presets within their tolerance, and says what it was made from', async () => {
    const courses = knowing(160);
    const { calibration, whole, presets, targets } = await calibrate(courses, { ...options, target: 70 });
    assert.deepEqual(v.parse(calibrationSchema, JSON.parse(JSON.stringify(calibration))), calibration);
    const { model, labels: places, tasks, split, seed, time, world } = calibration;
    assert.deepEqual({ model, places, tasks, split, seed, time, world }, { model: 'abc', places: 1920, tasks: 160, split: 'calibration', seed: 5, time: options.time, world: 'the built-in world' });
    assert.ok(calibration.maps['self-evaluation'] && !calibration.maps['hedge-density']);
    assert.equal(calibration.reliability?.['self-evaluation']?.bins.length, 10);
    for (const [setting, tolerance] of [['cautious', 0.01], ['eager', 0.05]] as const) {
      const chosen = presets[setting]!;
      assert.ok(chosen.lost <= tolerance && chosen.saved > 0.02, setting);
      const again = await outcomeOf(courses, calibration.presets[setting]!, card);
      assert.equal(again.tokens, chosen.outcome.tokens);
      assert.ok(Math.abs(whole.right - again.right - chosen.lost) < 1e-9);
      assert.ok(chosen.elsewhere);
    }
    assert.ok(presets.eager!.saved >= presets.cautious!.saved);
    assert.equal(targets.at(-1)?.tokens, 70);
    assert.ok(targets.at(-1)!.found!.outcome.tokens <= 70);
  });

  it('is told in words, with a diagram', async () => {
    const text = calibrationReport(await calibrate(knowing(100), options));
    assert.match(text, /^100 tasks of the built-in world, 1200 places/);
    assert.match(text, /\| self-evaluation \| (logistic|isotonic) \| 0\.\d{4} \|/);
    assert.match(text, /cautious \(at most 1 % fewer right\): stop when/);
    assert.ok(!/NaN|undefined/.test(text), text);
    assert.equal(diagram(reliabilityBins([{ probability: 0.25, right: true }, { probability: 0.25, right: false }, { probability: 1, right: true }])), [
      `20 to 30 %   ${'#'.repeat(10)}|${'#'.repeat(9)}${' '.repeat(21)}    50 % of 2`,
      `90 to 100 %  ${'#'.repeat(40)}|   100 % of 1`,
    ].join('\n'));
  });

  it('has no preset where nothing saves within the tolerance', async () => {
    const hopeless = Array.from({ length: 40 }, (_, id) => madeUp(id, { places: 6, rightFrom: id % 4 === 0 ? 9 : 5, evaluation: () => 0.5 }));
    const flat = hopeless.map((course) => ({ ...course, places: course.places.map((place, index) => ({ ...place, values: { 'self-evaluation': 0.5 + (index % 2) / 10 }, entropy: null, trial: { ...place.trial, answer: '', arithmetic: null, geometric: null } })) }));
    const { calibration, presets } = await calibrate(flat, options);
    assert.deepEqual([presets.cautious, presets.eager, calibration.presets], [null, null, {}]);
  });

  it('refuses held-out problems, a model without known weights, and what nothing can be learned from', async () => {
    const courses = knowing(20);
    await assert.rejects(calibrate([...courses, { ...courses[0]!, split: 'held-out' }], options), { reason: 'bad-request', message: /only learn from calibration problems/ });
    const { hash: _, ...nameless } = card;
    await assert.rejects(calibrate(courses, { ...options, card: nameless }), /weights are not known/);
    await assert.rejects(calibrate([madeUp(1, { places: 5, rightFrom: 9, evaluation: () => 1 })], options), /right on none of the tasks/);
    await assert.rejects(calibrate([madeUp(1, { places: 5, rightFrom: 0, evaluation: () => 1 })], options), /right everywhere/);
  });

  it('can be stopped', async () => {
    await assert.rejects(calibrate(knowing(20), { ...options, signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('of another model’s weights is refused with a sentence, or passed over where nobody named it', async () => {
    const { calibration } = await calibrate(knowing(60), options);
    assert.equal(checkedCalibration(calibration, card), calibration);
    assert.throws(() => checkedCalibration(calibration, { name: 'Other', hash: 'xyz' }), /made for other weights than those of Other/);
    assert.throws(() => checkedCalibration(calibration, { name: 'Nameless' }), /other weights/);
    assert.equal(usableCalibration(calibration, 'xyz'), undefined);
    assert.equal(usableCalibration(calibration, undefined), undefined);
    assert.deepEqual(Object.keys(usableCalibration({ ...calibration, tasks: 49 }, 'abc')!.maps), [], 'many places of few tasks are few labels');
  });
});
