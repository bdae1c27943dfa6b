/**
 * Self-evaluation: the model's own estimate, a number a token, that its present course ends in a right answer. Capability-aware and
 * mid-generation self-evaluation, arXiv 2410.02725, asks for one token's probability; here it is an output of its own, so that it costs
 * no tokens. A single token's figure scatters, so a reading is the mean since the reading before.
 */

/** Streaming form. `selfEvaluationOf` is the batch form; the two are equal on any input. */
export class SelfEvaluation {
  #sum = 0;
  #count = 0;

  /** A figure outside 0..1 is no probability and is passed over. */
  add(probability: number): void {
    if (!isProbability(probability)) return;
    this.#sum += probability;
    this.#count += 1;
  }

  /** The mean since the last reading; null where there was none. */
  take(): number | null {
    const mean = this.#count === 0 ? null : this.#sum / this.#count;
    this.#sum = 0;
    this.#count = 0;
    return mean;
  }
}

/** Batch form: a reading after each of the `ends` (numbers of tokens, ascending). */
export function selfEvaluationOf(probabilities: readonly number[], ends: readonly number[]): (number | null)[] {
  return ends.map((end, i) => {
    const since = probabilities.slice(ends[i - 1] ?? 0, end).filter(isProbability);
    return since.length === 0 ? null : since.reduce((sum, value) => sum + value, 0) / since.length;
  });
}

function isProbability(value: number): boolean {
  return value >= 0 && value <= 1;
}
