import assert from 'node:assert/strict';
import { Endpoint } from '../../../extension/models/remote/endpoint.ts';
import type { KindId } from '../../../extension/models/remote/capability-record.ts';
import { infillAccess, infillAvailability } from '../../../extension/models/remote/servers/infill-access.ts';

const infill = { prefix: 'a = ', suffix: ';', snippets: [{ path: 'b.js', text: 'let b;' }] };
const step = { sampler: { temperature: 0 }, seed: 1 };

function sent(kind: KindId, model: string): { path: string; body: Readonly<Record<string, unknown>> } | null {
  const access = infillAccess({ endpoint: new Endpoint({ baseUrl: 'http://localhost:1/v1', key: undefined }), kind, model }, infill);
  return access && access.request({ prompt: { text: '' }, limit: 7, step, logprobs: undefined, bias: [] });
}

describe('filling a gap on a server', () => {
  it('uses llama-server’s own request, with other files beside it', () => {
    const request = sent('llama-server', 'qwen2.5-coder');
    assert.equal(request?.path, 'http://localhost:1/infill');
    assert.deepEqual([request?.body['input_prefix'], request?.body['input_suffix'], request?.body['input_extra'], request?.body['n_predict']], ['a = ', ';', [{ filename: 'b.js', text: 'let b;' }], 7]);
  });

  it('uses the suffix of a completion where there is one', () => {
    for (const [kind, model, path] of [['mistral', 'codestral-latest', '/fim/completions'], ['deepseek', 'deepseek-chat', 'http://localhost:1/beta/completions'], ['ollama', 'codellama:7b-code', '/completions']] as const) {
      const request = sent(kind, model);
      assert.equal(request?.path, path);
      assert.deepEqual([request.body['prompt'], request.body['suffix'], request.body['max_tokens']], ['let b;\n\na = ', ';', 7]);
    }
  });

  it('writes the model’s own marks where the server reads only text', () => {
    const request = sent('vllm', 'Qwen/Qwen2.5-Coder-7B');
    assert.equal(request?.body['prompt'], '<|fim_prefix|>let b;\n\na = <|fim_suffix|>;<|fim_middle|>');
    assert.ok((request?.body['stop'] as string[]).length <= 4);
  });

  it('goes on behind what was written already', () => {
    const access = infillAccess({ endpoint: new Endpoint({ baseUrl: 'http://localhost:1/v1', key: undefined }), kind: 'ollama', model: 'codellama:7b-code' }, infill);
    assert.equal(access?.request({ prompt: { text: 'let b;\n\na = b + ' }, limit: 7, step, logprobs: undefined, bias: [] }).body['prompt'], 'let b;\n\na = b + ');
  });

  it('says that it is asked in words where there is no such way', () => {
    assert.equal(sent('openai', 'gpt-5'), null);
    assert.equal(sent('ollama', 'qwen3:8b'), null);
    assert.equal(infillAvailability('openai', 'gpt-5').available, false);
    assert.equal(infillAvailability('vllm', 'bigcode/starcoder2-3b').available, true);
  });
});
