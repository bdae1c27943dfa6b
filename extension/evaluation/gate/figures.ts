/** From results to figures with their intervals. Only problems for which both sides have a result are compared. */
import { bootstrapMean, type MeanInterval } from '../metrics/bootstrap.ts';
import { pairedDifference, type PairedDifference } from '../metrics/paired-difference.ts';
import { passAtK } from '../metrics/pass-at-k.ts';
import { wilson, type Interval } from '../metrics/wilson.ts';
import { SAMPLES, type Mode } from './modes.ts';
import type { GateProblem } from './problems.ts';
import type { Results } from './results.ts';

export interface Accuracy extends Interval {
  readonly share: number;
  readonly runs: number;
  /** Mean tokens of thought. */
  readonly thinking: number;
  /** Runs with an answer that is neither empty nor cut off. */
  readonly answered: number;
  /** Runs whose thoughts the budget ended. */
  readonly cut: number;
}

/** Shares and means are NaN where nothing was run. */
export function accuracy(results: Results, problems: readonly GateProblem[], mode: Mode): Accuracy {
  const own = results.of(problems, mode);
  const right = own.filter((result) => result.right).length;
  return {
    share: right / own.length,
    ...wilson(right, own.length),
    runs: own.length,
    thinking: own.reduce((sum, result) => sum + result.thinking, 0) / own.length,
    answered: own.filter((result) => result.answered).length,
    cut: own.filter((result) => !result.natural).length,
  };
}

export interface Side {
  readonly results: Results;
  readonly mode: Mode;
}

export function difference(problems: readonly GateProblem[], first: Side, second: Side): PairedDifference {
  return pairedDifference(
    problems.flatMap((problem): (readonly [boolean, boolean])[] => {
      const one = first.results.find(problem, first.mode);
      const other = second.results.find(problem, second.mode);
      return one && other ? [[one.right, other.right]] : [];
    }),
  );
}

export interface Sampled {
  readonly problems: number;
  /** Mean over problems of the share of samples that are right. */
  readonly one: MeanInterval;
  /** Mean pass@8. */
  readonly eight: MeanInterval;
  readonly gain: MeanInterval;
}

/** Of problems with all their samples. */
export function sampled(results: Results, problems: readonly GateProblem[]): Sampled {
  const rights = problems.flatMap((problem): number[] => {
    const own = Array.from({ length: SAMPLES }, (_, index) => results.find(problem, { kind: 'sampled', sample: index + 1 }));
    return own.every((result) => result !== undefined) ? [own.filter((result) => result?.right).length] : [];
  });
  const one = rights.map((right) => passAtK(SAMPLES, right, 1));
  const eight = rights.map((right) => passAtK(SAMPLES, right, SAMPLES));
  return { problems: rights.length, one: bootstrapMean(one), eight: bootstrapMean(eight), gain: bootstrapMean(eight.map((value, index) => value - (one[index] ?? 0))) };
}
