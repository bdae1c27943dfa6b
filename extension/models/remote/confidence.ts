/**
 * Token confidence from the likeliest tokens a server lists: minus the mean of their log-probabilities, in nats (DeepConf, arXiv 2508.15260, k = 20).
 * High where one token stands out: all the others are then very unlikely.
 */

/** DeepConf's k. Fewer candidates give other values, so they are not given the same name. */
export const CONFIDENCE_CANDIDATES = 20;

/**
 * The least the entropy over the whole vocabulary can be, in nats, by the likeliest tokens: all others are taken for one token, and telling them apart would
 * only add to it. Undefined where the server listed too few.
 */
export function leastEntropy(top: readonly number[] | undefined): number | undefined {
  if (top === undefined || top.length < CONFIDENCE_CANDIDATES) return undefined;
  const probabilities = top.map(Math.exp);
  const rest = Math.max(0, 1 - probabilities.reduce((sum, each) => sum + each, 0));
  return [...probabilities, rest].reduce((sum, each) => (each > 0 ? sum - each * Math.log(each) : sum), 0);
}

/** Undefined where the server listed too few. */
export function tokenConfidence(top: readonly number[] | undefined): number | undefined {
  if (top === undefined || top.length < CONFIDENCE_CANDIDATES) return undefined;
  const likeliest = [...top].sort((a, b) => b - a).slice(0, CONFIDENCE_CANDIDATES);
  return -likeliest.reduce((sum, logprob) => sum + logprob, 0) / CONFIDENCE_CANDIDATES;
}
