import assert from 'node:assert/strict';
import { routesOf } from '../../../../extension/models/remote/capability-record.ts';
import { startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, saying, type On } from './support.ts';

/** lmstudio.ai: thoughts in reasoning_content where the setting separates them, effort for gpt-oss, no budget over HTTP. */
const lmStudio: Dialect = {
  model: 'toy',
  listed: { path: '/v1/models', body: { object: 'list', data: [{ id: 'toy', object: 'model', owned_by: 'organization_owner' }] } },
  facts: { '/api/v0/models': { object: 'list', data: [{ id: 'toy', object: 'model', type: 'llm', state: 'loaded', max_context_length: 32768, loaded_context_length: 4096 }] } },
  thought: (reasoning_content) => ({ reasoning_content }),
  off: (body) => body['reasoning_effort'] === 'none',
};

const start = async (more: Partial<Dialect> = {}): Promise<On> => connectTo(await startChatService({ ...lmStudio, script: saying(60, 12), ...more }), { model: 'toy' });

describe('LM Studio', () => {
  afterEach(closeAll);

  it('is recognised, with the length it loaded', async () => {
    const { record } = (await start()).model;
    assert.deepEqual([record.kind, record.contextLength, routesOf(record)], ['lm-studio', 4096, ['ask-again']], record.evidence.join('\n'));
  });

  it('is asked again, and the run says that it is degraded', async () => {
    const on = await start();
    const run = await runHeart(on, budgets(10, 20));
    assert.deepEqual([run.of('started')[0]!.enforcement, run.of('ended')[0]!.usage.thinking], ['degraded', 10]);
    assert.match(run.answer, /^a0 .* a11$/);
  });

  it('goes on in place where it takes a last message from the assistant as begun', async () => {
    const on = await start({ begun: (last) => String(last.content) });
    assert.deepEqual(routesOf(on.model.record), ['chat-continuation', 'ask-again'], on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(10, 20));
    assert.equal(run.of('notice').length, 0);
    assert.match(run.answer, /^a0 .* a11$/);
  });
});
