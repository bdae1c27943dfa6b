/** Everything that is measured of exits on one model's courses. */
import type { Calibration } from '../../reasoning/calibration.ts';
import { expectedThinking } from '../../reasoning/effort.ts';
import { trialInterval, usableSpec } from '../../reasoning/exits/build.ts';
import { uncalibrated } from '../../reasoning/exits/preset.ts';
import { specWords, type ExitSpec } from '../../reasoning/exits/spec.ts';
import type { ModelCard } from '../../reasoning/port.ts';
import { signalLabel, type SignalName } from '../../trace/signals.ts';
import { aucIntervals, type Auc } from '../metrics/auc-interval.ts';
import type { MeanInterval } from '../metrics/bootstrap.ts';
import { families } from './families.ts';
import { cutMatching, cutting, gain, outcomeOf, solveFamily, type Cut, type Outcome } from './outcomes.ts';
import type { Course } from './record.ts';
import { higherIsSurer, labelled, scoredSignals } from './scored.ts';

/** Average budgets at which signals are compared: shares of the tokens without any exit. */
export const TARGETS = [0.8, 0.6, 0.4] as const;

/** A signal of few values may jump past a budget. What ends up below this share of it is no answer to the budget. */
const NEAR = 0.6;

export interface PolicyResult {
  readonly name: string;
  readonly words: string;
  readonly spec: ExitSpec;
  readonly outcome: Outcome;
  /** Plain cutting with as many tokens on average. */
  readonly cut: Cut;
  /** Share right less that without exits, and less that of cutting. */
  readonly againstWhole: MeanInterval;
  readonly againstCut: MeanInterval;
}

export interface SignalResult {
  readonly signal: SignalName | 'length';
  readonly label: string;
  readonly pooled: Auc;
  readonly within: Auc;
  /** At each target the policy that meets it; null where none does. */
  readonly at: readonly (PolicyResult | null)[];
  /** Mean over the targets that could be met of share right less that of cutting; null where none could. */
  readonly gain: MeanInterval | null;
}

export interface Evaluated {
  readonly courses: number;
  readonly whole: Outcome;
  readonly policies: readonly PolicyResult[];
  readonly signals: readonly SignalResult[];
  /** Plain cutting at many budgets, for the plot. */
  readonly cuts: readonly { readonly from: number; readonly right: number; readonly tokens: number }[];
}

export async function evaluate(courses: readonly Course[], card: ModelCard, calibration: Calibration | undefined): Promise<Evaluated> {
  const budget = Math.max(0, ...courses.map((course) => course.budget));
  const interval = trialInterval(expectedThinking('high', card, budget));
  const whole = await outcomeOf(courses, null, card);
  const result = async (name: string, spec: ExitSpec): Promise<PolicyResult> => resultOf(name, spec, await outcomeOf(courses, spec, card), courses, whole);
  const policies: PolicyResult[] = [];
  for (const { name, spec } of named(card, calibration)) policies.push(await result(name, spec));
  const scored = courses.map((course) => labelled(course, interval));
  const own = families(courses, interval);
  const signals: SignalResult[] = [];
  for (const signal of scoredSignals) {
    const sign = higherIsSurer(signal) ? 1 : -1;
    const answers = scored.map((found) => (found.get(signal) ?? []).map(({ value, right }) => ({ score: sign * value, right })));
    if (answers.every((one) => one.length === 0)) continue;
    const family = own.find((one) => one.signal === signal);
    const at: (PolicyResult | null)[] = [];
    for (const target of TARGETS) {
      const solved = family ? await solveFamily(courses, family, target * whole.tokens, card) : null;
      at.push(solved && solved.outcome.tokens >= NEAR * target * whole.tokens ? resultOf(signalLabel(signal), solved.spec, solved.outcome, courses, whole) : null);
    }
    signals.push({ signal, label: signal === 'length' ? 'length alone' : signalLabel(signal), ...aucIntervals(answers), at, gain: meanGain(at) });
  }
  const longest = Math.max(0, ...courses.map(({ thinking }) => thinking));
  const cuts = Array.from({ length: 41 }, (_, step) => Math.round((step * longest) / 40)).map((from) => ({ from, ...withoutPoints(cutting(courses, from)) }));
  return { courses: courses.length, whole, policies, signals, cuts };
}

/** What a person gets by default, what is published, and what the model's own calibration chose. */
function named(card: ModelCard, calibration: Calibration | undefined): { name: string; spec: ExitSpec }[] {
  const presets = (['cautious', 'eager'] as const).flatMap((setting) => {
    const own = calibration?.presets[setting];
    return [{ name: `${setting}, not calibrated`, spec: uncalibrated[setting] }, ...(own ? [{ name: `${setting}, calibrated`, spec: own }] : [])];
  });
  const all = [...presets, { name: 'trial-answer confidence (DEER)', spec: { policy: 'trial-answer-confidence', atLeast: 0.95 } as const }];
  return all.filter(({ spec }) => usableSpec(spec, card).spec !== null);
}

function resultOf(name: string, spec: ExitSpec, outcome: Outcome, courses: readonly Course[], whole: Outcome): PolicyResult {
  const cut = cutMatching(courses, outcome.tokens);
  return { name, words: specWords(spec), spec, outcome, cut, againstWhole: gain(outcome.points, whole.points), againstCut: gain(outcome.points, cut.points) };
}

/** One figure a signal: what it adds to cutting, averaged over the budgets, so that not every budget is another chance to look good. */
function meanGain(at: readonly (PolicyResult | null)[]): MeanInterval | null {
  const met = at.filter((one) => one !== null);
  const [first] = met;
  if (!first) return null;
  const averaged = (of: (one: PolicyResult) => readonly { right: number }[]) => first.outcome.points.map((_, index) => ({ right: met.reduce((sum, one) => sum + of(one)[index]!.right, 0) / met.length, tokens: 0 }));
  return gain(averaged(({ outcome }) => outcome.points), averaged(({ cut }) => cut.points));
}

function withoutPoints({ right, tokens }: Cut): { right: number; tokens: number } {
  return { right, tokens };
}
