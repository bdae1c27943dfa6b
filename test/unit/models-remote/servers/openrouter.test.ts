import assert from 'node:assert/strict';
import { at, startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, saying, type On } from './support.ts';

/** openrouter.ai: an effort or a number of tokens, not both; thoughts in reasoning and, block by block, in reasoning_details. */
const openRouter: Dialect = {
  model: 'maker/toy',
  thought: (text) => ({ content: '', reasoning_details: [{ type: 'reasoning.text', text, format: 'unknown', index: 0 }] }),
  off: (body) => at(body, 'reasoning.enabled') === false,
  refuses: (body) => (at(body, 'reasoning.effort') !== undefined && at(body, 'reasoning.max_tokens') !== undefined ? { message: 'Only one of "reasoning.effort" and "reasoning.max_tokens" can be specified' } : null),
  usage: (reasoning_tokens, visible) => ({ prompt_tokens: 9, completion_tokens: reasoning_tokens + visible, completion_tokens_details: { reasoning_tokens } }),
};

const start = async (more: Partial<Dialect> = {}): Promise<On> => connectTo(await startChatService({ ...openRouter, script: saying(60, 12), ...more }), { model: 'maker/toy', kind: 'openrouter' });

describe('OpenRouter', () => {
  afterEach(closeAll);

  it('reads thoughts that come block by block', async () => {
    const on = await start();
    const run = await runHeart(on, budgets(80, 20));
    assert.match(run.text('thinking'), /t0.* t59/);
    assert.match(run.answer, /^a0 .* a11$/);
  });

  it('gets the budget as a target of at least 1024 instead of an effort, and the answer keeps its room', async () => {
    const on = await start();
    await runHeart(on, budgets(80, 20));
    const body = on.server.sentTo('/v1/chat/completions').at(-1)!;
    assert.deepEqual([at(body, 'reasoning'), (body['max_tokens'] as number) >= 1044], [{ max_tokens: 1024 }, true]);
  });

  it('is held to the budget from here, whatever the model behind does', async () => {
    const on = await start();
    const run = await runHeart(on, budgets(10, 20));
    assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.of('started')[0]!.enforcement], [10, 'degraded']);
    assert.match(run.answer, /^a0 .* a11$/);
    assert.deepEqual(at(on.server.sentTo('/v1/chat/completions').at(-1)!, 'reasoning'), { enabled: false });
  });

  it('shows what is only retold of encrypted thoughts, and counts none of it', async () => {
    const on = await start({ thought: () => ({ reasoning_details: [{ type: 'reasoning.summary', summary: 'thinking. ' }] }) });
    assert.equal(on.model.record.thoughts, 'summary');
    const run = await runHeart(on, budgets(80, 20));
    assert.deepEqual([run.of('started')[0]!.enforcement, run.of('ended')[0]!.usage.thinking], ['unenforceable', 0]);
  });
});
