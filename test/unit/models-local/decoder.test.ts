import assert from 'node:assert/strict';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { GrowingCacheDecoder } from '../../../extension/models/local/decoder.ts';
import type { Signature } from '../../../extension/models/local/signature.ts';

interface Call {
  readonly feeds: Record<string, Tensor>;
  readonly fetches: readonly string[];
}

const plain: Signature = {
  idType: 'int64',
  maskType: 'int64',
  positionType: undefined,
  keepLogitsRank: undefined,
  hasCacheBranch: false,
  slots: [{ past: 'past_key_values.0.key', present: 'present.0.key', type: 'float32', heads: 1, dim: 1 }],
  logitsType: 'float32',
  vocab: 3,
};

/** A graph that remembers what it was asked, and whose logits tell the token they follow. */
function decoderOf(change: Partial<Signature> = {}, fail?: string): { decoder: GrowingCacheDecoder; calls: Call[] } {
  const signature = { ...plain, ...change };
  const calls: Call[] = [];
  const run = (feeds: InferenceSession.FeedsType, fetches: readonly string[]): Promise<Record<string, Tensor>> => {
    if (fail) return Promise.reject(new Error(fail));
    calls.push({ feeds: feeds as Record<string, Tensor>, fetches });
    const ids = feeds['input_ids'] as Tensor;
    const [batch = 1, count = 0] = ids.dims;
    const past = feeds['past_key_values.0.key'] as Tensor;
    const total = past.dims[2]! + count;
    const rows = Array.from(ids.data as BigInt64Array, Number).flatMap((id) => [id, id + 0.25, id + 0.5]);
    const cacheType = signature.slots[0]!.type;
    const cache = cacheType === 'float32' ? new Tensor('float32', new Float32Array(batch * total), [batch, 1, total, 1]) : new Tensor('float16', new Uint16Array(batch * total), [batch, 1, total, 1]);
    return Promise.resolve({ logits: new Tensor('float32', Float32Array.from(rows), [batch, count, 3]), 'present.0.key': cache, residual: new Tensor('float32', Float32Array.from(rows), [batch, count, 3]) });
  };
  return { decoder: new GrowingCacheDecoder({ run, release: () => Promise.resolve() }, signature, ['residual']), calls };
}

describe('decoder', () => {
  it('fetches no logits while it only takes a prompt in', async () => {
    const { decoder, calls } = decoderOf();
    const cache = await decoder.prefill(decoder.empty(), [1, 2]);
    assert.equal(cache.length, 2);
    assert.deepEqual(calls[0]!.fetches, ['present.0.key']);
    const { logits, hidden } = await decoder.step(cache, [7, 8]);
    assert.deepEqual([...logits], [8, 8.25, 8.5]);
    assert.equal(hidden, undefined);
    assert.deepEqual(calls[1]!.fetches, ['logits', 'present.0.key']);
    assert.deepEqual(calls[1]!.feeds['attention_mask']!.dims, [1, 4]);
  });

  it('gives all logits and the residual states when asked', async () => {
    const { decoder, calls } = decoderOf();
    const { logits, hidden } = await decoder.step(decoder.empty(), [1, 2], { allLogits: true, hidden: true });
    assert.equal(logits.length, 6);
    assert.equal(hidden![0]!.length, 6);
    assert.ok(calls[0]!.fetches.includes('residual'));
  });

  it('feeds positions, 32-bit integers, a logits count and a cache switch where the graph wants them', async () => {
    const { decoder, calls } = decoderOf({ positionType: 'int32', maskType: 'int32', keepLogitsRank: 1, hasCacheBranch: true });
    const { cache } = await decoder.step(decoder.empty(), [4, 5]);
    await decoder.step(cache, [6], { allLogits: true });
    const [first, second] = calls.map(({ feeds }) => feeds);
    assert.deepEqual([first!['position_ids']!.type, ...(first!['position_ids']!.data as Int32Array)], ['int32', 0, 1]);
    assert.deepEqual([...(second!['position_ids']!.data as Int32Array)], [2]);
    assert.equal(second!['attention_mask']!.type, 'int32');
    assert.deepEqual([first, second].map((feeds) => Number((feeds!['num_logits_to_keep']!.data as BigInt64Array)[0])), [1, 0]);
    assert.deepEqual([first, second].map((feeds) => (feeds!['use_cache_branch']!.data as Uint8Array)[0]), [0, 1]);
  });

  it('keeps a 16-bit cache as it is, also when it is cut back', async () => {
    const { decoder, calls } = decoderOf({ slots: [{ past: 'past_key_values.0.key', present: 'present.0.key', type: 'float16', heads: 1, dim: 1 }] });
    const { cache } = await decoder.step(decoder.empty(), [1, 2, 3]);
    await decoder.step(decoder.crop(cache, 1), [4]);
    assert.equal(calls[1]!.feeds['past_key_values.0.key']!.type, 'float16');
    assert.deepEqual(calls[1]!.feeds['past_key_values.0.key']!.dims, [1, 1, 1, 1]);
  });

  it('gives each row of a batch its own', async () => {
    const { decoder, calls } = decoderOf({ positionType: 'int64' });
    const { cache } = await decoder.step(decoder.empty(), [1]);
    const rows = await decoder.stepBatch([cache, cache], [5, 6], { hidden: true });
    assert.deepEqual(rows.map(({ logits }) => logits[0]), [5, 6]);
    assert.deepEqual(rows.map(({ hidden }) => hidden![0]![2]), [5.5, 6.5]);
    assert.deepEqual(calls[1]!.feeds['input_ids']!.dims, [2, 1]);
    assert.deepEqual([...(calls[1]!.feeds['position_ids']!.data as BigInt64Array)], [1n, 1n]);
  });

  it('says what to do when the runtime fails', async () => {
    await assert.rejects(async () => decoderOf({}, 'Failed to allocate memory for requested buffer').decoder.prefill(decoderOf().decoder.empty(), [1]), { reason: 'out-of-memory' });
    await assert.rejects(async () => decoderOf({}, 'Non-zero status code returned while running GroupQueryAttention').decoder.step(decoderOf().decoder.empty(), [1]), { reason: 'model-invalid', message: /another export/ });
  });
});
