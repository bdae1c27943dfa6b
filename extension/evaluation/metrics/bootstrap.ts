/**
 * A percentile bootstrap interval of a mean (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13). Given the differences
 * of pairs it is the paired bootstrap, for quantities that are no plain proportions, such as pass@8 less pass@1 of the same problem.
 */
import { createRandom } from '../world/random.ts';
import type { Interval } from './wilson.ts';

export interface MeanInterval extends Interval {
  readonly mean: number;
}

const RESAMPLES = 4000;

/** The 95 % interval of the mean of `values`. The same seed gives the same interval. Without values: NaN everywhere. */
export function bootstrapMean(values: readonly number[], seed = 1): MeanInterval {
  const count = values.length;
  const mean = sum(values) / count;
  if (count === 0) return { mean, low: NaN, high: NaN };
  const random = createRandom(seed);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let total = 0;
    for (let drawn = 0; drawn < count; drawn += 1) total += values[random.integer(0, count - 1)] ?? 0;
    return total / count;
  }).sort();
  const at = (share: number): number => means[Math.round(share * (RESAMPLES - 1))] ?? mean;
  return { mean, low: at(0.025), high: at(0.975) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
