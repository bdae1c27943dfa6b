/** The largest few of many numbers, without sorting them all. */

/** The `k` largest values, the least of them first; all as they are where there are no more. Through a heap of k: a vocabulary is long. */
export function largest<T extends Float32Array | Float64Array>(values: T, k: number): T {
  if (k >= values.length) return values;
  const heap = values.slice(0, k).sort() as T; // ascending is a valid min-heap
  for (let i = k; i < values.length; i += 1) {
    const value = values[i]!;
    if (value > heap[0]!) replaceLeast(heap, value);
  }
  return heap;
}

function replaceLeast(heap: Float32Array | Float64Array, value: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1;
    if (heap[child]! >= value) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = value;
}
