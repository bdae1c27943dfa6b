import assert from 'node:assert/strict';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { ChunkMeans } from '../../../extension/models/local/chunk-means.ts';
import { halfToNumber, toFloat32 } from '../../../extension/models/local/floats.ts';
import { cachesOf, crop, stack } from '../../../extension/models/local/kv-cache.ts';
import { readSignature } from '../../../extension/models/local/signature.ts';

/** A cache tensor whose values tell where they stand: batch, head, token, dim. */
function telling(batch: number, heads: number, tokens: number, dim: number): Tensor {
  const data = new Float32Array(batch * heads * tokens * dim);
  let at = 0;
  for (let b = 0; b < batch; b += 1) for (let h = 0; h < heads; h += 1) for (let t = 0; t < tokens; t += 1) for (let d = 0; d < dim; d += 1) data[at++] = b * 1000 + h * 100 + t * 10 + d;
  return new Tensor('float32', data, [batch, heads, tokens, dim]);
}

describe('key-value cache', () => {
  it('is cut back head by head, row by row', () => {
    const [, second] = cachesOf([telling(2, 2, 3, 2)]);
    const cut = crop(second!, 2);
    assert.equal(cut.length, 2);
    assert.deepEqual(cut.store.tensors[0]?.dims, [1, 2, 2, 2]);
    assert.deepEqual([...(cut.store.tensors[0]!.data as Float32Array)], [1000, 1001, 1010, 1011, 1100, 1101, 1110, 1111]);
  });

  it('is stacked without a copy when it already is that batch', () => {
    const tensors = [telling(2, 1, 2, 2)];
    const [a, b] = cachesOf(tensors);
    assert.equal(stack([a!, b!])[0], tensors[0]);
    const swapped = stack([b!, a!])[0]!;
    assert.deepEqual([...(swapped.data as Float32Array)], [1000, 1001, 1010, 1011, 0, 1, 10, 11]);
    assert.deepEqual(stack([b!])[0]!.dims, [1, 1, 2, 2]);
  });
});

describe('half floats', () => {
  it('are read from their bits', () => {
    assert.deepEqual([0x3c00, 0xc000, 0x0000, 0x0001, 0x7c00, 0x3555].map(halfToNumber), [1, -2, 0, 2 ** -24, Infinity, 0.333251953125]);
    assert.ok(Number.isNaN(halfToNumber(0x7e00)));
    assert.deepEqual([...toFloat32(Uint16Array.of(0x3c00))], [1]);
  });
});

describe('chunk means', () => {
  it('come when a chunk is complete, in float64', () => {
    const means = new ChunkMeans();
    const layers = (value: number) => [Float32Array.of(value, -value), Float32Array.of(2 * value, 0)];
    assert.equal(means.add(layers(1), 0, 1, 10, 2), undefined);
    assert.deepEqual(means.add(layers(3), 0, 1, 11, 2)?.map((layer) => [...layer]), [[2, -2], [4, 0]]);
    assert.equal(means.add(layers(5), 0, 1, 12, 2), undefined);
  });

  it('start anew when a counted token is taken back', () => {
    const means = new ChunkMeans();
    const one = (value: number) => [Float32Array.of(value)];
    means.add(one(100), 0, 1, 5, 2);
    means.rewind(6);
    assert.deepEqual(means.copy().add(one(0), 0, 1, 6, 2)?.map((layer) => [...layer]), [[50]]);
    means.rewind(5);
    assert.equal(means.add(one(1), 0, 1, 5, 2), undefined);
    assert.deepEqual(means.add(one(3), 0, 1, 6, 2)?.map((layer) => [...layer]), [[2]]);
  });
});

const tensor = (name: string, type: Tensor.Type, shape: (number | string)[]): InferenceSession.ValueMetadata => ({ name, isTensor: true, type, shape });
const ids = tensor('input_ids', 'int64', ['b', 's']);
const logits = tensor('logits', 'float32', ['b', 's', 100]);
const past = (shape: (number | string)[] = ['b', 2, 'p', 16], type: Tensor.Type = 'float32') => tensor('past_key_values.0.key', type, shape);
const present = tensor('present.0.key', 'float32', ['b', 2, 't', 16]);
const hints = { kvHeads: 2, headDim: 16 };

describe('graph signature', () => {
  it('takes names, types and shapes from the graph', () => {
    const signature = readSignature(
      [ids, tensor('attention_mask', 'int64', ['b', 't']), tensor('position_ids', 'int64', ['b', 's']), tensor('num_logits_to_keep', 'int64', []), tensor('use_cache_branch', 'bool', [1]), past(['b', 2, 'p', 'kv_cache_dim'], 'float16')],
      [logits, present],
      hints,
    );
    assert.deepEqual(signature.slots, [{ past: 'past_key_values.0.key', present: 'present.0.key', type: 'float16', heads: 2, dim: 16 }]);
    assert.deepEqual([signature.maskType, signature.positionType, signature.keepLogitsRank, signature.hasCacheBranch, signature.vocab], ['int64', 'int64', 0, true, 100]);
  });

  const refused: [string, RegExp, readonly InferenceSession.ValueMetadata[], readonly InferenceSession.ValueMetadata[]][] = [
    ['embeddings instead of tokens', /inputs_embeds/, [tensor('inputs_embeds', 'float32', ['b', 's', 64]), past()], [logits, present]],
    ['an encoder-decoder', /encoder-decoder/, [ids, tensor('encoder_hidden_states', 'float32', ['b', 's', 64]), past()], [logits, present]],
    ['no tokens', /input_ids/, [past()], [logits, present]],
    ['no logits', /logits/, [ids, past()], [present]],
    ['no cache', /no key-value cache/, [ids], [logits]],
    ['an unknown input', /wants an input named image/, [ids, past(), tensor('image', 'float32', [1])], [logits, present]],
    ['a recurrent cache', /2 dimensions/, [ids, past(['b', 16])], [logits, present]],
    ['a cache of fixed length', /fixed length/, [ids, past(['b', 2, 128, 16])], [logits, present]],
    ['a rolling cache', /sliding/, [ids, past(['b', 2, 'past_sliding_length', 16])], [logits, present]],
    ['an 8-bit cache', /int8/, [ids, past(undefined, 'int8')], [logits, present]],
    ['a cache without an output', /no output named present\.0\.key/, [ids, past()], [logits]],
  ];
  for (const [what, message, inputs, outputs] of refused) {
    it(`refuses ${what} with a sentence`, () => {
      assert.throws(() => readSignature(inputs, outputs, hints), { reason: 'model-invalid', message });
    });
  }
});
