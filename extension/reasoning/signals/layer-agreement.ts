/**
 * Agreement of the layers: for what share of the latest tokens did an earlier layer, read through the model's own output head, already have
 * the final layer's first choice? Early exits with a shared head: Sorted LLaMA (SoFT), arXiv 2309.08968. It only means something on a model
 * whose earlier layers were trained to be read so. A reading covers the tokens since the reading before.
 */

export interface AgreementReading {
  /** Mean over the layers. */
  readonly mean: number;
  /** Share per early-exit layer, first to last. */
  readonly layers: readonly number[];
}

/** Streaming form. `agreementOf` is the batch form; the two are equal on any input. */
export class LayerAgreement {
  #agreed: number[] = [];
  #count = 0;

  /** Per early-exit layer, whether its first choice was the final one. */
  add(agrees: readonly boolean[]): void {
    if (agrees.length === 0) return;
    if (this.#count === 0) this.#agreed = agrees.map(() => 0);
    agrees.forEach((agreed, layer) => {
      if (agreed) this.#agreed[layer] = (this.#agreed[layer] ?? 0) + 1;
    });
    this.#count += 1;
  }

  /** The shares since the last reading; null where there was no token. */
  take(): AgreementReading | null {
    if (this.#count === 0) return null;
    const layers = this.#agreed.map((agreed) => agreed / this.#count);
    this.#count = 0;
    return { mean: layers.reduce((sum, share) => sum + share, 0) / layers.length, layers };
  }
}

/** Batch form over one stretch of tokens. */
export function agreementOf(tokens: readonly (readonly boolean[])[]): AgreementReading | null {
  const first = tokens[0];
  if (!first || first.length === 0) return null;
  const layers = first.map((_, layer) => tokens.filter((agrees) => agrees[layer] === true).length / tokens.length);
  return { mean: layers.reduce((sum, share) => sum + share, 0) / layers.length, layers };
}
