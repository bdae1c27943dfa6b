/** One decoder graph behind two verbs, `prefill` and `step`. The plain loop here is the reference for any faster path. */
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { ReasoningError } from '../../reasoning/errors.ts';
import { toFloat32, type FloatArray } from './floats.ts';
import { headFetches, noHeads, readHeads, type HeadNames, type HeadValues, type HeadWants } from './heads.ts';
import { cachesOf, crop, emptyCache, stack, type KvCache } from './kv-cache.ts';
import type { IntegerType, Signature } from './signature.ts';
import { said } from '../../trace/said.ts';

/** What a step is asked for besides the cache. */
export interface StepWants {
  /** Logits of every new token instead of the last one only. */
  readonly allLogits?: boolean;
  /** Residual states of the new tokens. */
  readonly hidden?: boolean;
  /** Extra outputs of the last token, as far as the graph has them. */
  readonly heads?: HeadWants | undefined;
}

export interface StepResult {
  readonly cache: KvCache;
  /** [tokens, vocab] with `allLogits`, else [vocab] of the last token. */
  readonly logits: Float32Array;
  /** Per layer [tokens, width], when asked for. */
  readonly hidden?: readonly Float32Array[];
  readonly heads?: HeadValues;
}

export interface Decoder {
  readonly vocab: number;
  /** True when residual states can be asked for. */
  readonly givesHidden: boolean;
  empty(): KvCache;
  /** Take tokens in, in one run, without looking at what they predict. */
  prefill(cache: KvCache, ids: readonly number[]): Promise<KvCache>;
  step(cache: KvCache, ids: readonly number[], wants?: StepWants): Promise<StepResult>;
  /** One token for each of several caches of equal length, in one run. */
  stepBatch(caches: readonly KvCache[], ids: readonly number[], wants?: StepWants): Promise<StepResult[]>;
  /** Keep the first `length` tokens. */
  crop(cache: KvCache, length: number): KvCache;
  dispose(): Promise<void>;
}

export interface GraphSession {
  run(feeds: InferenceSession.FeedsType, fetches: readonly string[]): Promise<InferenceSession.OnnxValueMapType>;
  release(): Promise<void>;
}

/** A decoder over `session.run` with a cache that grows by one output per step. `layers` are the names of the residual outputs, `heads` of the extra ones. */
export class GrowingCacheDecoder implements Decoder {
  readonly vocab: number;
  readonly givesHidden: boolean;
  readonly #session: GraphSession;
  readonly #signature: Signature;
  readonly #layers: readonly string[];
  readonly #heads: HeadNames;
  readonly #presents: readonly string[];
  #ones = new BigInt64Array(0);

  constructor(session: GraphSession, signature: Signature, layers: readonly string[], heads: HeadNames = noHeads) {
    this.#session = session;
    this.#signature = signature;
    this.#layers = layers;
    this.#heads = heads;
    this.#presents = signature.slots.map((slot) => slot.present);
    this.vocab = signature.vocab;
    this.givesHidden = layers.length > 0;
  }

