import assert from 'node:assert/strict';
import { routesOf } from '../../../../extension/models/remote/capability-record.ts';
import { startChatService, type Dialect } from '../../../support/wire/chat-service.ts';
import { runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, onceShown, saying, type On } from './support.ts';

type Parts = readonly { readonly type: string; readonly thinking?: readonly { readonly text: string }[]; readonly text?: string; readonly closed?: boolean }[];

/** docs.mistral.ai: thoughts are parts of the content; with prefix true an open part is gone on with. */
const mistral: Dialect = {
  model: 'magistral-toy',
  thought: (text) => ({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] }),
  answer: (text) => ({ content: text }),
  off: (body) => body['reasoning_effort'] === 'none',
  refuses: (body) => (body['min_p'] !== undefined || body['chat_template_kwargs'] !== undefined ? { message: 'Extra inputs are not permitted: min_p, chat_template_kwargs' } : null),
  begun: (last) => {
    if (last['prefix'] !== true) return null;
    if (typeof last.content === 'string') return last.content;
    const parts = last.content as Parts;
    const part = parts.find(({ type }) => type === 'thinking')!;
    const thoughts = part.thinking!.map(({ text }) => text).join('');
    return `<think>\n${thoughts}${part.closed ? `\n</think>\n\n${parts.find(({ type }) => type === 'text')?.text ?? ''}` : ''}`;
  },
  usage: (thoughts, visible) => ({ prompt_tokens: 9, completion_tokens: thoughts + visible }),
};

const start = async (more: Partial<Dialect> = {}): Promise<On> => connectTo(await startChatService({ ...mistral, script: saying(60, 12), ...more }), { model: 'magistral-toy', kind: 'mistral' });

describe('Mistral', () => {
  afterEach(closeAll);

  it('goes on from a closed thinking part', async () => {
    const on = await start();
    assert.deepEqual([on.model.record.thoughts, routesOf(on.model.record)], ['parts', ['reasoning-prefix', 'ask-again']], on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(10, 20));
    assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.of('started')[0]!.enforcement, run.of('notice').length], [10, 'exact', 0]);
    assert.match(run.answer, /^a0 .* a11$/);
  });

  it('goes on from an open thinking part with a remark in it', async () => {
    const on = await start({ delayMs: 1 });
    const press = onceShown('thinking', ' t5');
    const run = await runHeart(on, budgets(80, 20), (event, control) => press(event) && control.post({ kind: 'steer', text: 'Think of zero.' }));
    assert.match(run.text('thinking'), /\nThink of zero\.\n t\d/);
    assert.match(run.answer, /^a0 .* a11$/);
  });

  it('reports no tokens of thought, so Reins counts them', async () => {
    const on = await start();
    assert.equal(on.model.record.countsThoughts, false);
    const run = await runHeart(on, budgets(80, 20));
    assert.equal(run.of('ended')[0]!.usage.thinking > 55, true);
    assert.equal(run.of('ended')[0]!.usage.estimated, true);
  });
});
