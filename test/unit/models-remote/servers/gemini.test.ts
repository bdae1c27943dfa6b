import assert from 'node:assert/strict';
import { at, startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, saying, type On } from './support.ts';

const BUDGET = 'extra_body.google.thinking_config.thinking_budget';

/** ai.google.dev, OpenAI compatibility: reasoning_effort and a thinking budget may not come together. */
const gemini: Dialect = {
  model: 'gemini-toy',
  paths: ['/v1beta/openai/chat/completions'],
  listed: { path: '/v1beta/openai/models', body: { object: 'list', data: [{ id: 'gemini-toy', object: 'model', owned_by: 'google' }] } },
  thought: () => null,
  off: (body) => body['reasoning_effort'] === 'none' || at(body, BUDGET) === 0,
  cap: (body) => at(body, BUDGET) as number | undefined,
  refuses: (body) => (body['reasoning_effort'] !== undefined && body['extra_body'] !== undefined ? { message: 'reasoning_effort and thinking_config cannot both be set.' } : null),
  usage: (thoughts, visible) => ({ prompt_tokens: 9, completion_tokens: thoughts + visible, completion_tokens_details: { reasoning_tokens: thoughts } }),
};

const start = async (): Promise<On> => connectTo(await startChatService({ ...gemini, script: saying(60, 12) }), { model: 'gemini-toy', kind: 'gemini', root: '/v1beta/openai' });

describe('Gemini, OpenAI layer', () => {
  afterEach(closeAll);

  it('is told the budget, instead of an effort', async () => {
    const on = await start();
    const run = await runHeart(on, budgets(80, 20));
    const body = on.server.sentTo('/v1beta/openai/chat/completions').at(-1)!;
    assert.deepEqual([at(body, BUDGET), body['reasoning_effort']], [80, undefined]);
    assert.equal(run.of('started')[0]!.enforcement, 'unenforceable');
    assert.match(run.answer, /^a0 .* a11$/);
  });
});
