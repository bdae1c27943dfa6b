import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readChatChunk } from '../../../extension/models/remote/wire/chat.ts';
import { readCompletionChunk } from '../../../extension/models/remote/wire/completions.ts';
import type { Delta } from '../../../extension/models/remote/wire/delta.ts';
import { readLlamaChunk } from '../../../extension/models/remote/wire/llama.ts';
import { readModels, shortName } from '../../../extension/models/remote/wire/models.ts';
import { readOllamaLine } from '../../../extension/models/remote/wire/ollama.ts';
import { readResponseEvent } from '../../../extension/models/remote/wire/responses.ts';

const readers: Readonly<Record<string, (value: unknown) => Delta | null>> = { chat: readChatChunk, completions: readCompletionChunk, llama: readLlamaChunk, ollama: readOllamaLine, responses: readResponseEvent };

describe('what servers send', () => {
  for (const [name, read] of Object.entries(readers)) {
    it(`is read or refused, never thrown over: ${name}`, () => {
      fc.assert(fc.property(fc.anything(), (value) => void read(value)));
      fc.assert(fc.property(fc.jsonValue(), (value) => void read(value)));
      for (const value of [null, 1, 'x', [1]]) assert.ok(read(value) === null || Array.isArray(value), JSON.stringify(value));
    });
  }

  it('has its tokens, ids and usage', () => {
    assert.deepEqual(readCompletionChunk({ id: 'c', choices: [{ index: 0, text: ' a', token_ids: [7], logprobs: { tokens: [' a'], token_logprobs: [-1], top_logprobs: [{ ' a': -1, b: -2 }] }, finish_reason: 'length' }] }), {
      reasoning: '', content: ' a', tokens: [{ text: ' a', logprob: -1, top: [-1, -2] }], ids: [7], id: 'c', finish: 'length',
    });
    assert.deepEqual(readLlamaChunk({ content: 'x', tokens: [5], stop: true, stop_type: 'eos', truncated: true, tokens_predicted: 3, tokens_evaluated: 9, timings: { cache_n: 4 } }), {
      reasoning: '', content: 'x', ids: [5], finish: 'length', usage: { promptTokens: 9, cachedTokens: 4, completionTokens: 3 },
    });
    assert.deepEqual(readOllamaLine({ response: '', done: true, done_reason: 'stop', eval_count: 2, prompt_eval_count: 8 }), { reasoning: '', content: '', finish: 'stop', usage: { promptTokens: 8, completionTokens: 2 } });
    assert.equal(readOllamaLine({ error: 'no memory' })?.failure, 'no memory');
    assert.equal(readOllamaLine({ status: 'pulling' }), null);
    assert.deepEqual(readResponseEvent({ type: 'response.completed', response: { usage: { input_tokens: 3, output_tokens: 9, output_tokens_details: { reasoning_tokens: 5 } } } }), {
      reasoning: '', content: '', finish: 'stop', usage: { promptTokens: 3, completionTokens: 9, reasoningTokens: 5 },
    });
    assert.equal(readResponseEvent({ type: 'response.incomplete', response: { incomplete_details: { reason: 'content_filter' } } })?.finish, 'content_filter');
    assert.equal(readResponseEvent({ type: 'response.reasoning_text.delta', delta: 'hm' })?.field, 'reasoning');
    assert.equal(readResponseEvent({ type: 'something.else' }), null);
    assert.deepEqual(readChatChunk({ usage: { prompt_tokens: 9, prompt_cache_hit_tokens: 8 } })?.usage, { promptTokens: 9, cachedTokens: 8 });
  });

  it('lists models with their lengths and owners, however they are spelled', () => {
    assert.deepEqual(readModels({ data: [{ id: 'a', max_model_len: 5, owned_by: 'vllm' }, { id: 'b', context_length: 6 }, { id: 'c', meta: { n_ctx_train: 7 } }, { id: 'd', meta: null, owned_by: null }] }), [
      { id: 'a', contextLength: 5, owner: 'vllm' }, { id: 'b', contextLength: 6 }, { id: 'c', contextLength: 7 }, { id: 'd' },
    ]);
    assert.equal(readModels({ models: [] }), null);
  });

  it('names a model for people by its file, where the server names the whole path', () => {
    assert.deepEqual(['/models/a/Small-Q4.gguf', 'C:\\models\\Small.GGUF', 'maker/a_model', 'plain'].map(shortName), ['Small-Q4.gguf', 'Small.GGUF', 'maker/a_model', 'plain']);
  });
});
