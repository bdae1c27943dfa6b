/** Policies against cutting, thresholds for a budget, what the signals are worth, and how it is told. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { card, knowing, madeUp } from '../../../support/courses.ts';
import { evaluate, TARGETS } from '../../../../extension/evaluation/exits/evaluate.ts';
import { families } from '../../../../extension/evaluation/exits/families.ts';
import { cutAt, cutMatching, cutting, gain, outcomeOf, solveFamily } from '../../../../extension/evaluation/exits/outcomes.ts';
import { exitsPlot } from '../../../../extension/evaluation/exits/plot.ts';
import { exitsReport, sorted, verdict } from '../../../../extension/evaluation/exits/report.ts';
import { labelled } from '../../../../extension/evaluation/exits/scored.ts';
import { aucIntervals } from '../../../../extension/evaluation/metrics/auc-interval.ts';
import { rocAuc, rocAucWithin } from '../../../../extension/evaluation/metrics/roc-auc.ts';
import type { ExitSpec } from '../../../../extension/reasoning/exits/spec.ts';

const courses = knowing(60);
const evaluation = (threshold: number): ExitSpec => ({ policy: 'signal', signal: 'self-evaluation', atLeast: threshold });

describe('cutting', () => {
  it('ends at the first place from a token on, and where there is none leaves the run alone', () => {
    const course = madeUp(1, { places: 5, rightFrom: 2, evaluation: () => 0 });
    assert.deepEqual(cutAt(course, 0), { right: 0, tokens: 10 + 2 + 3 });
    assert.deepEqual(cutAt(course, 25), { right: 1, tokens: 30 + 2 + 3 });
    assert.deepEqual(cutAt(course, 51), { right: 1, tokens: 51 + 3 });
  });

  it('matches any mean between its cheapest and the whole', () => {
    for (const tokens of [20, 33.3, 77.7, 100]) assert.ok(Math.abs(cutMatching(courses, tokens).tokens - tokens) < 1e-9, String(tokens));
    assert.equal(cutMatching(courses, 1).tokens, cutting(courses, 0).tokens);
    const whole = cutMatching(courses, 1e9);
    assert.equal(whole.tokens, cutting(courses, 1e9).tokens);
    assert.equal(whole.right, courses.filter(({ right }) => right).length / courses.length);
  });
});

describe('a policy on many courses', () => {
  it('has the means of its runs', async () => {
    const outcome = await outcomeOf([madeUp(1, { places: 5, rightFrom: 2, evaluation: (right) => (right ? 1 : 0) }), madeUp(2, { places: 5, rightFrom: 9, evaluation: () => 0 })], evaluation(0.5), card);
    assert.deepEqual(outcome, { points: [{ right: 1, tokens: 35 }, { right: 0, tokens: 54 }], right: 0.5, tokens: 44.5, early: 0.5, probes: 0, inexact: 0 });
  });

  it('is solved for an average budget: the strictest threshold that meets it', async () => {
    const family = families(courses, 24).find(({ signal }) => signal === 'self-evaluation')!;
    const whole = await outcomeOf(courses, null, card);
    const solved = (await solveFamily(courses, family, 0.6 * whole.tokens, card))!;
    assert.ok(solved.outcome.tokens <= 0.6 * whole.tokens);
    const stricter = family.specs[family.specs.indexOf(solved.spec) - 1]!;
    assert.ok((await outcomeOf(courses, stricter, card)).tokens > 0.6 * whole.tokens);
    assert.equal(await solveFamily(courses, family, 1, card), null);
  });

  it('is compared pair by pair', () => {
    const ones = [1, 1, 0, 1].map((right) => ({ right, tokens: 1 }));
    const none = ones.map(() => ({ right: 0, tokens: 1 }));
    assert.equal(gain(ones, none).mean, 0.75);
    assert.deepEqual(gain(ones, ones), { mean: 0, low: 0, high: 0 });
  });
});

describe('signals at places', () => {
  it('are read as a policy would read them, trial answers as often as it would ask', () => {
    const course = madeUp(0, { places: 8, rightFrom: 3, evaluation: (_, place) => place / 10 });
    const found = labelled(course, 30);
    assert.deepEqual(found.get('self-evaluation')!.map(({ value }) => value), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    assert.deepEqual(found.get('answer-convergence')!.map(({ value, right }) => [value, right]), [[1, false], [1, true], [2, true]]);
    assert.deepEqual(found.get('length')!.map(({ value }) => value), [10, 20, 30, 40, 50, 60, 70, 80]);
    assert.equal(found.get('entropy-after-end-variance')![0]!.value, 0);
  });

  it('have an AUC with an interval around it, over whole problems', () => {
    const answers = courses.map((course) => (labelled(course, 24).get('self-evaluation') ?? []).map(({ value, right }) => ({ score: value, right })));
    const { pooled, within } = aucIntervals(answers);
    assert.equal(pooled.auc, rocAuc(answers.flat()));
    assert.equal(within.auc, rocAucWithin(answers));
    for (const { auc, low, high } of [pooled, within]) assert.ok(low < auc! && auc! < high && high - low < 0.2, JSON.stringify({ auc, low, high }));
    const flat = aucIntervals(answers.map((own) => own.map(({ right }) => ({ score: 1, right }))));
    assert.deepEqual(flat.pooled, { auc: 0.5, low: 0.5, high: 0.5 });
    assert.equal(aucIntervals([[{ score: 1, right: true }]]).pooled.auc, null);
  });
});

describe('the evaluation', function () {
  this.timeout(60_000);

  it('tells a signal that knows from one that does not, and says so in a sentence made from the figures', async () => {
    const found = await evaluate(courses, card, undefined);
    const of = (name: string) => found.signals.find(({ signal }) => signal === name)!;
    assert.ok(of('self-evaluation').gain!.low > 0);
    assert.ok(of('self-evaluation').pooled.low > 0.8);
    assert.ok(of('hedge-density').gain!.low <= 0);
    assert.equal(of('length').gain, null);
    assert.equal(of('self-evaluation').at.length, TARGETS.length);
    const { help, unsure, harm } = sorted(found.signals);
    assert.ok(help.some(({ signal }) => signal === 'self-evaluation') && [...unsure, ...harm].some(({ signal }) => signal === 'hedge-density'));
    assert.match(verdict(found), /^On this model these help[^.]*self-evaluation[^.]*\. .*hedging words/);
    assert.match(verdict({ ...found, signals: found.signals.filter(({ signal }) => signal === 'length') }), /^No signal is shown to help/);
    const text = exitsReport(found);
    assert.match(text, /^60 held-out problems/);
    assert.match(text, /\| cautious, not calibrated \| /);
    assert.match(text, /\| length alone \| 0\.\d\d \[/);
    assert.ok(!text.includes('NaN') && !text.includes('undefined'), text);
  });

  it('takes the calibration’s own thresholds for its policies', async () => {
    const calibration = { id: 'c', time: '2026-01-01', model: 'abc', labels: 500, presets: { eager: evaluation(0.5) }, maps: {} };
    const found = await evaluate(courses.slice(0, 20), card, calibration);
    const eager = found.policies.find(({ name }) => name === 'eager, calibrated')!;
    assert.deepEqual(eager.spec, evaluation(0.5));
    assert.ok(eager.outcome.tokens < found.whole.tokens);
    assert.equal(found.policies.some(({ name }) => name === 'cautious, calibrated'), false);
  });

  it('is drawn as a picture without a number that is none', async () => {
    const found = await evaluate(courses.slice(0, 20), card, undefined);
    const svg = exitsPlot(found, 'a <model> & "more"');
    assert.match(svg, /^<svg [^>]*viewBox="0 0 860 420"/);
    assert.ok(svg.includes('a &lt;model> &amp; &quot;more&quot;') && svg.includes('prefers-color-scheme:dark') && svg.includes('self-evaluation'));
    assert.ok(!/NaN|Infinity|undefined/.test(svg));
  });
});
