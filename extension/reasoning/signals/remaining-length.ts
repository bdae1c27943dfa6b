/**
 * Predicted remaining thought. Budget Guidance, arXiv 2506.13752: log(1 + L) of the remaining thinking tokens L is modelled as a
 * Gamma(alpha, lambda) variable; the point estimate is its mode, (alpha - 1)/lambda, taken back by expm1.
 */
import { gammaCdf } from '../gamma.ts';

/** The model's prediction at one token: shape and rate. */
export interface LengthPrediction {
  readonly alpha: number;
  readonly lambda: number;
}

/** The authors trust a prediction only where it is narrow enough: lambda >= 10, alpha > 1, and a mode of about one token at least. */
export function isTrusted({ alpha, lambda }: LengthPrediction): boolean {
  return lambda >= 10 && alpha > 1 && Number.isFinite(alpha) && Number.isFinite(lambda) && Math.expm1((alpha - 1) / lambda) >= 0.9;
}

/** The most likely number of thinking tokens still to come; null for figures that describe no distribution. */
export function likelyRemaining({ alpha, lambda }: LengthPrediction): number | null {
  if (!(alpha > 0) || !(lambda > 0)) return null;
  const tokens = Math.expm1(Math.max(0, alpha - 1) / lambda);
  return Number.isFinite(tokens) ? tokens : null;
}

/** Probability that at most `tokens` more are needed. */
export function chanceWithin({ alpha, lambda }: LengthPrediction, tokens: number): number {
  return gammaCdf(Math.log1p(Math.max(0, tokens)), alpha, lambda);
}
