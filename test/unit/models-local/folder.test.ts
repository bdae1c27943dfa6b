import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readMetadata } from '../../../extension/models/local/config.ts';
import { findModelFiles } from '../../../extension/models/local/files.ts';
import { hashFiles } from '../../../extension/models/local/hash.ts';
import { checkMemory } from '../../../extension/models/local/memory.ts';

describe('model folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reins-folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Sparse files of the given size in bytes. */
  const put = (sizes: Record<string, number>): void => {
    for (const [name, size] of Object.entries(sizes)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
      truncateSync(path, size);
    }
  };
  const chosen = async (preferred?: string) => basename((await findModelFiles(folder, preferred)).onnx);

  it('prefers a small fp32 file, else a quantised one that a CPU runs well', async () => {
    put({ 'onnx/model.onnx': 1000, 'onnx/model_q4.onnx': 500 });
    assert.equal(await chosen(), 'model.onnx');
    put({ 'onnx/model.onnx': 2 ** 30 });
    assert.equal(await chosen(), 'model_q4.onnx');
  });

  it('takes what there is', async () => {
    put({ 'onnx/model_fp16.onnx': 10 });
    assert.equal(await chosen(), 'model_fp16.onnx');
    put({ 'onnx/model_quantized.onnx': 10 });
    assert.equal(await chosen(), 'model_quantized.onnx');
  });

  it('looks in the root too, takes a lone file of any name, and follows the metadata', async () => {
    put({ 'something.onnx': 10 });
    assert.equal(await chosen(), 'something.onnx');
    put({ 'model.onnx': 10 });
    assert.equal(await chosen(), 'model.onnx');
    assert.equal(await chosen('something.onnx'), 'something.onnx');
  });

  it('counts external data in every spelling', async () => {
    put({ 'onnx/model.onnx': 10, 'onnx/model.onnx_data': 20, 'onnx/model.onnx_data_1': 30, 'onnx/model.onnx.data': 40, 'onnx/model_q4.onnx_data': 99 });
    const files = await findModelFiles(folder, 'model.onnx');
    assert.equal(files.bytes, 100);
    assert.equal(files.data.length, 3);
  });

  it('says what is missing', async () => {
    await assert.rejects(findModelFiles(join(folder, 'nowhere')), { reason: 'model-missing', message: /no model folder/ });
    await assert.rejects(findModelFiles(folder), { reason: 'model-missing', message: /no ONNX decoder/ });
  });

  it('reads end tokens, context and sampler from wherever they are', async () => {
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ text_config: { max_position_embeddings: 4096, eos_token_id: 3, num_hidden_layers: 2 }, reins: { effort: 'trained', fullThinkingTokens: 160, seed: 1 } }));
    writeFileSync(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: [5, 3], do_sample: true, temperature: 0.6, top_p: 0.95, top_k: 20 }));
    writeFileSync(join(folder, 'genai_config.json'), JSON.stringify({ model: { context_length: 2048, eos_token_id: 7, decoder: { filename: 'model_q4.onnx' } } }));
    const metadata = await readMetadata(folder);
    assert.deepEqual([...metadata.endIds].sort(), [3, 5, 7]);
    assert.equal(metadata.contextLength, 2048);
    assert.deepEqual(metadata.defaultSampler, { temperature: 0.6, topK: 20, topP: 0.95 });
    assert.equal(metadata.preferredFile, 'model_q4.onnx');
    assert.equal(metadata.reins.fullThinkingTokens, 160);
  });

  it('is greedy unless the model asks for sampling', async () => {
    writeFileSync(join(folder, 'config.json'), '{}');
    writeFileSync(join(folder, 'generation_config.json'), JSON.stringify({ do_sample: false, temperature: 0.6 }));
    assert.deepEqual((await readMetadata(folder)).defaultSampler, { temperature: 0 });
  });

  it('says which metadata is damaged', async () => {
    await assert.rejects(readMetadata(folder), { reason: 'model-missing', message: /config\.json/ });
    writeFileSync(join(folder, 'config.json'), '{"a": ');
    await assert.rejects(readMetadata(folder), { reason: 'model-invalid', message: /config\.json .*not valid JSON/ });
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ max_position_embeddings: 'long' }));
    await assert.rejects(readMetadata(folder), { reason: 'model-invalid', message: 'config.json in the model\'s folder has a value in the field "max_position_embeddings" that cannot be used. Download that file again.' });
  });

  it('has the plain SHA-256 of its file as its hash', async () => {
    const signal = new AbortController().signal;
    const path = join(folder, 'a');
    writeFileSync(path, 'abc');
    assert.equal(await hashFiles([path], signal), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.notEqual(await hashFiles([path, path], signal), await hashFiles([path], signal));
  });

  it('is refused before it is loaded when it cannot fit', () => {
    assert.throws(() => checkMemory(8 * 2 ** 30, 0, 4 * 2 ** 30), { reason: 'out-of-memory', message: /about 10\.5 GiB .* 4\.0 GiB are free/ });
    assert.doesNotThrow(() => checkMemory(2 ** 20, 2 ** 20, 2 ** 30));
  });
});