  empty(): KvCache {
    return emptyCache(this.#signature.slots);
  }

  async prefill(cache: KvCache, ids: readonly number[]): Promise<KvCache> {
    const result = await this.#run([cache], ids, 1, this.#presents);
    return this.#cachesFrom(result)[0]!;
  }

  async step(cache: KvCache, ids: readonly number[], wants: StepWants = {}): Promise<StepResult> {
    const result = await this.#run([cache], ids, wants.allLogits ? 0 : 1, this.#fetches(wants));
    const all = this.#logits(result);
    const logits = wants.allLogits || all.length === this.vocab ? all : all.slice(all.length - this.vocab);
    return { cache: this.#cachesFrom(result)[0]!, logits, ...(wants.hidden ? { hidden: this.#hidden(result) } : {}), ...this.#headsOf(result, 0, 1) };
  }

  async stepBatch(caches: readonly KvCache[], ids: readonly number[], wants: StepWants = {}): Promise<StepResult[]> {
    const result = await this.#run(caches, ids, 1, this.#fetches(wants));
    const all = this.#logits(result);
    const hidden = wants.hidden ? this.#hidden(result) : undefined;
    return this.#cachesFrom(result).map((cache, row) => ({
      cache,
      logits: all.slice(row * this.vocab, (row + 1) * this.vocab),
      ...(hidden ? { hidden: hidden.map((layer) => rowOf(layer, row, caches.length)) } : {}),
      ...this.#headsOf(result, row, caches.length),
    }));
  }

  crop(cache: KvCache, length: number): KvCache {
    return crop(cache, length);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  /** `ids` holds the new tokens of all rows, row after row. */
  async #run(caches: readonly KvCache[], ids: readonly number[], keepLogits: number, fetches: readonly string[]): Promise<InferenceSession.OnnxValueMapType> {
    const { slots, idType, maskType, positionType, keepLogitsRank, hasCacheBranch } = this.#signature;
    const batch = caches.length;
    const past = caches[0]!.length;
    const count = ids.length / batch;
    const feeds: Record<string, Tensor> = { input_ids: integers(idType, ids, [batch, count]) };
    if (maskType) feeds['attention_mask'] = this.#onesOf(maskType, [batch, past + count]);
    if (positionType) feeds['position_ids'] = integers(positionType, ids.map((_, i) => past + (i % count)), [batch, count]);
    if (keepLogitsRank !== undefined) feeds['num_logits_to_keep'] = integers('int64', [keepLogits], keepLogitsRank === 0 ? [] : [1]);
    if (hasCacheBranch) feeds['use_cache_branch'] = new Tensor('bool', Uint8Array.of(past > 0 ? 1 : 0), [1]);
    stack(caches).forEach((tensor, i) => {
      feeds[slots[i]!.past] = tensor;
    });
    try {
      return await this.#session.run(feeds, fetches);
    } catch (error) {
      throw runError(error);
    }
  }

  #fetches(wants: StepWants): readonly string[] {
    return ['logits', ...this.#presents, ...(wants.hidden ? this.#layers : []), ...(wants.heads ? headFetches(this.#heads, wants.heads) : [])];
  }

  #headsOf(result: InferenceSession.OnnxValueMapType, row: number, rows: number): Pick<StepResult, 'heads'> {
    const heads = readHeads(this.#heads, result, row, rows);
    return heads ? { heads } : {};
  }

  #cachesFrom(result: InferenceSession.OnnxValueMapType): KvCache[] {
    return cachesOf(this.#presents.map((name) => result[name] as Tensor));
  }

  #logits(result: InferenceSession.OnnxValueMapType): Float32Array {
    return toFloat32((result['logits'] as Tensor).data as FloatArray);
  }

  #hidden(result: InferenceSession.OnnxValueMapType): Float32Array[] {
    return this.#layers.map((name) => toFloat32((result[name] as Tensor).data as FloatArray));
  }

  /** The mask: everything counts. */
  #onesOf(type: IntegerType, dims: readonly [number, number]): Tensor {
    const length = dims[0] * dims[1];
    if (type === 'int32') return new Tensor('int32', new Int32Array(length).fill(1), dims);
    if (this.#ones.length < length) this.#ones = new BigInt64Array(Math.max(length, this.#ones.length * 2, 256)).fill(1n);
    return new Tensor('int64', this.#ones.subarray(0, length), dims);
  }
}

function integers(type: IntegerType, values: readonly number[], dims: readonly number[]): Tensor {
  return type === 'int64' ? new Tensor('int64', BigInt64Array.from(values, BigInt), dims) : new Tensor('int32', Int32Array.from(values), dims);
}

function rowOf(data: Float32Array, row: number, rows: number): Float32Array {
  const size = data.length / rows;
  return data.slice(row * size, (row + 1) * size);
}

function runError(error: unknown): ReasoningError {
  const detail = error instanceof Error ? error.message : String(error);
  if (/alloc|bad_alloc|memory/i.test(detail)) {
    return new ReasoningError('out-of-memory', said('The model ran out of memory. Close other programs, shorten the text, or choose a smaller model.'), { cause: error });
  }
  return new ReasoningError('model-invalid', said('ONNX Runtime could not run this model on the CPU ({0}). Choose another export of it, such as q4 or int8.', detail.slice(0, 300)), { cause: error });
}
