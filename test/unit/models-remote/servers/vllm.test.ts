import assert from 'node:assert/strict';
import { routesOf } from '../../../../extension/models/remote/capability-record.ts';
import { BETWEEN } from '../../../../extension/models/remote/routes/requests.ts';
import { startVllm, type VllmOptions } from '../../../support/wire/vllm.ts';
import { drain, noSignal, numbered, openOptions, runHeart, spelled, stepOptions } from '../support.ts';
import { budgets, closeAll, connectTo, onceShown, saying, type ConnectTo, type On } from './support.ts';

const start = async (options: VllmOptions = {}, to: Partial<ConnectTo> = {}): Promise<On> => connectTo(await startVllm({ script: saying(100, 12), ...options }), { model: 'toy/reasoner', ...to });
const text = (count: number, word: string): string => numbered(count, word).join('');

describe('vLLM', () => {
  afterEach(closeAll);

  it('is recognised with its version, and tried out', async () => {
    const { model } = await start();
    const { record } = model;
    assert.deepEqual([record.kind, record.version, record.contextLength], ['vllm', '0.21.0', 4096]);
    assert.deepEqual(routesOf(record), ['raw-tokens', 'server-cap', 'ask-again'], record.evidence.join('\n'));
    assert.deepEqual([record.thoughts, record.logprobs, record.topLogprobs, record.countsThoughts, record.choices], ['reasoning', true, 20, true, 'native']);
  });

  it('keeps both budgets to the token, with the server’s own tokens', async () => {
    const on = await start();
    const run = await runHeart(on, budgets(10, 7));
    const { usage } = run.of('ended')[0]!;
    assert.deepEqual([usage.thinking, usage.solution, usage.estimated], [10, 7, false]);
    assert.equal(run.answer, text(7, 'a').trim());
    const [first, second] = on.server.sentTo('/v1/completions').slice(-2);
    assert.deepEqual((second!['prompt'] as number[]).slice(0, (first!['prompt'] as number[]).length), first!['prompt']);
    assert.deepEqual([first!['max_tokens'], second!['max_tokens'], first!['return_token_ids']], [17, 7, true]);
  });

  it('answers now, keeps thinking and takes a remark, in place', async () => {
    for (const command of [{ kind: 'answer-now' }, { kind: 'keep-thinking', tokens: 24 }, { kind: 'steer', text: 'Think of zero.' }] as const) {
      const on = await start({ script: saying(60, 5), delayMs: 1 });
      const press = onceShown('thinking', ' t5');
      const run = await runHeart(on, budgets(40, 20), (event, control) => press(event) && control.post(command));
      assert.equal(run.outcome, 'answered', command.kind);
      assert.equal(run.answer, text(5, 'a').trim(), command.kind);
      assert.equal(run.of('notice').length, 0, command.kind);
      const used = run.of('ended')[0]!.usage.thinking;
      if (command.kind === 'keep-thinking') assert.equal(used, 63, 'the thoughts, a line break and the two tags, beyond the first request’s limit of 60');
      else if (command.kind === 'steer') assert.equal(used, 40);
      else assert.ok(used < 30, String(used));
    }
  });

  it('gives the log-probability and the confidence of thoughts too', async () => {
    const { model } = await start();
    const session = await model.open(openOptions, noSignal);
    await session.step(stepOptions, noSignal);
    let token = await session.step({ ...stepOptions, confidence: true }, noSignal);
    while (token.text.trim() === '') token = await session.step({ ...stepOptions, confidence: true }, noSignal);
    // The stream was opened without candidates, and asking for them later does not break it off.
    assert.equal(token.confidence, undefined);
    const other = await model.open(openOptions, noSignal);
    await other.step({ ...stepOptions, confidence: true }, noSignal);
    const second = await other.step({ ...stepOptions, confidence: true }, noSignal);
    assert.deepEqual([second.logprob, second.confidence], [-0.5, 10]);
  });

  it('is left to its own parser where the thoughts are not spelled out in tags', async () => {
    const on = await start({ specialTags: true });
    assert.equal(on.model.record.raw, null, on.model.record.evidence.join('\n'));
    assert.deepEqual(routesOf(on.model.record), ['server-cap', 'chat-continuation', 'ask-again']);
    const run = await runHeart(on, budgets(10, 7));
    const chats = on.server.sentTo('/v1/chat/completions');
    assert.deepEqual([chats.at(-1)!['thinking_token_budget'], chats.at(-1)!['max_tokens']], [10, 17 + BETWEEN]);
    assert.equal(on.server.requests.length, on.probes + 1, 'one request for thoughts and answer');
    assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.of('started')[0]!.enforcement], [10, 'exact']);
    assert.match(run.answer, /^a0 a1/);
  });

  it('is used through chat where a gateway lets only /v1 through', async () => {
    const on = await start({ onlyV1: true });
    assert.deepEqual([on.model.record.kind, on.model.record.version, on.model.record.raw], ['vllm', null, null]);
    const run = await runHeart(on, budgets(10, 7));
    assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.of('ended')[0]!.usage.solution], [10, 7]);
  });

  it('is sent text where it gives no token ids', async () => {
    const on = await start({ noTokenIds: true });
    assert.equal(on.model.record.raw, 'text', on.model.record.evidence.join('\n'));
    const run = await runHeart(on, budgets(10, 7));
    assert.equal(run.answer, text(7, 'a').trim());
    assert.equal(run.of('ended')[0]!.usage.estimated, true);
  });

  describe('in chat', () => {
    const chat = (options: VllmOptions = {}): Promise<On> => start({ onlyV1: true, ...options });

    it('counts for itself and goes on in place when the budget is ignored', async () => {
      const on = await chat({ ignoresBudget: true });
      assert.equal(on.model.record.cap?.held, 'no', on.model.record.evidence.join('\n'));
      const run = await runHeart(on, budgets(10, 7));
      assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.answer.slice(0, 5)], [10, 'a0 a1']);
      const second = on.server.sentTo('/v1/chat/completions').at(-1)!;
      assert.deepEqual([second['continue_final_message'], second['add_generation_prompt'], second['thinking_token_budget']], [true, false, undefined]);
    });

    it('goes without a budget that is refused, and reads tags from the content', async () => {
      const on = await chat({ noParser: true });
      assert.deepEqual([on.model.record.thoughts, on.model.record.cap?.held], ['inline', 'no'], on.model.record.evidence.join('\n'));
      const run = await runHeart(on, budgets(10, 7));
      assert.equal(run.of('ended')[0]!.usage.thinking, 10);
      assert.match(run.answer, /^a0 a1/);
    });

    it('takes an answer for an answer although it is filed under reasoning', async () => {
      const on = await chat({ ignoresBudget: true, answerAsReasoning: true });
      assert.equal(on.model.record.continuedAnswer, 'field', on.model.record.evidence.join('\n'));
      const run = await runHeart(on, budgets(10, 12));
      assert.equal(run.answer, text(12, 'a').trim());
    });

    it('counts by token ids', async () => {
      const { model } = await chat({ script: saying(3, 2) });
      const session = await model.open(openOptions, noSignal);
      const tokens = await drain(session);
      assert.equal(spelled(tokens), `<thinking-start>\n${text(3, 't')}<thinking-end>\n\n${text(2, 'a')}<end>`);
      assert.ok(tokens.some(({ id }) => id !== undefined));
    });

    it('hangs up on a server that breaks its promise to end the thoughts', async () => {
      const honest = await chat();
      const liar = await startVllm({ script: saying(300, 5), onlyV1: true, ignoresBudget: true });
      const on = await connectTo(liar, { model: 'toy/reasoner', options: { record: honest.model.record } });
      const run = await runHeart(on, budgets(10, 20));
      assert.ok(run.of('notice').some(({ code }) => code === 'cap-ignored'), JSON.stringify(run.of('notice')));
      assert.equal(run.of('ended')[0]!.usage.thinking, 10);
      assert.match(run.answer, /^a0 a1 a2 a3 a4/);
      assert.equal(on.model.record.cap?.held, 'no', 'and is not trusted again');
    });
  });
});
