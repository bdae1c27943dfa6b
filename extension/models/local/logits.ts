/** Statistics of the raw logits: log-probabilities and entropy over the full vocabulary, in float64. */
import { ReasoningError } from '../../reasoning/errors.ts';
import { largest } from './largest.ts';
import { said } from '../../trace/said.ts';

export interface LogitStats {
  /** Index of the largest logit; the first of equals. */
  readonly argmax: number;
  /** log(sum(exp(logits))), nats. */
  readonly logSumExp: number;
  /** Entropy of softmax(logits), nats. */
  readonly entropy: number;
}

/** Index of the largest value; the first of equals. Undefined where there is none that is a finite number. */
export function bestOf(logits: Float32Array): number | undefined {
  let best = 0;
  let max = -Infinity;
  for (let i = 0; i < logits.length; i += 1) {
    const value = logits[i]!;
    if (value > max) {
      max = value;
      best = i;
    }
  }
  return Number.isFinite(max) ? best : undefined;
}

/** The same. Throws `model-invalid` when the model gave no usable numbers. */
export function argmaxOf(logits: Float32Array): number {
  const best = bestOf(logits);
  if (best === undefined) {
    throw new ReasoningError('model-invalid', said('The model computed values that are not numbers. Its weights are damaged, or this export does not work on a CPU; choose another one.'));
  }
  return best;
}

/** One pass over the vocabulary, stable for any offset of the logits. */
export function statsOf(logits: Float32Array): LogitStats {
  const argmax = argmaxOf(logits);
  const max = logits[argmax]!;
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < logits.length; i += 1) {
    const shifted = logits[i]! - max;
    const weight = Math.exp(shifted);
    sum += weight;
    if (weight > 0) weighted += weight * shifted; // exp(-Infinity) * -Infinity would be NaN
  }
  const logSum = Math.log(sum);
  return { argmax, logSumExp: max + logSum, entropy: Math.max(0, logSum - weighted / sum) };
}

/** Log-probabilities of the `k` most likely tokens (all, where there are fewer), in no order. */
export function topLogprobs(logits: Float32Array, logSumExp: number, k: number): number[] {
  return Array.from(largest(logits, k), (logit) => logit - logSumExp);
}
