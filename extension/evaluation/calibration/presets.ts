/**
 * The thresholds of cautious and eager: of all policies tried on the calibration courses, the one that saves the most tokens while its share
 * of right answers is at most so much below thinking to the end. Many are tried, and some lose little by luck; so the 95 % interval of the
 * loss (Newcombe 1998, method 10) may not reach beyond a limit either. What the choice comes to on other tasks is estimated by choosing on one half of
 * the courses and measuring on the other.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { usableSpec } from '../../reasoning/exits/build.ts';
import type { ExitSpec } from '../../reasoning/exits/spec.ts';
import type { ModelCard } from '../../reasoning/port.ts';
import type { Family } from '../exits/families.ts';
import { pairedDifference } from '../metrics/paired-difference.ts';
import { outcomeOf, type Outcome, type Point } from '../exits/outcomes.ts';
import type { Course } from '../exits/record.ts';

export const TOLERANCES = { cautious: 0.01, eager: 0.05 } as const;
/** Where the interval of the loss has to end. */
const LIMITS: Readonly<Record<Setting, number>> = { cautious: 0.05, eager: 0.1 };
export type Setting = keyof typeof TOLERANCES;
/** A policy that saves less than this share of the tokens is not worth its explanation. */
const LEAST_SAVED = 0.02;

export interface Tried {
  readonly spec: ExitSpec;
  readonly outcome: Outcome;
}

export interface Chosen extends Tried {
  /** Points of right answers and share of tokens lost and saved on the courses it was chosen on; `elsewhere` on halves it was not. */
  readonly lost: number;
  readonly saved: number;
  readonly elsewhere: { readonly lost: number; readonly saved: number } | null;
}

/** Every policy of the families, and those that two free measurements in a row must confirm. */
export async function tryAll(courses: readonly Course[], families: readonly Family[], card: ModelCard, signal: AbortSignal): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const spec of families.flatMap(({ specs }) => specs.flatMap(confirmed))) {
    // Many thousand replays: whoever shares this thread must get its turn.
    await nextTurn();
    signal.throwIfAborted();
    if (usableSpec(spec, card).spec) tried.push({ spec, outcome: await outcomeOf(courses, spec, card) });
  }
  return tried;
}

function confirmed(spec: ExitSpec): ExitSpec[] {
  return spec.policy === 'signal' ? [spec, { ...spec, times: 2 }] : [spec];
}

/** Null where nothing saves enough within the tolerance. */
export function choose(tried: readonly Tried[], whole: Outcome, setting: Setting): Chosen | null {
  const everywhere = whole.points.map((_, index) => index);
  const chosen = best(tried, whole, everywhere, setting);
  if (!chosen) return null;
  const halves = [0, 1].flatMap((half) => {
    const own = everywhere.filter((index) => index % 2 === half);
    const others = everywhere.filter((index) => index % 2 !== half);
    const found = best(tried, whole, own, setting);
    return found ? [compared(found.outcome, whole, others)] : [{ lost: 0, saved: 0 }];
  });
  const elsewhere = whole.points.length < 20 ? null : { lost: mean(halves.map(({ lost }) => lost)), saved: mean(halves.map(({ saved }) => saved)) };
  return { ...chosen, ...compared(chosen.outcome, whole, everywhere), elsewhere };
}

function best(tried: readonly Tried[], whole: Outcome, indices: readonly number[], setting: Setting): Tried | null {
  let found: Tried | null = null;
  let most = LEAST_SAVED;
  for (const one of tried) {
    const { lost, saved } = compared(one.outcome, whole, indices);
    if (lost > TOLERANCES[setting] || saved <= most || worst(one.outcome, whole, indices) > LIMITS[setting]) continue;
    found = one;
    most = saved;
  }
  return found;
}

/** The most it may lose, as far as so many courses can tell. */
function worst(outcome: Outcome, whole: Outcome, indices: readonly number[]): number {
  return -pairedDifference(indices.map((index) => [outcome.points[index]!.right > 0.5, whole.points[index]!.right > 0.5] as const)).low;
}

function compared(outcome: Outcome, whole: Outcome, indices: readonly number[]): { lost: number; saved: number } {
  const of = ({ points }: Outcome, figure: (point: Point) => number): number => mean(indices.map((index) => figure(points[index]!)));
  const tokens = ({ tokens: own }: Point): number => own;
  const right = ({ right: own }: Point): number => own;
  return { lost: of(whole, right) - of(outcome, right), saved: 1 - of(outcome, tokens) / of(whole, tokens) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
