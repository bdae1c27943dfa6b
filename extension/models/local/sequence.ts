/** A token sequence over a decoder: what is in the cache, what is still to be fed, and what the next token's logits are. */
import type { Decoder, StepResult } from './decoder.ts';
import { ChunkMeans } from './chunk-means.ts';
import type { KvCache } from './kv-cache.ts';

/** Tokens fed in one run while their logits are fetched: bounds the values of [tokens, vocab], in floats. */
const LOGITS_BUDGET = 2 ** 18;
/** Tokens per prefill run: bounds memory and the time until Stop is seen. */
const PREFILL_CHUNK = 256;

export class Sequence {
  readonly #decoder: Decoder;
  #ids: number[];
  #cache: KvCache;
  #logits: Float32Array | undefined;
  #means = new ChunkMeans();
  /** Position of the sampled token that has not been fed yet. Its state is seen when it is. */
  #sampledAt = -1;

  constructor(decoder: Decoder, ids: readonly number[]) {
    this.#decoder = decoder;
    this.#ids = [...ids];
    this.#cache = decoder.empty();
  }

  get length(): number {
    return this.#ids.length;
  }

  /** The last `count` ids before `position`. */
  tail(position: number, count: number): readonly number[] {
    return this.#ids.slice(Math.max(0, position - count), position);
  }

  /** Logits of the next token, once everything is fed. */
  get logits(): Float32Array | undefined {
    return this.#logits;
  }

  /** Add a token the model chose. */
  choose(id: number): void {
    this.#sampledAt = this.#ids.length;
    this.#push([id]);
  }

  /** Add tokens of our own. */
  write(ids: readonly number[]): void {
    if (ids.length > 0) this.#push(ids);
  }

  /** Feed what is not in the cache yet. Afterwards `logits` are there. With `chunk`, returns the means of a hidden-state chunk it completed. */
  async feed(signal: AbortSignal, chunk?: number): Promise<Float32Array[] | undefined> {
    if (this.#logits) return undefined;
    const hidden = chunk !== undefined && this.#sampledAt >= this.#cache.length;
    // Everything before the sampled token (if its state is wanted), or before the last one, goes in without looking.
    const lead = hidden ? this.#sampledAt : Math.max(this.#cache.length, this.#ids.length - this.#fitting());
    signal.throwIfAborted();
    while (this.#cache.length < lead) {
      // Kept after every chunk, so that an interrupted prefill goes on where it was.
      this.#cache = await this.#decoder.prefill(this.#cache, this.#ids.slice(this.#cache.length, Math.min(lead, this.#cache.length + PREFILL_CHUNK)));
      signal.throwIfAborted();
    }
    return this.#take(await this.#decoder.step(this.#cache, this.#ids.slice(this.#cache.length), { hidden }), chunk);
  }

  /** True when one token is left to feed, so that it can go into a batch. */
  get oneLeft(): boolean {
    return !this.#logits && this.#ids.length - this.#cache.length === 1;
  }

  /** Feed one token each of several sequences of one decoder and one length, in one run. */
  static async feedTogether(sequences: readonly Sequence[], chunks: readonly (number | undefined)[]): Promise<(Float32Array[] | undefined)[]> {
    const hidden = sequences.some((sequence, i) => chunks[i] !== undefined && sequence.#sampledAt === sequence.#cache.length);
    const results = await sequences[0]!.#decoder.stepBatch(
      sequences.map((sequence) => sequence.#cache),
      sequences.map((sequence) => sequence.#ids.at(-1)!),
      { hidden },
    );
    return sequences.map((sequence, i) => sequence.#take(results[i]!, chunks[i]));
  }

  /** Logits of each of `ids` given all before it; the sequence stays as it is. Yields [tokens, vocab] pieces in order. */
  async *look(ids: readonly number[], signal: AbortSignal): AsyncGenerator<Float32Array> {
    if (ids.length === 0) return;
    await this.feed(signal);
    yield this.#logits!;
    const size = this.#fitting();
    let cache = this.#cache;
    for (let at = 0; at < ids.length - 1; at += size) {
      signal.throwIfAborted();
      const result = await this.#decoder.step(cache, ids.slice(at, Math.min(at + size, ids.length - 1)), { allLogits: true });
      cache = result.cache;
      yield result.logits;
    }
  }

  /** Keep the first `length` ids (at least one, at most all). */
  rewind(length: number): void {
    if (length === this.#ids.length) return;
    this.#ids = this.#ids.slice(0, length);
    // The last token is fed again: its logits were not kept.
    this.#cache = this.#decoder.crop(this.#cache, Math.min(this.#cache.length, length - 1));
    this.#logits = undefined;
    if (this.#sampledAt >= length) this.#sampledAt = -1;
    this.#means.rewind(length);
  }

  /** An independent copy; the cache is shared until one of the two goes on. */
  copy(): Sequence {
    const twin = new Sequence(this.#decoder, this.#ids);
    twin.#cache = this.#cache;
    twin.#logits = this.#logits;
    twin.#means = this.#means.copy();
    twin.#sampledAt = this.#sampledAt;
    return twin;
  }

  /** Let go of the memory. */
  release(): void {
    this.#ids = [];
    this.#cache = this.#decoder.empty();
    this.#logits = undefined;
  }

  /** Length of the cache; sequences of equal length can be fed together. */
  get fed(): number {
    return this.#cache.length;
  }

  #push(ids: readonly number[]): void {
    for (const id of ids) this.#ids.push(id);
    this.#logits = undefined;
  }

  #take(result: StepResult, chunk: number | undefined): Float32Array[] | undefined {
    const from = this.#cache.length;
    this.#cache = result.cache;
    this.#logits = result.logits;
    if (chunk === undefined || !result.hidden || this.#sampledAt < from) return undefined;
    return this.#means.add(result.hidden, this.#sampledAt - from, result.cache.length - from, this.#sampledAt, chunk);
  }

  #fitting(): number {
    return Math.max(1, Math.min(PREFILL_CHUNK, Math.floor(LOGITS_BUDGET / this.#decoder.vocab)));
  }
}
