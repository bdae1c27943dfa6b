/** Wilson's score interval of a proportion (Wilson 1927, J. Am. Stat. Assoc. 22:209-212), without continuity correction. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % quantile of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/** The 95 % interval of `successes` out of `trials`; everything is possible where nothing was tried. */
export function wilson(successes: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const square = Z95 * Z95;
  const centre = share + square / (2 * trials);
  const half = Z95 * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials * trials));
  const scale = 1 + square / trials;
  // Rounding must not push an end beyond what was seen: none of ten includes 0, ten of ten 1.
  return { low: Math.max(0, Math.min(share, (centre - half) / scale)), high: Math.min(1, Math.max(share, (centre + half) / scale)) };
}
