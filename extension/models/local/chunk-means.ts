/** Mean residual state per layer over chunks of tokens, as they stream by. */
export class ChunkMeans {
  #sums: Float64Array[] = [];
  #count = 0;
  #lastPosition = -1;

  /**
   * Count the token at `position`; `row` is its row in the layers' [tokens, width] arrays of `rows` tokens.
   * Returns the means per layer when this token completes a chunk of `size`.
   */
  add(layers: readonly Float32Array[], row: number, rows: number, position: number, size: number): Float32Array[] | undefined {
    if (this.#count === 0) this.#sums = layers.map((layer) => new Float64Array(layer.length / rows));
    layers.forEach((layer, i) => {
      const sum = this.#sums[i]!;
      const start = row * sum.length;
      for (let d = 0; d < sum.length; d += 1) sum[d] = sum[d]! + layer[start + d]!;
    });
    this.#count += 1;
    this.#lastPosition = position;
    if (this.#count < size) return undefined;
    const means = this.#means();
    this.#count = 0;
    return means;
  }

  /** The chunk that is not complete yet; null when it is empty. */
  rest(): { readonly means: Float32Array[]; readonly tokens: number } | null {
    return this.#count === 0 ? null : { means: this.#means(), tokens: this.#count };
  }

  /** Tokens from `position` on are gone. A chunk that counted one of them starts anew. */
  rewind(position: number): void {
    if (this.#lastPosition >= position) this.#count = 0;
  }

  #means(): Float32Array[] {
    return this.#sums.map((sum) => Float32Array.from(sum, (value) => value / this.#count));
  }

  copy(): ChunkMeans {
    const twin = new ChunkMeans();
    twin.#sums = this.#sums.map((sum) => sum.slice());
    twin.#count = this.#count;
    twin.#lastPosition = this.#lastPosition;
    return twin;
  }
}
