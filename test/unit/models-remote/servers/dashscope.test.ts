import assert from 'node:assert/strict';
import { routesOf } from '../../../../extension/models/remote/capability-record.ts';
import { startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, onceShown, saying, type On } from './support.ts';

/** alibabacloud.com, deep thinking: a hard ceiling on thoughts; a begun reply is gone on with only when thinking is off. */
const dashscope: Dialect = {
  model: 'qwen-toy',
  paths: ['/compatible-mode/v1/chat/completions'],
  listed: null,
  thought: (reasoning_content) => ({ content: null, reasoning_content }),
  off: (body) => body['enable_thinking'] === false,
  cap: (body) => body['thinking_budget'] as number | undefined,
  refuses: (body) => (typeof body['thinking_budget'] === 'number' && body['thinking_budget'] < 1 ? { message: 'thinking_budget must be at least 1', param: 'thinking_budget' } : null),
  usage: (thoughts, visible) => ({ prompt_tokens: 9, completion_tokens: thoughts + visible, completion_tokens_details: { reasoning_tokens: thoughts } }),
};

const start = async (more: Partial<Dialect> = {}): Promise<On> => connectTo(await startChatService({ ...dashscope, script: saying(60, 12), ...more }), { model: 'qwen-toy', kind: 'dashscope', root: '/compatible-mode/v1' });
const PATH = '/compatible-mode/v1/chat/completions';

describe('DashScope', () => {
  afterEach(closeAll);

  it('ends the thoughts at the budget by itself, in one request', async () => {
    const on = await start();
    assert.deepEqual(routesOf(on.model.record), ['server-cap', 'ask-again'], on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(10, 20));
    assert.deepEqual([run.of('started')[0]!.enforcement, run.of('ended')[0]!.usage.thinking, on.server.requests.length], ['exact', 10, on.probes + 1]);
    assert.deepEqual([on.server.sentTo(PATH).at(-1)!['thinking_budget'], on.server.sentTo(PATH).at(-1)!['enable_thinking']], [10, true]);
    assert.match(run.answer, /^a0 .* a11$/);
  });

  it('is asked again, without thinking, when the person wants the answer now', async () => {
    const on = await start({ delayMs: 1 });
    const press = onceShown('thinking', ' t5');
    const run = await runHeart(on, budgets(50, 20), (event, control) => press(event) && control.post({ kind: 'answer-now' }));
    assert.equal(on.server.sentTo(PATH).at(-1)!['enable_thinking'], false);
    assert.deepEqual(run.of('notice').map(({ code }) => code), ['asked-again']);
    assert.match(run.answer, /^a0 .* a11$/);
  });

  it('thinks on past its first budget when asked to keep thinking', async () => {
    const on = await start({ delayMs: 1 });
    const press = onceShown('thinking', ' t5');
    const run = await runHeart(on, budgets(12, 20), (event, control) => press(event) && control.post({ kind: 'keep-thinking', tokens: 10 }));
    assert.equal(run.of('ended')[0]!.usage.thinking, 22);
    assert.deepEqual(on.server.sentTo(PATH).slice(-2).map((body) => body['thinking_budget']), [12, 10]);
    assert.match(run.answer, /^a0 .* a11$/);
  });
});
