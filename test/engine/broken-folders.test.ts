/** Every way a model folder can be wrong has its own sentence. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLocalModel } from '../../extension/models/local/load.ts';
import type { RunErrorReason } from '../../extension/trace/events.ts';
import { fixtures, never } from './support/models.ts';

interface Case {
  readonly what: string;
  readonly reason: RunErrorReason;
  readonly says: RegExp;
  readonly from?: string;
  /** Breaks the folder; `at` gives a path in it. */
  readonly spoil: (at: (name: string) => string) => void;
}

const edit = (path: string, change: (data: Record<string, unknown>) => void): void => {
  const data = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  change(data);
  writeFileSync(path, JSON.stringify(data));
};

const cases: readonly Case[] = [
  { what: 'is not there', reason: 'model-missing', says: /There is no model folder/, spoil: (at) => rmSync(at('.'), { recursive: true }) },
  { what: 'is a file', reason: 'model-missing', says: /There is no model folder/, spoil: (at) => (rmSync(at('.'), { recursive: true }), writeFileSync(at('.'), '')) },
  { what: 'has no ONNX file', reason: 'model-missing', says: /no ONNX decoder/, spoil: (at) => rmSync(at('onnx'), { recursive: true }) },
  { what: 'has no config.json', reason: 'model-missing', says: /no config\.json/, spoil: (at) => rmSync(at('config.json')) },
  { what: 'has a config.json that is not JSON', reason: 'model-invalid', says: /config\.json .* not valid JSON/, spoil: (at) => truncateSync(at('config.json'), 100) },
  { what: 'has no tokenizer.json', reason: 'tokenizer-missing', says: /no tokenizer\.json/, spoil: (at) => rmSync(at('tokenizer.json')) },
  { what: 'has a truncated tokenizer.json', reason: 'model-invalid', says: /tokenizer\.json .* not valid JSON/, spoil: (at) => truncateSync(at('tokenizer.json'), 1000) },
  { what: 'has a tokenizer.json without its main part', reason: 'model-invalid', says: /^tokenizer\.json in the model's folder lacks the field "model"\. Download that file again\.$/, spoil: (at) => writeFileSync(at('tokenizer.json'), '{}') },
  { what: 'has a tokenizer of an unknown kind', reason: 'model-invalid', says: /tokenizer\.json .* damaged or of a kind/, spoil: (at) => edit(at('tokenizer.json'), (data) => (data['model'] = { type: 'Marvel' })) },
  { what: 'has a truncated ONNX file', reason: 'model-invalid', says: /cut off or damaged.*Download it again/, spoil: (at) => truncateSync(at('onnx/model.onnx'), 10_000) },
  { what: 'has an empty ONNX file', reason: 'model-invalid', says: /empty/, spoil: (at) => truncateSync(at('onnx/model.onnx'), 0) },
  { what: 'has a web page instead of the ONNX file', reason: 'model-invalid', says: /cannot be used/, spoil: (at) => writeFileSync(at('onnx/model.onnx'), '<!doctype html><html>Not found</html>') },
  { what: 'lacks its external data', reason: 'model-missing', says: /weights file model\.onnx\.data is missing/, spoil: (at) => rmSync(at('onnx/model.onnx.data')) },
  { what: 'has truncated external data', reason: 'model-invalid', says: /model\.onnx\.data is incomplete/, spoil: (at) => truncateSync(at('onnx/model.onnx.data'), 1000) },
  {
    what: 'has the tokenizer of a larger model',
    reason: 'model-invalid',
    says: /tokenizer knows 257 tokens and the model 256/,
    spoil: (at) => edit(at('tokenizer.json'), (data) => (data['added_tokens'] as unknown[]).push({ id: 256, content: '<extra>', special: true })),
  },
  {
    what: 'has the tokenizer of a much smaller model',
    reason: 'model-invalid',
    says: /belong to different models/,
    from: 'qwen3-genai-fp32',
    spoil: (at) => {
      edit(at('tokenizer.json'), (data) => {
        const model = data['model'] as { vocab: Record<string, number> };
        model.vocab = Object.fromEntries(Object.entries(model.vocab).slice(0, 40));
      });
    },
  },
  { what: 'keeps a rolling cache', reason: 'model-invalid', says: /rolling \(sliding-window\) cache/, from: 'gptoss-genai-int4', spoil: () => undefined },
  { what: 'has a chat template that cannot be read', reason: 'model-invalid', says: /chat template/, spoil: (at) => writeFileSync(at('chat_template.jinja'), '{% for %}') },
];

describe('a model folder that', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'reins-broken-'));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  for (const { what, reason, says, from = 'qwen3-genai-fp32', spoil } of cases) {
    it(`${what}: ${reason}`, async () => {
      const folder = join(parent, 'model');
      cpSync(join(fixtures, from), folder, { recursive: true });
      spoil((name) => join(folder, name));
      await assert.rejects(loadLocalModel({ id: 'm', name: 'Broken', folder }, never), (error: Error & { reason?: string }) => {
        assert.equal(error.reason, reason, error.message);
        assert.match(error.message, says);
        assert.match(error.message, /\.$/);
        return true;
      });
    });
  }

  it('is too large for the memory: out-of-memory', async () => {
    await assert.rejects(loadLocalModel({ id: 'm', name: 'Large', folder: join(fixtures, 'qwen3-genai-fp32') }, never, { memory: 1000 }), { reason: 'out-of-memory', message: /choose a smaller model/ });
  });
});
