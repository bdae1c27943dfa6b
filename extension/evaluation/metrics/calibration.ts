/** How well stated probabilities agree with what happened. */

export interface Forecast {
  /** Stated probability that the answer is right, 0 to 1. */
  readonly probability: number;
  readonly right: boolean;
}

/** The Brier score, the mean squared error of the probabilities: 0 is perfect (Brier 1950, Mon. Weather Rev. 78:1-3). NaN without forecasts. */
export function brierScore(forecasts: readonly Forecast[]): number {
  return forecasts.reduce((total, { probability, right }) => total + (probability - Number(right)) ** 2, 0) / forecasts.length;
}

export interface ReliabilityBin {
  /** Probabilities from `from` (included) to `to` (excluded, but 1 belongs to the last bin). */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean stated probability and share right; null in an empty bin. */
  readonly stated: number | null;
  readonly right: number | null;
}

/** Forecasts in bins of equal width, as drawn in a reliability diagram (DeGroot and Fienberg 1983, The Statistician 32:12-22). */
export function reliabilityBins(forecasts: readonly Forecast[], bins = 10): ReliabilityBin[] {
  const held: Forecast[][] = Array.from({ length: bins }, () => []);
  for (const forecast of forecasts) held[Math.max(0, Math.min(bins - 1, Math.floor(forecast.probability * bins)))]?.push(forecast);
  return held.map((own, index) => ({
    from: index / bins,
    to: (index + 1) / bins,
    count: own.length,
    stated: own.length === 0 ? null : own.reduce((sum, { probability }) => sum + probability, 0) / own.length,
    right: own.length === 0 ? null : own.filter(({ right }) => right).length / own.length,
  }));
}

/** Expected calibration error: the bins' gaps between stated and right, weighted by their counts (Naeini et al. 2015, AAAI). NaN without forecasts. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, { count, stated, right }) => sum + (stated === null || right === null ? 0 : count * Math.abs(stated - right)), 0) / total;
}
