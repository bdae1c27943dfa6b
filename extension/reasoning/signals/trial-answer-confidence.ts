/**
 * Confidence of a trial answer (DEER, arXiv 2504.15895): how likely the model held the words of the answer it would give now. With p_i the
 * probabilities of the answer's tokens: arithmetic = mean(p_i), geometric = exp(mean(log p_i)). The authors take the arithmetic
 * mean by default and the geometric one for Qwen3, which is over-confident; there the confidence only counts where the model closed its
 * thoughts itself after the trial answer, and is 0 otherwise.
 */

export interface TrialConfidence {
  readonly arithmetic: number;
  readonly geometric: number;
  readonly least: number;
}

/** `skip` leading tokens do not count: the authors leave out the opening brace. Null when no token is left, or a figure is no number. */
export function trialConfidenceOf(logprobs: readonly number[], skip = 1): TrialConfidence | null {
  const counted = logprobs.slice(skip);
  if (counted.length === 0 || counted.some(Number.isNaN)) return null;
  const probabilities = counted.map((logprob) => Math.min(1, Math.exp(logprob)));
  return {
    arithmetic: mean(probabilities),
    geometric: Math.min(1, Math.exp(mean(counted))),
    least: Math.min(...probabilities),
  };
}

/** The Qwen3 rule: the geometric mean, and only where the model itself closed its thoughts after the answer. */
export function closedConfidence(confidence: TrialConfidence, closed: boolean): number {
  return closed ? confidence.geometric : 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
