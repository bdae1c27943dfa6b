/**
 * The arithmetic of a particle filter over lines of thought: how they weigh, how evenly, and which of them are kept.
 *
 * Particle filtering for inference-time scaling: arXiv 2502.01618. Its entropic form, which flattens the weights early on so that the lines do not
 * all become copies of one too soon: arXiv 2510.05825, with the temperature by effective sample size as in the authors' its_hub.
 */

/** Weights are taken from chances within these, so that none is infinite. */
const LEAST_CHANCE = 1e-7;
/** Tempered while fewer than this share of the lines count, in the first part of the way. */
const FEW = 0.5;
const EARLY = 0.5;

/** log(p / (1 - p)). */
export function weightOf(chance: number): number {
  const p = Math.min(1 - LEAST_CHANCE, Math.max(LEAST_CHANCE, chance));
  return Math.log(p / (1 - p));
}

/** Shares of the whole, by exp(weight / temperature). */
export function shares(weights: readonly number[], temperature = 1): number[] {
  const most = Math.max(...weights);
  const raised = weights.map((weight) => Math.exp((weight - most) / temperature));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}

/** How many lines count, 1 to all of them: 1 over the sum of the squared shares. */
export function effectiveSize(of: readonly number[]): number {
  return 1 / of.reduce((sum, share) => sum + share * share, 0);
}

/** By how much the weights are flattened before lines are drawn; 1 for not at all. `progress` from 0 to 1. */
export function temperature(of: readonly number[], progress: number): number {
  const ratio = effectiveSize(of) / of.length;
  return ratio < FEW && progress < EARLY ? Math.max(1, (1 / ratio) * (1 - progress)) : 1;
}

/**
 * Systematic resampling: as many indices as shares, at (i + offset) / n along their running sum, `offset` from 0 to 1. A line with a share of at
 * least 1/n is always kept.
 */
export function resampled(of: readonly number[], offset: number): number[] {
  const n = of.length;
  const chosen: number[] = [];
  let index = 0;
  let sum = of[0] ?? 0;
  for (let i = 0; i < n; i += 1) {
    const at = (i + offset) / n;
    while (at >= sum && index < n - 1) {
      index += 1;
      sum += of[index] ?? 0;
    }
    chosen.push(index);
  }
  return chosen;
}
