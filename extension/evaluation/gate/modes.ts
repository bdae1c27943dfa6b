/** The ways a problem is put to a model, and what each costs. */
import { EFFORTS, LEVELS, type Effort, type Level } from '../world/problem.ts';
import type { GateProblem } from './problems.ts';

export type Mode =
  /** Greedy, thinking to its own end. */
  | { readonly kind: 'natural'; readonly effort: Effort }
  /** Greedy, answering at once: a thinking budget of 0. */
  | { readonly kind: 'direct' }
  /** High effort, one of several samples. */
  | { readonly kind: 'sampled'; readonly sample: number }
  /** Greedy at high effort, ended by Reins after a share (in percent) of the model's own thoughts on this problem. */
  | { readonly kind: 'ended'; readonly share: Share };

/** Percent of the natural thoughts after which thinking is ended by force. */
export const SHARES = [10, 25, 50, 75, 100] as const;
export type Share = (typeof SHARES)[number];

export const SAMPLES = 8;
export const TEMPERATURE = 0.8;

/** The level on which single samples should fail often and several should not: the last one. */
export const hardest: Level = LEVELS.at(-1) ?? 1;

/** One run to be made. */
export interface Job {
  readonly problem: GateProblem;
  readonly mode: Mode;
  readonly effort: Effort;
  /** Thinking tokens at most; null: as many as the model's context has room for. */
  readonly thinking: number | null;
  /** Tokens of thought this will take, as far as that can be told: runs of like length are made together. */
  readonly expected: number;
}

export function keyOf(problem: GateProblem, mode: Mode): string {
  return `${problem.id}/${nameOf(mode)}`;
}

export function nameOf(mode: Mode): string {
  switch (mode.kind) {
    case 'natural':
      return mode.effort;
    case 'direct':
      return 'direct';
    case 'sampled':
      return `sample-${mode.sample}`;
    case 'ended':
      return `ended-${mode.share}`;
  }
}

/** What can be run before anything is known of the model. */
export function firstJobs(problems: readonly GateProblem[]): Job[] {
  const natural = EFFORTS.flatMap((effort, rank) => problems.map((problem): Job => ({ problem, mode: { kind: 'natural', effort }, effort, thinking: null, expected: rank * 1000 + problem.problem.level * 10 })));
  const direct = problems.filter(({ problem }) => problem.level >= 2).map((problem): Job => ({ problem, mode: { kind: 'direct' }, effort: 'high', thinking: 0, expected: 0 }));
  return [...natural, ...direct];
}

/** Forced ends, at shares of the thoughts a problem took. `thoughts` gives their number at high effort. */
export function endedJobs(problems: readonly GateProblem[], thoughts: (problem: GateProblem) => number): Job[] {
  return SHARES.flatMap((share) =>
    problems.map((problem): Job => {
      const budget = Math.round((thoughts(problem) * share) / 100);
      return { problem, mode: { kind: 'ended', share }, effort: 'high', thinking: budget, expected: budget };
    }),
  );
}

export function sampledJobs(problems: readonly GateProblem[], thoughts: (problem: GateProblem) => number): Job[] {
  return problems
    .filter(({ problem }) => problem.level === hardest)
    .flatMap((problem) => Array.from({ length: SAMPLES }, (_, index): Job => ({ problem, mode: { kind: 'sampled', sample: index + 1 }, effort: 'high', thinking: null, expected: thoughts(problem) })));
}
