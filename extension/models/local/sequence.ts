/** A token sequence over a decoder: what is in the cache, what is still to be fed, and what the next token's logits are. */
import type { Decoder, StepResult } from './decoder.ts';
import { ChunkMeans } from './chunk-means.ts';
import type { HeadValues, HeadWants } from './heads.ts';
import type { KvCache } from './kv-cache.ts';

/** Tokens fed in one run while their logits are fetched: bounds the values of [tokens, vocab], in floats. */
const LOGITS_BUDGET = 2 ** 18;
/** What is wanted of a token beside its logits. */
export interface FeedWants {
  /** Chunk size of the mean residual states. */
  readonly chunk?: number | undefined;
  readonly heads?: HeadWants | undefined;
}

/** Tokens per prefill run: bounds memory and the time until Stop is seen. */
const PREFILL_CHUNK = 256;

export class Sequence {
  readonly #decoder: Decoder;
  #ids: number[];
  #cache: KvCache;
  #logits: Float32Array | undefined;
  /** Extra outputs that came with the logits. */
  #heads: HeadValues | undefined;
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

  /** Extra outputs for the next token, as far as they were asked for when it was fed. */
  get heads(): HeadValues | undefined {
    return this.#heads;
  }

  /** Mean states of the chunk that is not complete yet. */
  get rest(): { readonly means: Float32Array[]; readonly tokens: number } | null {
    return this.#means.rest();
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
  async feed(signal: AbortSignal, { chunk, heads }: FeedWants = {}): Promise<Float32Array[] | undefined> {
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
    return this.#take(await this.#decoder.step(this.#cache, this.#ids.slice(this.#cache.length), { hidden, heads }), chunk);
  }

  /** True when one token is left to feed, so that it can go into a batch. */
  get oneLeft(): boolean {
    return !this.#logits && this.#ids.length - this.#cache.length === 1;
  }

  /** Feed one token each of several sequences of one decoder and one length, in one run. */
  static async feedTogether(sequences: readonly Sequence[], wants: readonly FeedWants[]): Promise<(Float32Array[] | undefined)[]> {
    const hidden = sequences.some((sequence, i) => wants[i]?.chunk !== undefined && sequence.#sampledAt === sequence.#cache.length);
    const results = await sequences[0]!.#decoder.stepBatch(
      sequences.map((sequence) => sequence.#cache),
      sequences.map((sequence) => sequence.#ids.at(-1)!),
      { hidden, heads: allOf(wants) },
    );
    return sequences.map((sequence, i) => sequence.#take(results[i]!, wants[i]?.chunk));
  }

  /**
   * Logits of each of `ids` given all before it; the sequence stays as it is. Yields [tokens, vocab] pieces in order. With `hidden`, also
   * the residual states of the ids, and then the last of them is fed too, which yields a piece without logits.
   */
  async *look(ids: readonly number[], signal: AbortSignal, hidden = false): AsyncGenerator<{ readonly logits: Float32Array; readonly tokens: number; readonly hidden?: readonly Float32Array[] }> {
    if (ids.length === 0) return;
    // On a copy: what this sequence has still to feed may be wanted with its states.
    const twin = this.copy();
    await twin.feed(signal);
    yield { logits: twin.#logits!, tokens: 0 };
    const size = this.#fitting();
    const last = hidden ? ids.length : ids.length - 1;
    let cache = twin.#cache;
    for (let at = 0; at < last; at += size) {
      signal.throwIfAborted();
      const end = Math.min(at + size, last);
      const result = await this.#decoder.step(cache, ids.slice(at, end), { allLogits: true, hidden });
      cache = result.cache;
      // The logits behind the last id belong to no id.
      const logits = end === ids.length ? result.logits.subarray(0, (end - at - 1) * this.#decoder.vocab) : result.logits;
      yield { logits, tokens: end - at, ...(result.hidden ? { hidden: result.hidden } : {}) };
    }
  }

  /** Add tokens of our own and feed them at once. Yields their residual states, as many tokens at a time as a prefill takes. */
  async *read(ids: readonly number[], signal: AbortSignal): AsyncGenerator<{ readonly tokens: number; readonly hidden: readonly Float32Array[] }> {
    await this.feed(signal);
    for (let at = 0; at < ids.length; at += PREFILL_CHUNK) {
      signal.throwIfAborted();
      const part = ids.slice(at, at + PREFILL_CHUNK);
      const result = await this.#decoder.step(this.#cache, part, { hidden: true });
      this.#push(part);
      this.#cache = result.cache;
      this.#logits = result.logits;
      if (result.hidden) yield { tokens: part.length, hidden: result.hidden };
    }
  }

  /** Keep the first `length` ids (at least one, at most all). */
  rewind(length: number): void {
    if (length === this.#ids.length) return;
    this.#ids = this.#ids.slice(0, length);
    // The last token is fed again: its logits were not kept.
    this.#cache = this.#decoder.crop(this.#cache, Math.min(this.#cache.length, length - 1));
    this.#forgetLogits();
    if (this.#sampledAt >= length) this.#sampledAt = -1;
    this.#means.rewind(length);
  }

  /** An independent copy; the cache is shared until one of the two goes on. */
  copy(): Sequence {
    const twin = new Sequence(this.#decoder, this.#ids);
    twin.#cache = this.#cache;
    twin.#logits = this.#logits;
    twin.#heads = this.#heads;
    twin.#means = this.#means.copy();
    twin.#sampledAt = this.#sampledAt;
    return twin;
  }

  /** Let go of the memory. */
  release(): void {
    this.#ids = [];
    this.#cache = this.#decoder.empty();
    this.#forgetLogits();
  }

  /** Length of the cache; sequences of equal length can be fed together. */
  get fed(): number {
    return this.#cache.length;
  }

  #push(ids: readonly number[]): void {
    for (const id of ids) this.#ids.push(id);
    this.#forgetLogits();
  }

  #take(result: StepResult, chunk: number | undefined): Float32Array[] | undefined {
    const from = this.#cache.length;
    this.#cache = result.cache;
    this.#logits = result.logits;
    this.#heads = result.heads;
    if (chunk === undefined || !result.hidden || this.#sampledAt < from) return undefined;
    return this.#means.add(result.hidden, this.#sampledAt - from, result.cache.length - from, this.#sampledAt, chunk);
  }

  #forgetLogits(): void {
    this.#logits = undefined;
    this.#heads = undefined;
  }

  #fitting(): number {
    return Math.max(1, Math.min(PREFILL_CHUNK, Math.floor(LOGITS_BUDGET / this.#decoder.vocab)));
  }
}

/** What any of them wants, as one run gives it to all. */
function allOf(wants: readonly FeedWants[]): HeadWants | undefined {
  const some = (key: keyof HeadWants): boolean => wants.some(({ heads }) => heads?.[key] === true);
  const all = { selfEvaluation: some('selfEvaluation'), remainingLength: some('remainingLength'), earlyExits: some('earlyExits') };
  return all.selfEvaluation || all.remainingLength || all.earlyExits ? all : undefined;
}
