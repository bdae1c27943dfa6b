/** What a policy does on many courses, and what plain cutting does with as many tokens. */
import type { ExitSpec } from '../../reasoning/exits/spec.ts';
import type { ModelCard } from '../../reasoning/port.ts';
import { bootstrapMean, type MeanInterval } from '../metrics/bootstrap.ts';
import { replay } from './replay.ts';
import { tokensOf, type Course } from './record.ts';
import type { Family } from './families.ts';

/** One course's share of an outcome. `right` is 0 or 1, or between where two budgets are mixed. */
export interface Point {
  readonly right: number;
  readonly tokens: number;
}

export interface Outcome {
  readonly points: readonly Point[];
  /** Means over the courses. */
  readonly right: number;
  readonly tokens: number;
  /** Share of the runs that ended early. */
  readonly early: number;
  /** Mean tokens spent on probes. */
  readonly probes: number;
  /** Runs whose end is only the nearest recorded one. */
  readonly inexact: number;
}

export async function outcomeOf(courses: readonly Course[], spec: ExitSpec | null, card: ModelCard): Promise<Outcome> {
  const runs = await Promise.all(courses.map((course) => replay(course, spec, card)));
  const mean = (of: (run: (typeof runs)[number]) => number): number => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    points: runs.map(({ right, tokens }) => ({ right: Number(right), tokens })),
    right: mean(({ right }) => Number(right)),
    tokens: mean(({ tokens }) => tokens),
    early: mean(({ early }) => Number(early)),
    probes: mean(({ probes }) => probes),
    inexact: runs.filter(({ exact }) => !exact).length,
  };
}

/** Cut at the first place from `from` thinking tokens on, whatever the signals say. Cutting ends lines, as the policies do. */
export function cutAt(course: Course, from: number): Point {
  const place = course.places.find(({ at }) => at >= from);
  if (!place) return { right: Number(course.right), tokens: tokensOf(course) };
  const { end, at } = place;
  return { right: Number(end.right), tokens: tokensOf({ thinking: at, injected: end.injected, solution: end.solution }) };
}

export interface Cut {
  readonly points: readonly Point[];
  readonly right: number;
  readonly tokens: number;
}

export function cutting(courses: readonly Course[], from: number): Cut {
  const points = courses.map((course) => cutAt(course, from));
  return { points, right: mean(points, ({ right }) => right), tokens: mean(points, ({ tokens }) => tokens) };
}

/** Cutting that takes so many tokens on average: the budget just below and the one just above, mixed. */
export function cutMatching(courses: readonly Course[], tokens: number): Cut {
  let low = 0;
  let high = Math.max(0, ...courses.map(({ thinking }) => thinking)) + 1;
  if (cutting(courses, low).tokens >= tokens) return cutting(courses, low);
  if (cutting(courses, high).tokens <= tokens) return cutting(courses, high);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (cutting(courses, middle).tokens <= tokens) low = middle;
    else high = middle;
  }
  const [below, above] = [cutting(courses, low), cutting(courses, high)];
  const share = above.tokens === below.tokens ? 0 : (tokens - below.tokens) / (above.tokens - below.tokens);
  const mix = (one: number, other: number): number => one + (other - one) * share;
  const points = below.points.map((point, index) => ({ right: mix(point.right, above.points[index]!.right), tokens: mix(point.tokens, above.points[index]!.tokens) }));
  return { points, right: mean(points, ({ right }) => right), tokens: mean(points, ({ tokens: own }) => own) };
}

/** The strictest of a family whose mean is at most `tokens`; null where even the laxest takes more. */
export async function solveFamily(courses: readonly Course[], family: Family, tokens: number, card: ModelCard): Promise<{ readonly spec: ExitSpec; readonly outcome: Outcome } | null> {
  const { specs } = family;
  let low = 0;
  let high = specs.length;
  let found: { spec: ExitSpec; outcome: Outcome } | null = null;
  while (low < high) {
    const middle = (low + high) >> 1;
    const spec = specs[middle]!;
    const outcome = await outcomeOf(courses, spec, card);
    if (outcome.tokens <= tokens) {
      found = { spec, outcome };
      high = middle;
    } else low = middle + 1;
  }
  return found;
}

/** Mean difference of two outcomes on the same courses, with its paired bootstrap interval. */
export function gain(one: readonly Point[], other: readonly Point[], of: (point: Point) => number = ({ right }) => right): MeanInterval {
  return bootstrapMean(one.map((point, index) => of(point) - of(other[index]!)));
}

function mean(points: readonly Point[], of: (point: Point) => number): number {
  return points.reduce((sum, point) => sum + of(point), 0) / points.length;
}
