import assert from 'node:assert/strict';
import { routesOf } from '../../../../extension/models/remote/capability-record.ts';
import { BETWEEN } from '../../../../extension/models/remote/routes/requests.ts';
import { startOpenAi, type OpenAiOptions } from '../../../support/wire/openai.ts';
import { numbered, runHeart } from '../support.ts';
import { budgets, closeAll, connectTo, saying, type On } from './support.ts';

const start = async (options: OpenAiOptions = {}): Promise<On> => connectTo(await startOpenAi({ script: saying(30, 12), ...options }), { model: 'gpt-toy', kind: 'openai' });
const text = (count: number, word: string): string => numbered(count, word).join('');

describe('OpenAI', () => {
  afterEach(closeAll);

  describe('over Responses', () => {
    it('shows the summary, counts none of it as thoughts, and says the budget cannot be held', async () => {
      const on = await start();
      const { record, card } = on.model;
      assert.deepEqual([record.api, record.thoughts, routesOf(record)], ['responses', 'summary', ['effort-only']], record.evidence.join('\n'));
      assert.deepEqual([card.capabilities.thinkingBudget, card.capabilities.endThinking, card.capabilities.append.available], ['unavailable', 'degraded', false]);
      const run = await runHeart(on, budgets(40, 20));
      assert.equal(run.of('started')[0]!.enforcement, 'unenforceable');
      assert.match(run.text('thinking'), /Looking at it/);
      assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.answer], [0, text(12, 'a').trim()]);
      assert.match(run.of('notice')[0]!.message, /spent 30 tokens on thoughts that it does not show/);
      const body = on.server.sentTo('/v1/responses').at(-1)!;
      assert.deepEqual([body['reasoning'], body['store'], body['max_output_tokens'], body['temperature']], [{ effort: 'medium', summary: 'auto' }, false, 60 + BETWEEN, undefined]);
    });

    it('asks for the answer alone when unseen thoughts have eaten its room', async () => {
      const on = await start({ script: saying(500, 12) });
      const run = await runHeart(on, budgets(40, 20));
      assert.equal(run.outcome, 'answered');
      assert.equal(run.answer, text(12, 'a').trim());
      const second = on.server.sentTo('/v1/responses').at(-1)!;
      assert.deepEqual([(second['reasoning'] as { effort: string }).effort, second['max_output_tokens']], ['none', 20]);
      assert.ok(run.of('notice').some(({ code, message }) => code === 'asked-again' && /does not show its thoughts/.test(message)));
    });

    it('answers now, by asking again with the least effort', async () => {
      const on = await start({ script: saying(400, 12), delayMs: 5 });
      const run = await runHeart(on, budgets(1000, 20), (event, control) => {
        if (event.type === 'phase' && event.to === 'thinking') setTimeout(() => control.post({ kind: 'answer-now' }), 60);
      });
      assert.equal(run.answer, text(12, 'a').trim());
      const first = on.server.requests.filter(({ path }) => path === '/v1/responses').at(-2)!;
      await on.server.until(() => first.aborted);
    });

    it('goes down to the least effort the model knows', async () => {
      const on = await start({ least: 'low', script: saying(500, 12) });
      const run = await runHeart(on, budgets(40, 20));
      assert.equal(run.outcome, 'exhausted', 'even the least effort thinks here; the answer is not made up');
      assert.deepEqual(on.server.sentTo('/v1/responses').slice(-3).map((body) => (body['reasoning'] as { effort: string }).effort), ['none', 'minimal', 'low']);
    });

    it('does without a summary that is not allowed', async () => {
      const on = await start({ noSummary: true });
      assert.deepEqual([on.model.record.api, on.model.record.thoughts], ['responses', 'hidden'], on.model.record.evidence.join('\n'));
      const run = await runHeart(on, budgets(40, 20));
      assert.equal(run.answer, text(12, 'a').trim());
      assert.deepEqual(on.server.sentTo('/v1/responses').at(-1)!['reasoning'], { effort: 'medium' });
    });

    it('tells a response that failed', async () => {
      const honest = await start();
      const on = await connectTo(await startOpenAi({ fails: true }), { model: 'gpt-toy', kind: 'openai', options: { record: honest.model.record } });
      const run = await runHeart(on, budgets(40, 20));
      assert.match(run.of('error')[0]!.message, /broke off with an error of its own.*The model is overloaded/);
    });
  });

  it('is used over chat where there is no Responses interface', async () => {
    const on = await start({ noResponses: true });
    assert.deepEqual([on.model.record.api, on.model.record.thoughts], ['chat', 'hidden'], on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(40, 20));
    assert.equal(run.answer, text(12, 'a').trim());
    const body = on.server.sentTo('/v1/chat/completions').at(-1)!;
    assert.deepEqual([body['max_completion_tokens'], body['max_tokens'], body['reasoning_effort']], [60 + BETWEEN, undefined, 'medium']);
  });
});
