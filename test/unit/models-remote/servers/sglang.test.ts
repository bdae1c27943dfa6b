import assert from 'node:assert/strict';
import { routesOf } from '../../../../extension/models/remote/capability-record.ts';
import { at, startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, saying, type On } from './support.ts';

/** docs.sglang.io: a budget in custom_params, kept with --enable-strict-thinking and ignored without; usage at top level. */
const sglang: Dialect = {
  model: 'toy',
  listed: { path: '/v1/models', body: { object: 'list', data: [{ id: 'toy', object: 'model', owned_by: 'sglang', max_model_len: 4096 }] } },
  facts: { '/server_info': { version: '0.5.11', served_model_name: 'toy' } },
  thought: (reasoning_content) => ({ reasoning_content }),
  off: (body) => at(body, 'chat_template_kwargs.enable_thinking') === false,
  cap: (body) => at(body, 'custom_params.thinking_budget') as number | undefined,
  begun: (last, body) => (body['continue_final_message'] === true ? String(last.content) : null),
  usage: (reasoning_tokens, visible) => ({ prompt_tokens: 9, completion_tokens: reasoning_tokens + visible, reasoning_tokens }),
};

const start = async (more: Partial<Dialect> = {}): Promise<On> => connectTo(await startChatService({ ...sglang, script: saying(60, 12), ...more }), { model: 'toy' });

describe('SGLang', () => {
  afterEach(closeAll);

  it('keeps a budget by itself where it was started to', async () => {
    const on = await start();
    assert.deepEqual([on.model.record.kind, on.model.record.version, on.model.record.countsThoughts], ['sglang', '0.5.11', true]);
    assert.deepEqual(routesOf(on.model.record), ['server-cap', 'chat-continuation', 'ask-again'], on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(10, 20));
    assert.deepEqual([run.of('ended')[0]!.usage.thinking, on.server.requests.length], [10, on.probes + 1]);
    assert.match(run.answer, /^a0 .* a11$/);
  });

  it('is held to the budget from here where it ignores it', async () => {
    const on = await start({ cap: () => undefined });
    assert.equal(on.model.record.cap?.held, 'no');
    const run = await runHeart(on, budgets(10, 20));
    assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.of('started')[0]!.enforcement], [10, 'exact']);
    assert.match(run.answer, /^a0 .* a11$/);
  });
});
