import assert from 'node:assert/strict';
import { at, startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, saying, type On } from './support.ts';

/** docs.anthropic.com, OpenAI SDK compatibility: thoughts are not returned, the budget is a target of 1024 or more below max_tokens. */
const anthropic: Dialect = {
  model: 'claude-toy',
  thought: () => null,
  off: (body) => at(body, 'thinking.type') !== 'enabled',
  cap: (body) => at(body, 'thinking.budget_tokens') as number | undefined,
  refuses: (body) => {
    const budget = at(body, 'thinking.budget_tokens') as number | undefined;
    if (budget !== undefined && budget < 1024) return { message: 'thinking.budget_tokens: Input should be greater than or equal to 1024' };
    if (budget !== undefined && budget >= (body['max_tokens'] as number)) return { message: '`max_tokens` must be greater than `thinking.budget_tokens`.' };
    return null;
  },
  usage: (thoughts, visible) => ({ prompt_tokens: 9, completion_tokens: thoughts + visible, completion_tokens_details: { reasoning_tokens: thoughts } }),
};

const start = async (more: Partial<Dialect> = {}): Promise<On> => connectTo(await startChatService({ ...anthropic, script: saying(60, 12), ...more }), { model: 'claude-toy', kind: 'anthropic' });

describe('Anthropic, OpenAI layer', () => {
  afterEach(closeAll);

  it('is told a target it accepts, with the answer’s room beside it', async () => {
    const on = await start({ off: () => false });
    assert.deepEqual([on.model.record.thoughts, on.model.record.cap?.strength, on.model.card.effort], ['hidden', 'advisory', 'cap'], on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(80, 20));
    const body = on.server.sentTo('/v1/chat/completions').at(-1)!;
    assert.deepEqual([at(body, 'thinking'), body['reasoning_effort']], [{ type: 'enabled', budget_tokens: 1024 }, undefined]);
    assert.equal(run.of('started')[0]!.enforcement, 'unenforceable');
    assert.match(run.answer, /^a0 .* a11$/);
  });
});
