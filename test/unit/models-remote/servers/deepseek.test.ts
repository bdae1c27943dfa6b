import assert from 'node:assert/strict';
import { routesOf } from '../../../../extension/models/remote/capability-record.ts';
import { at, startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { numbered, runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, onceShown, saying, type On } from './support.ts';

/** api-docs.deepseek.com: prefix completion at /beta only, with the thoughts in reasoning_content. */
const deepseek: Dialect = {
  model: 'deepseek-toy',
  paths: ['/v1/chat/completions', '/beta/chat/completions'],
  thought: (reasoning_content) => ({ content: null, reasoning_content }),
  off: (body) => at(body, 'thinking.type') === 'disabled',
  refuses: (body, path) => {
    const last = (body['messages'] as { role: string; prefix?: boolean }[]).at(-1)!;
    if (last.role === 'assistant' && (path !== '/beta/chat/completions' || last.prefix !== true)) return { message: 'The last message of assistant must set prefix to true, with base url /beta.' };
    if (body['logprobs'] !== undefined) return { message: 'deepseek-reasoner does not support logprobs', param: 'logprobs' };
    return null;
  },
  begun: (last) => {
    const thoughts = last.reasoning_content;
    if (thoughts === undefined) return String(last.content);
    return `<think>\n${thoughts}${last.content === '' ? '' : `\n</think>\n\n${String(last.content)}`}`;
  },
  usage: (reasoning_tokens, visible) => ({ prompt_tokens: 20, completion_tokens: reasoning_tokens + visible, prompt_cache_hit_tokens: 16, prompt_cache_miss_tokens: 4, completion_tokens_details: { reasoning_tokens } }),
};

const start = async (more: Partial<Dialect> = {}): Promise<On> => connectTo(await startChatService({ ...deepseek, script: saying(40, 12), ...more }), { model: 'deepseek-toy', kind: 'deepseek' });
const text = (count: number, word: string): string => numbered(count, word).join('');

describe('DeepSeek', () => {
  afterEach(closeAll);

  it('goes on from a reasoning prefix at /beta', async () => {
    const { model, server } = await start();
    assert.deepEqual([model.record.prefix, model.record.thoughts, routesOf(model.record)], ['prefix', 'reasoning_content', ['reasoning-prefix', 'ask-again']], model.record.evidence.join('\n'));
    assert.ok(server.requests.every(({ body }) => body['logprobs'] === undefined), 'not even tried: it would be refused');
  });

  it('asks afresh for the answer where handed over thoughts are thought on', async () => {
    const on = await start();
    assert.deepEqual([on.model.record.closes, on.model.card.capabilities.endThinking, on.model.card.capabilities.probe.available], [false, 'degraded', true], on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(10, 20));
    assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.of('started')[0]!.enforcement], [10, 'degraded']);
    assert.equal(run.answer, text(12, 'a').trim());
    assert.match(run.of('notice')[0]!.message, /would think on from the thoughts it is given/);
    assert.equal(at(on.server.sentTo('/v1/chat/completions').at(-1)!, 'thinking.type'), 'disabled');
  });

  it('answers in place where handed over thoughts are taken for finished', async () => {
    const on = await start({ begun: (last) => (last.reasoning_content === undefined ? String(last.content) : `<think>\n${last.reasoning_content}\n</think>\n\n${String(last.content)}`) });
    assert.equal(on.model.record.closes, true, on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(10, 20));
    assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.of('started')[0]!.enforcement, run.of('notice').length], [10, 'exact', 0]);
    const last = (on.server.sentTo('/beta/chat/completions').at(-1)!['messages'] as { role: string; prefix: boolean; reasoning_content: string; content: string }[]).at(-1)!;
    assert.deepEqual([last.role, last.prefix, last.content], ['assistant', true, '']);
    assert.equal(run.answer, text(12, 'a').trim());
  });

  it('keeps thinking from the prefix', async () => {
    const on = await start({ script: saying(30, 20), delayMs: 1 });
    const press = onceShown('thinking', ' t5');
    const run = await runHeart(on, budgets(40, 40), (event, control) => press(event) && control.post({ kind: 'steer', text: 'Think of zero.' }));
    assert.match(run.text('thinking'), /\nThink of zero\.\n t\d/);
    assert.equal(run.answer, text(20, 'a').trim());
  });

  it('asks again where the prefix is not taken', async () => {
    const on = await start({ paths: ['/v1/chat/completions'] });
    assert.equal(on.model.record.prefix, null, on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(10, 20));
    assert.equal(run.answer, text(12, 'a').trim());
    const body = on.server.sentTo('/v1/chat/completions').at(-1)!;
    assert.deepEqual([at(body, 'thinking.type'), body['reasoning_effort']], ['disabled', undefined]);
  });

  it('has its own words for efforts', async () => {
    const on = await start();
    await runHeart(on, { ...budgets(50, 20), effort: 'medium' });
    assert.equal(on.server.sentTo('/v1/chat/completions').at(-1)!['reasoning_effort'], 'high');
  });
});
