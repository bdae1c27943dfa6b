import assert from 'node:assert/strict';
import { startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, saying, type On } from './support.ts';

/** docs.x.ai: thoughts stay encrypted, and their tokens are counted beside the completion's. */
const xai: Dialect = {
  model: 'grok-toy',
  thought: () => null,
  off: (body) => body['reasoning_effort'] === 'none',
  usage: (thoughts, visible) => ({ prompt_tokens: 9, completion_tokens: visible, completion_tokens_details: { reasoning_tokens: thoughts } }),
};

const start = async (): Promise<On> => connectTo(await startChatService({ ...xai, script: saying(60, 12) }), { model: 'grok-toy', kind: 'xai' });

describe('xAI', () => {
  afterEach(closeAll);

  it('gets the effort, and the run says that the budget cannot be held', async () => {
    const on = await start();
    const run = await runHeart(on, { ...budgets(80, 20), effort: 'high' });
    assert.equal(on.server.sentTo('/v1/chat/completions').at(-1)!['reasoning_effort'], 'high');
    assert.equal(run.of('started')[0]!.enforcement, 'unenforceable');
    assert.match(run.of('notice')[0]!.message, /spent 61 tokens on thoughts that it does not show/);
    assert.match(run.answer, /^a0 .* a11$/);
  });
});
