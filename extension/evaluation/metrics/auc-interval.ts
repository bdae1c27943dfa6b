/**
 * ROC-AUC with a percentile bootstrap interval over problems (Efron and Tibshirani 1993, chapter 13): answers to one problem go together, so
 * whole problems are drawn. Sorted once; a resample only changes how often each problem counts.
 */
import { createRandom } from '../world/random.ts';
import { rocAuc, rocAucWithin, type Scored } from './roc-auc.ts';
import type { Interval } from './wilson.ts';

export interface Auc extends Interval {
  /** Null where there is no pair of a right and a wrong answer. */
  readonly auc: number | null;
}

const RESAMPLES = 1000;

/** Over all pairs of answers, and over pairs of answers to the same problem. `problems` holds the answers to each. */
export function aucIntervals(problems: readonly (readonly Scored[])[], seed = 1): { readonly pooled: Auc; readonly within: Auc } {
  const sorted = problems.flatMap((answers, problem) => answers.map(({ score, right }) => ({ score, right, problem }))).sort((a, b) => a.score - b.score);
  const own = problems.map((answers) => ({ auc: rocAuc(answers) ?? 0, pairs: answers.filter(({ right }) => right).length * answers.filter(({ right }) => !right).length }));
  const random = createRandom(seed);
  const pooled: number[] = [];
  const within: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    const times = new Uint16Array(problems.length);
    for (let drawn = 0; drawn < problems.length; drawn += 1) times[random.integer(0, problems.length - 1)]! += 1;
    pooled.push(weighted(sorted, times));
    const pairs = own.reduce((sum, one, problem) => sum + one.pairs * times[problem]!, 0);
    within.push(own.reduce((sum, one, problem) => sum + one.auc * one.pairs * times[problem]!, 0) / pairs);
  }
  return { pooled: { auc: rocAuc(problems.flat()), ...interval(pooled) }, within: { auc: rocAucWithin(problems), ...interval(within) } };
}

/** Along the sorted scores; ties count half. NaN without a pair. */
function weighted(sorted: readonly { readonly score: number; readonly right: boolean; readonly problem: number }[], times: Uint16Array): number {
  let wins = 0;
  let wrongBelow = 0;
  let rightAll = 0;
  for (let from = 0; from < sorted.length; ) {
    let right = 0;
    let wrong = 0;
    let to = from;
    for (; to < sorted.length && sorted[to]!.score === sorted[from]!.score; to += 1) {
      const one = sorted[to]!;
      if (one.right) right += times[one.problem]!;
      else wrong += times[one.problem]!;
    }
    wins += right * (wrongBelow + wrong / 2);
    wrongBelow += wrong;
    rightAll += right;
    from = to;
  }
  return wins / (wrongBelow * rightAll);
}

function interval(values: readonly number[]): Interval {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { low: at(0.025), high: at(0.975) };
}
