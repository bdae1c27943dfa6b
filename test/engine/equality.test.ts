/** What the engine computes with the bundled model is what PyTorch computes with the same weights (training/reference.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { readMetadata } from '../../extension/models/local/config.ts';
import { GrowingCacheDecoder } from '../../extension/models/local/decoder.ts';
import { findModelFiles } from '../../extension/models/local/files.ts';
import { openGraph } from '../../extension/models/local/graph-session.ts';
import { loadLocalModel } from '../../extension/models/local/load.ts';
import { readSignature } from '../../extension/models/local/signature.ts';
import { TextTokenizer } from '../../extension/models/local/text-tokenizer.ts';
import { bundled, distance, greedy, never, take } from './support/models.ts';

/** fp32 keeps 7 digits; sums in another order over five layers lose up to two more of logits around 20. */
const ROUNDING = 1e-4;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const referenceSchema = v.object({
  user: v.string(),
  effort: v.picklist(['low', 'medium', 'high']),
  inputIds: v.array(whole),
  continuation: v.array(whole),
  logits: v.object({ rows: whole, vocabulary: whole, float32: v.string() }),
});
const reference = v.parse(referenceSchema, JSON.parse(readFileSync(join(bundled.folder, 'reference.json'), 'utf8')));

const { rows, vocabulary, float32 } = reference.logits;
const bytes = Buffer.from(float32, 'base64');
const expected = Array.from({ length: rows }, (_, row) => Float32Array.from({ length: vocabulary }, (_, id) => bytes.readFloatLE((row * vocabulary + id) * 4)));

describe('the bundled model beside PyTorch', () => {
  it('has a reference of the prompt and 50 steps, or up to the end of the turn', () => {
    assert.equal(bytes.length, rows * vocabulary * 4);
    assert.equal(rows, Math.min(50, reference.continuation.length) + 1);
  });

  it('gives the same logits at every step', async () => {
    const metadata = await readMetadata(bundled.folder);
    const graph = await openGraph(await findModelFiles(bundled.folder), { layers: metadata.layers });
    const decoder = new GrowingCacheDecoder(graph.session, readSignature(graph.inputs, graph.outputs, metadata), graph.residuals?.layers ?? []);
    let { cache, logits } = await decoder.step(decoder.empty(), reference.inputIds);
    let furthest = distance(logits, expected[0]!);
    for (let step = 1; step < rows; step += 1) {
      ({ cache, logits } = await decoder.step(cache, [reference.continuation[step - 1]!]));
      furthest = Math.max(furthest, distance(logits, expected[step]!));
    }
    await decoder.dispose();
    assert.ok(furthest < ROUNDING, `${furthest}`);
  });

  it('chooses the same tokens with the same probabilities and entropies, as a session', async () => {
    const model = await loadLocalModel(bundled, never);
    const session = await model.open({ messages: [{ role: 'user', content: reference.user }], effort: reference.effort, think: true, limits: { thinking: 300, solution: 100 } }, never);
    for (const [step, token] of (await take(session, rows - 1, greedy)).entries()) {
      const logits = expected[step]!;
      const most = Math.max(...logits);
      const logSumExp = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
      assert.equal(token.id, reference.continuation[step]);
      assert.ok(Math.abs(token.logprob! - (most - logSumExp)) < ROUNDING, `log-probability at step ${step}`);
      const entropy = -logits.reduce((sum, logit) => sum + Math.exp(logit - logSumExp) * (logit - logSumExp), 0);
      assert.ok(Math.abs(token.entropy! - entropy) < ROUNDING, `entropy at step ${step}`);
    }
    await model.dispose();
  });
});

describe('the bundled tokenizer', () => {
  let tokenizer: TextTokenizer;
  before(async () => {
    tokenizer = await TextTokenizer.read(bundled.folder);
  });

  it('gives every id back from its text, but for single bytes of longer characters', () => {
    const bytesAlone: number[] = [];
    for (let id = 0; id < tokenizer.size; id += 1) {
      const text = tokenizer.decode([id]);
      if (text.includes('\uFFFD')) bytesAlone.push(id);
      else assert.deepEqual(tokenizer.encode(text), [id], JSON.stringify(text));
    }
    assert.equal(bytesAlone.length, 128);
  });

  it('gives those bytes back inside characters, every one that UTF-8 knows', () => {
    const seen = new Set<number>();
    // All two-byte characters, and of the longer ones so many that every byte occurs. Composed, as the tokenizer composes (NFC).
    const characters = [...range(0x80, 0x7ff, 1), ...range(0x800, 0xd7ff, 61), ...range(0xe000, 0xffff, 61), ...range(0x10000, 0x10ffff, 997)].map((code) => String.fromCodePoint(code).normalize('NFC'));
    for (const character of characters) {
      const ids = tokenizer.encode(character);
      assert.equal(tokenizer.decode(ids), character);
      for (const id of ids) if (tokenizer.decode([id]).includes('\uFFFD')) seen.add(id);
    }
    // 0xC0, 0xC1 and 0xF5 to 0xFF never occur in UTF-8.
    assert.equal(seen.size, 128 - 13);
  });
});

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}
