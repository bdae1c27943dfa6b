/** Figures as they are logged, and decided by. */

/** More digits than any signal means, and few enough to keep the log small. */
export const DIGITS = 6;

/** A finite figure to as many digits as are logged. What decides must be what the log shows, or a replay could decide otherwise. */
export function figure(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
