/** The decoder computes what Hugging Face computes. */
import assert from 'node:assert/strict';
import { readMetadata } from '../../extension/models/local/config.ts';
import { GrowingCacheDecoder } from '../../extension/models/local/decoder.ts';
import { findModelFiles } from '../../extension/models/local/files.ts';
import { openGraph } from '../../extension/models/local/graph-session.ts';
import { readSignature } from '../../extension/models/local/signature.ts';
import { distance, fixtureRef, loadFixture, openWords, referenceOf, take } from './support/models.ts';

async function openDecoder(name: string): Promise<GrowingCacheDecoder> {
  const { folder } = fixtureRef(name);
  const metadata = await readMetadata(folder);
  const graph = await openGraph(await findModelFiles(folder), { layers: metadata.layers });
  return new GrowingCacheDecoder(graph.session, readSignature(graph.inputs, graph.outputs, metadata), graph.residuals?.layers ?? []);
}

/** First 8 components of the mean over tokens, per layer. */
function meansOf(hidden: readonly Float32Array[], tokens: number): number[][] {
  return hidden.map((layer) => {
    const width = layer.length / tokens;
    return Array.from({ length: 8 }, (_, d) => {
      let sum = 0;
      for (let t = 0; t < tokens; t += 1) sum += layer[t * width + d]!;
      return sum / tokens;
    });
  });
}

describe('reference values', () => {
  for (const name of ['qwen3-genai-fp32', 'qwen3-optimum-fp32', 'llama-optimum-fp32']) {
    it(`${name}: logits, hidden means and greedy tokens to rounding`, async () => {
      const reference = referenceOf(name);
      const decoder = await openDecoder(name);
      assert.ok(decoder.givesHidden);
      const { logits, hidden } = await decoder.step(decoder.empty(), reference.input_ids, { hidden: true });
      assert.ok(distance(logits, reference.last_logits) < 2e-6);
      meansOf(hidden!, reference.input_ids.length).forEach((means, layer) => assert.ok(distance(means, reference.hidden_mean_per_layer[layer + 1]!) < 2e-6));
      await decoder.dispose();

      const model = await loadFixture(name);
      const session = await openWords(model, reference.input_ids);
      assert.deepEqual((await take(session, 12)).map(({ id }) => id), reference.greedy);
      await model.dispose();
    });
  }

  for (const name of ['qwen3-genai-int4', 'llama-genai-int4', 'qwen2-genai-int4']) {
    it(`${name}: about the same logits and block outputs`, async () => {
      const reference = referenceOf(name);
      const decoder = await openDecoder(name);
      const { logits, hidden } = await decoder.step(decoder.empty(), reference.input_ids, { hidden: true });
      assert.ok(distance(logits, reference.last_logits) < 0.15);
      meansOf(hidden!.slice(0, -1), reference.input_ids.length).forEach((means, layer) => assert.ok(distance(means, reference.hidden_mean_per_layer[layer + 1]!) < 0.02));
      await decoder.dispose();
    });
  }

  it('a prompt fed in chunks of any size gives the same cache', async () => {
    const { input_ids: ids, last_logits: expected } = referenceOf('qwen3-genai-fp32');
    const decoder = await openDecoder('qwen3-genai-fp32');
    for (const size of [1, 2, 5, 11]) {
      let cache = decoder.empty();
      for (let at = 0; at < ids.length - 1; at += size) cache = await decoder.prefill(cache, ids.slice(at, Math.min(at + size, ids.length - 1)));
      assert.ok(distance((await decoder.step(cache, ids.slice(-1))).logits, expected) < 2e-6);
    }
    await decoder.dispose();
  });
});
