/** Which hypotheses a trace tries, and fails with, before the true one. */
import { satisfies } from './behaviour.ts';
import type { Effort, Hypothesis, SearchProblem } from './problem.ts';
import type { Random } from './random.ts';

/** How an offset follows from a slope and the first example: `7-3*2=7-6=1` is { before: '7-', slope: '3', after: '*2=7-6=1' }. */
export interface Note {
  readonly before: string;
  readonly slope: string;
  readonly after: string;
}

/** A failing try; the first `unlearned` characters of its text carry no training loss, or with a note the note's slope does not. */
export interface Try {
  readonly hypothesis: Hypothesis;
  readonly unlearned: number;
  readonly note: Note | null;
}

export interface Plan {
  readonly failing: readonly Try[];
  /** What is worked out before the truth is tried. */
  readonly note: Note | null;
}

/** How many hypotheses fail before the true one in a scattered plan, with weights. */
const FAILURES: Readonly<Record<Effort, readonly (readonly [number, number])[]>> = {
  low: [[0, 6], [1, 4]],
  medium: [[0, 8], [1, 5], [2, 4], [3, 3]],
  high: [[0, 20], [1, 16], [2, 12], [3, 8], [4, 4], [5, 3], [6, 2], [7, 1], [8, 1]],
};

/** Share of scattered plans that prefer seductive hypotheses: those that hold on the first example. */
const SEDUCTIVE_PLANS = 0.7;
/** Share of systematic plans whose first guess is right. */
const RIGHT_AT_ONCE = 0.35;
/** Share of systematic plans for straight lines that begin with a guess off the first example. */
const STRAY_START = 0.2;

const STRAIGHT_LINE = /^(?:(\d+) \* )?([a-z])(?: ([+-]) (\d+))?$/;
const STEEPEST = 9;

/** Hypotheses at random, none twice. They teach executing whatever is tried; proposing them is not learnt. */
export function scatteredPlan(random: Random, problem: SearchProblem, effort: Effort): Plan {
  const wanted = random.weighted(FAILURES[effort]);
  const mixed = random.shuffled(problem.wrong);
  const first = problem.examples.slice(0, 1);
  const seductive = wanted > 0 && random.chance(SEDUCTIVE_PLANS) ? mixed.filter((hypothesis) => satisfies(hypothesis.source, first)) : [];
  const chosen = new Map([...seductive, ...mixed].map((hypothesis) => [hypothesis.answer, hypothesis]));
  return { failing: random.shuffled([...chosen.values()].slice(0, wanted)).map(masked), note: null };
}

/**
 * An order worth following: a guess, then for a straight line the slope next to it with the line kept on the first example, for a fault the
 * changes along the source. Only the guess is not learnt. With `derived` the offsets of lines are worked out first. Null where nothing applies.
 */
export function systematicPlan(random: Random, problem: SearchProblem, effort: Effort, derived: boolean): Plan | null {
  const line = STRAIGHT_LINE.exec(problem.answer);
  const oneLiner = line !== null && problem.skill === 'complete' && problem.level === 1;
  if (!oneLiner && problem.skill !== 'repair') {
    return null;
  }
  const slope = Number(line?.[1] ?? 1);
  const note = oneLiner && derived && effort !== 'low' ? noteFor(problem, slope, effort) : null;
  if (random.chance(effort === 'low' ? 0.5 : RIGHT_AT_ONCE)) {
    return { failing: [], note };
  }
  return { failing: oneLiner ? slopes(random, problem, slope, line[2] ?? 'x', derived ? effort : null) : alongTheSource(random, problem), note };
}

/** What holds on the first example, in any order up to the truth: proposing it, and nothing twice, is learnt. */
export function proposedPlan(random: Random, problem: SearchProblem, effort: Effort): Plan | null {
  if (problem.skill !== 'complete' || problem.level === 1) {
    return null;
  }
  const first = problem.examples.slice(0, 1);
  const seductive = problem.wrong.filter((hypothesis) => satisfies(hypothesis.source, first));
  const different = new Map(seductive.map((hypothesis) => [hypothesis.answer, hypothesis]));
  const right = random.chance(effort === 'low' ? 0.5 : RIGHT_AT_ONCE);
  const before = right ? 0 : random.integer(0, different.size);
  return { failing: random.shuffled([...different.values()]).slice(0, before).map((hypothesis) => ({ hypothesis, unlearned: 0, note: null })), note: null };
}

/** Lines through the first example whose slope moves to the true one step by step. */
function slopes(random: Random, problem: SearchProblem, slope: number, x: string, derivedAt: Effort | null): Try[] {
  const { at, expected } = firstPoint(problem);
  const off = random.weighted([[1, 8], [2, 5], [3, 3], [4, 2], [5, 1]]) * (random.chance(0.5) ? 1 : -1);
  const start = Math.max(1, Math.min(STEEPEST, slope + off));
  const direction = Math.sign(slope - start);
  const tries: Try[] = [];
  if (derivedAt === null && random.chance(STRAY_START)) {
    tries.push(masked(random.pick(problem.wrong)));
  }
  for (let a = start; a !== slope; a += direction) {
    const answer = lineText(a, x, expected - a * at);
    const note = derivedAt === null || derivedAt === 'low' ? null : noteFor(problem, a, derivedAt);
    // The guess is its slope; what keeps the line on the example is arithmetic and is learnt.
    tries.push({ hypothesis: { answer, source: problem.truth.source.replace(problem.truth.answer, answer) }, unlearned: a === start ? 1 : 0, note });
  }
  return tries;
}

function firstPoint(problem: SearchProblem): { at: number; expected: number } {
  const [example] = problem.examples;
  return { at: example?.arguments[0] ?? 0, expected: example?.expected ?? 0 };
}

function noteFor(problem: SearchProblem, slope: number, effort: Effort): Note {
  const { at, expected } = firstPoint(problem);
  const worked = effort === 'high' ? `=${expected}-${slope * at}` : '';
  return { before: `${expected}-`, slope: String(slope), after: `*${at}${worked}=${expected - slope * at}` };
}

function lineText(slope: number, x: string, offset: number): string {
  const product = slope === 1 ? x : `${slope} * ${x}`;
  return offset === 0 ? product : `${product} ${offset > 0 ? '+' : '-'} ${Math.abs(offset)}`;
}

function alongTheSource(random: Random, problem: SearchProblem): Try[] {
  const guess = random.pick(problem.wrong);
  const before = problem.wrong.slice(0, problem.wrongBefore).filter((hypothesis) => hypothesis.answer !== guess.answer);
  const ordered = new Map(before.map((hypothesis) => [hypothesis.answer, hypothesis]));
  return [masked(guess), ...[...ordered.values()].map((hypothesis) => ({ hypothesis, unlearned: 0, note: null }))];
}

function masked(hypothesis: Hypothesis): Try {
  return { hypothesis, unlearned: hypothesis.answer.length, note: null };
}
