/**
 * Entropy after the end tag (EAT), arXiv 2509.26522: how undecided would the model be about its answer's first token if the thoughts ended
 * here, and does that still move? With x_i the entropies at the ends of paragraphs (nats) and a the weight of the newest:
 *
 *   mu_1 = x_1   mu_i = a*x_i + (1-a)*mu_(i-1)        V_1 = 0   V_i = a*(x_i - mu_i)^2 + (1-a)*V_(i-1)
 *
 * The deviation is taken from the updated mean, as the authors' code does, so thresholds do not carry over to textbook moving variances.
 * V starts at 0, so a threshold on it means nothing before a warm-up of about 4/a entropies.
 */

export interface MovingEntropy {
  /** Entropies taken in. */
  readonly count: number;
  readonly latest: number;
  readonly mean: number;
  readonly variance: number;
}

/** Streaming form. `movingEntropyOf` is the batch form; the two are equal on any input. */
export class EntropyAfterEnd {
  readonly #weight: number;
  #count = 0;
  #mean = 0;
  #variance = 0;

  /** `weight` of the newest entropy: a, above 0 and at most 1. */
  constructor(weight: number) {
    this.#weight = weight;
  }

  add(entropy: number): MovingEntropy {
    const a = this.#count === 0 ? 1 : this.#weight;
    this.#mean = a * entropy + (1 - a) * this.#mean;
    this.#variance = this.#count === 0 ? 0 : a * (entropy - this.#mean) ** 2 + (1 - a) * this.#variance;
    this.#count += 1;
    return { count: this.#count, latest: entropy, mean: this.#mean, variance: this.#variance };
  }
}

/** Batch form: the state after all entropies, as weighted sums over the whole list. Null for none. */
export function movingEntropyOf(entropies: readonly number[], weight: number): MovingEntropy | null {
  if (entropies.length === 0) return null;
  const meanAt = (i: number): number => {
    let mean = (1 - weight) ** i * entropies[0]!;
    for (let j = 1; j <= i; j += 1) mean += weight * (1 - weight) ** (i - j) * entropies[j]!;
    return mean;
  };
  const last = entropies.length - 1;
  let variance = 0;
  for (let i = 1; i <= last; i += 1) variance += weight * (1 - weight) ** (last - i) * (entropies[i]! - meanAt(i)) ** 2;
  return { count: entropies.length, latest: entropies[last]!, mean: meanAt(last), variance };
}

/** Entropies to wait for before a threshold on the variance means anything: about 4/a. */
export function warmUp(weight: number): number {
  return Math.ceil(4 / weight);
}
