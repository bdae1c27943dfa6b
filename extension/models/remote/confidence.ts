/**
 * Token confidence from the likeliest tokens a server lists: minus the mean of their log-probabilities, in nats (DeepConf, arXiv 2508.15260, k = 20).
 * High where one token stands out: all the others are then very unlikely.
 */

/** DeepConf's k. Fewer candidates give other values, so they are not given the same name. */
export const CONFIDENCE_CANDIDATES = 20;

/** Undefined where the server listed too few. */
export function tokenConfidence(top: readonly number[] | undefined): number | undefined {
  if (top === undefined || top.length < CONFIDENCE_CANDIDATES) return undefined;
  const likeliest = [...top].sort((a, b) => b - a).slice(0, CONFIDENCE_CANDIDATES);
  return -likeliest.reduce((sum, logprob) => sum + logprob, 0) / CONFIDENCE_CANDIDATES;
}
