/**
 * The key-value cache as immutable values: every step gives a new one, so a snapshot or a fork costs nothing but the reference.
 * Rows of one batched run share their tensors until a row goes its own way.
 */
import { Tensor } from 'onnxruntime-node';
import { sameKind, type FloatArray } from './floats.ts';
import type { CacheSlot } from './signature.ts';

interface Store {
  readonly batch: number;
  /** One per slot: [batch, heads, length, dim]. */
  readonly tensors: readonly Tensor[];
}

export interface KvCache {
  /** Tokens held. */
  readonly length: number;
  readonly row: number;
  readonly store: Store;
}

/** A cache of no tokens. */
export function emptyCache(slots: readonly CacheSlot[]): KvCache {
  const tensors = slots.map((slot) => new Tensor(slot.type, slot.type === 'float32' ? new Float32Array(0) : new Uint16Array(0), [1, slot.heads, 0, slot.dim]));
  return { length: 0, row: 0, store: { batch: 1, tensors } };
}

/** One cache per row of the tensors a run gave back. */
export function cachesOf(tensors: readonly Tensor[]): KvCache[] {
  const [batch = 1, , length = 0] = tensors[0]?.dims ?? [];
  const store: Store = { batch, tensors };
  return Array.from({ length: batch }, (_, row) => ({ length, row, store }));
}

/** The cache cut back to its first `length` tokens (0 to its own length). Copies what is kept. */
export function crop(cache: KvCache, length: number): KvCache {
  if (length === cache.length) return cache;
  const tensors = cache.store.tensors.map((tensor) => {
    const [, heads = 0, had = 0, dim = 0] = tensor.dims;
    const source = tensor.data as FloatArray;
    const target = sameKind(source, heads * length * dim);
    for (let head = 0; head < heads; head += 1) {
      const from = (cache.row * heads + head) * had * dim;
      target.set(source.subarray(from, from + length * dim), head * length * dim);
    }
    return make(tensor, target, [1, heads, length, dim]);
  });
  return { length, row: 0, store: { batch: 1, tensors } };
}

/** Tensors of one batch holding the caches in order. All must have the same length. No copy when they already are that batch. */
export function stack(caches: readonly KvCache[]): readonly Tensor[] {
  const { store } = caches[0]!;
  if (store.batch === caches.length && caches.every((cache, row) => cache.store === store && cache.row === row)) return store.tensors;
  return store.tensors.map((tensor, slot) => {
    const [, ...shape] = tensor.dims;
    const size = shape.reduce((product, dim) => product * dim, 1);
    const target = sameKind(tensor.data as FloatArray, size * caches.length);
    caches.forEach((cache, row) => {
      const source = cache.store.tensors[slot]!.data as FloatArray;
      target.set(source.subarray(cache.row * size, (cache.row + 1) * size), row * size);
    });
    return make(tensor, target, [caches.length, ...shape]);
  });
}

function make(like: Tensor, data: FloatArray, dims: readonly number[]): Tensor {
  return like.type === 'float32' ? new Tensor('float32', data as Float32Array, dims) : new Tensor('float16', data as Uint16Array, dims);
}
