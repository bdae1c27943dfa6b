import assert from 'node:assert/strict';
import { startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, saying, type On } from './support.ts';

/** console.groq.com: parsed thoughts in reasoning, no log-probabilities, unknown fields are refused by name. */
const groq: Dialect = {
  model: 'toy',
  paths: ['/openai/v1/chat/completions'],
  listed: { path: '/openai/v1/models', body: { object: 'list', data: [{ id: 'toy', object: 'model', owned_by: 'Maker', context_window: 131072 }] } },
  thought: (reasoning) => ({ reasoning }),
  off: (body) => body['reasoning_effort'] === 'none',
  refuses: (body) => {
    const field = ['logprobs', 'top_logprobs', 'min_p', 'top_k', 'chat_template_kwargs', 'thinking_token_budget'].find((name) => body[name] !== undefined);
    return field === undefined ? null : { message: `property '${field}' is unsupported` };
  },
  usage: (thoughts, visible) => ({ prompt_tokens: 9, completion_tokens: thoughts + visible, completion_tokens_details: { reasoning_tokens: thoughts } }),
};

const start = async (): Promise<On> => connectTo(await startChatService({ ...groq, script: saying(60, 12) }), { model: 'toy', kind: 'groq', root: '/openai/v1' });

describe('Groq', () => {
  afterEach(closeAll);

  it('is asked for parsed thoughts, and again for the answer', async () => {
    const on = await start();
    assert.deepEqual([on.model.record.thoughts, on.model.record.logprobs], ['reasoning', false]);
    const run = await runHeart(on, budgets(10, 20));
    const bodies = on.server.sentTo('/openai/v1/chat/completions');
    assert.ok(bodies.every((body) => body['reasoning_format'] === 'parsed'));
    assert.deepEqual([run.of('started')[0]!.enforcement, run.of('ended')[0]!.usage.thinking, bodies.at(-1)!['reasoning_effort']], ['degraded', 10, 'none']);
    assert.match(run.answer, /^a0 .* a11$/);
  });
});
