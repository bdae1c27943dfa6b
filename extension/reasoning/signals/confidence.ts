/**
 * Token, group, tail and lowest-group confidence (DeepConf, arXiv 2508.15260). With the k most likely tokens at position i:
 *
 *   C_i = -(1/k) * sum_j log P_i(j)        larger: more peaked, surer
 *   group C_G(i) = mean of C over the last w tokens        lowest = min over the groups        tail = mean of C over the last tokens
 *
 * Thoughts shorter than a window are one group. Scales differ between models, vocabularies and k: a threshold never carries over.
 */

/** k, as the authors use it. */
export const TOP_K = 20;
/** A probability of 0 would make the confidence infinite; it counts as e^-100, which is below any 32-bit float. */
const LEAST_LOGPROB = -100;

/** C_i from the log-probabilities of the most likely tokens (natural log, any order, at most k of them count). */
export function tokenConfidence(topLogprobs: readonly number[]): number | null {
  const counted = topLogprobs.filter((logprob) => !Number.isNaN(logprob)).sort((a, b) => b - a).slice(0, TOP_K);
  if (counted.length === 0) return null;
  return -counted.reduce((sum, logprob) => sum + Math.max(logprob, LEAST_LOGPROB), 0) / counted.length;
}

export interface GroupReading {
  /** Mean over all tokens. */
  readonly mean: number;
  /** Mean over the latest window, or over all tokens where there are fewer. */
  readonly group: number;
  /** The lowest group of a full window so far, or the group. */
  readonly lowest: number;
  /** Whether a whole window has been seen. Nothing may be decided before. */
  readonly full: boolean;
}

/** Streaming form over windows of `size` tokens. `groupsOf` is the batch form; the two are equal on any input. */
export class GroupConfidence {
  readonly #window: Float64Array;
  #count = 0;
  #sum = 0;
  #windowSum = 0;
  #lowest = Infinity;

  constructor(size: number) {
    this.#window = new Float64Array(size);
  }

  add(confidence: number): void {
    const at = this.#count % this.#window.length;
    this.#windowSum += confidence - this.#window[at]!;
    this.#window[at] = confidence;
    this.#count += 1;
    this.#sum += confidence;
    // Summed anew once a window, so that rounding cannot add up over a long run.
    if (at === this.#window.length - 1) this.#windowSum = this.#window.reduce((sum, value) => sum + value, 0);
    if (this.#count >= this.#window.length) this.#lowest = Math.min(this.#lowest, this.#windowSum / this.#window.length);
  }

  read(): GroupReading | null {
    if (this.#count === 0) return null;
    const full = this.#count >= this.#window.length;
    const mean = this.#sum / this.#count;
    const group = full ? this.#windowSum / this.#window.length : mean;
    return { mean, group, lowest: full ? this.#lowest : group, full };
  }
}

/** Batch form: every group of `size` tokens, in order; one group of all where there are fewer. */
export function groupsOf(confidences: readonly number[], size: number): number[] {
  if (confidences.length === 0) return [];
  if (confidences.length < size) return [meanOf(confidences)];
  return Array.from({ length: confidences.length - size + 1 }, (_, i) => meanOf(confidences.slice(i, i + size)));
}

/** Mean confidence of the last `size` tokens; null for none. */
export function tailOf(confidences: readonly number[], size: number): number | null {
  const tail = confidences.slice(-size);
  return tail.length === 0 ? null : meanOf(tail);
}

/**
 * The threshold of DeepConf's online filter from the lowest-group confidences of finished runs: keeping the best `keep` per cent
 * means the (100 - keep)-th percentile, with linear interpolation. 10 is the published "low", 90 the safe "high".
 */
export function confidenceThreshold(lowestGroups: readonly number[], keep: number): number | null {
  const sorted = lowestGroups.toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = ((100 - keep) / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
