import assert from 'node:assert/strict';
import { routesOf } from '../../../../extension/models/remote/capability-record.ts';
import { BETWEEN } from '../../../../extension/models/remote/routes/requests.ts';
import { startLlamaServer, type LlamaServerOptions } from '../../../support/wire/llama-server.ts';
import type { ToyScript } from '../../../support/wire/toy-model.ts';
import { drain, noSignal, numbered, openOptions, runHeart, spelled, stepOptions } from '../support.ts';
import { budgets, closeAll, connectTo, onceShown, saying, type ConnectTo, type On } from './support.ts';

const start = async (options: LlamaServerOptions = {}, to: Partial<ConnectTo> = {}): Promise<On> => connectTo(await startLlamaServer({ script: saying(100, 12), ...options }), { model: 'toy.gguf', ...to });
const text = (count: number, word: string): string => numbered(count, word).join('');

describe('llama-server', () => {
  afterEach(closeAll);

  it('is recognised with its version and context length, and tried out', async () => {
    const { model, server } = await start();
    const { record } = model;
    assert.deepEqual([record.kind, record.version, record.contextLength], ['llama-server', 'b9000-abcdef', 4096]);
    assert.deepEqual(routesOf(record), ['raw-tokens', 'server-cap', 'ask-again'], record.evidence.join('\n'));
    assert.deepEqual([record.thoughts, record.cap?.held, record.control, record.logprobs, record.topLogprobs], ['reasoning_content', 'yes', true, true, 20]);
    assert.equal(model.card.tokenCounts, 'exact');
    assert.ok(server.requests.filter(({ method }) => method === 'POST').length <= 14, 'a few tiny requests');
  });

  it('is found to think and to go on also with a model that answers easy questions at once and cannot count', async () => {
    const script = (question: string): ToyScript => (/count from one to ten/i.test(question) ? { thinking: [], answer: [' 7'], always: true } : { thinking: numbered(100, 't'), answer: numbered(4, 'a') });
    const { model } = await start({ opens: true, script });
    const { record } = model;
    assert.deepEqual([record.thoughts, record.raw, record.cap?.held], ['reasoning_content', 'tokens', 'yes'], record.evidence.join('\n'));
  });

  it('is taken to think where the template opens thoughts, though the model turned every question down without one', async () => {
    const script = (): ToyScript => ({ thinking: [], answer: ['This', ' is', ' outside', ' my', ' world', '.'], always: true });
    const { record } = (await start({ opens: true, script })).model;
    assert.equal(record.thoughts, 'reasoning_content', record.evidence.join('\n'));
    assert.ok(record.evidence.includes('The template opens thoughts, so the model is taken to think although it had no thoughts here.'));
  });

  it('keeps both budgets to the token, with tokens of its own counting', async () => {
    const on = await start();
    const run = await runHeart(on, budgets(10, 7));
    const { usage } = run.of('ended')[0]!;
    assert.equal(run.of('started')[0]!.enforcement, 'exact');
    assert.deepEqual([usage.thinking, usage.solution, usage.estimated], [10, 7, false]);
    assert.equal(run.answer, text(7, 'a').trim());
    assert.ok(run.of('tokens').every((event) => event.estimated === undefined));
    const [first, second] = on.server.sentTo('/completion').slice(-2);
    assert.deepEqual([first!['n_predict'], second!['n_predict']], [17, 7]);
    const [before, after] = [first!['prompt'] as number[], second!['prompt'] as number[]];
    assert.deepEqual(after.slice(0, before.length), before, 'the second request begins with the first, so its cache serves');
    assert.ok(after.length > before.length + 10);
  });

  it('gives the seed and switches off filters that were not asked for', async () => {
    const on = await start();
    const session = await on.model.open(openOptions, noSignal);
    await session.step({ sampler: { temperature: 0.3, topP: 0.9 }, seed: 11 }, noSignal);
    const body = on.server.sentTo('/completion').at(-1)!;
    assert.deepEqual([body['temperature'], body['top_p'], body['top_k'], body['min_p'], body['repeat_penalty'], body['seed']], [0.3, 0.9, 0, 0, 1, 11]);
  });

  it('begins inside the thoughts where the template opens them', async () => {
    const { model } = await start({ opens: true, script: saying(3, 2) });
    const session = await model.open(openOptions, noSignal);
    assert.equal(session.prompt.opensThinking, true);
    assert.equal(session.prompt.estimated, false);
    assert.match(session.prompt.text, /<\|im_start\|>assistant\n<think>\n$/);
    assert.equal(spelled(await drain(session)), ' t0 t1 t2<thinking-end>\n\n a0 a1<end>');
  });

  it('does not think when no thinking is wanted', async () => {
    const { model } = await start({ script: saying(3, 2) });
    const session = await model.open({ ...openOptions, think: false }, noSignal);
    assert.match(session.prompt.text, /<think>\n\n<\/think>\n\n$/);
    assert.equal(session.prompt.opensThinking, false);
    assert.equal(spelled(await drain(session)), ' a0 a1<end>');
  });

  it('answers now, in place', async () => {
    const on = await start({ delayMs: 1 });
    const press = onceShown('thinking', ' t5');
    const run = await runHeart(on, budgets(90, 20), (event, control) => press(event) && control.post({ kind: 'answer-now' }));
    assert.equal(run.answer, text(12, 'a').trim());
    assert.ok(run.of('ended')[0]!.usage.thinking < 20);
    assert.equal(run.of('notice').length, 0);
  });

  it('keeps thinking when asked, and cannot end its thoughts at once', async () => {
    const on = await start({ script: saying(12, 30), delayMs: 1 });
    const press = onceShown('solving', ' a3');
    const run = await runHeart(on, budgets(30, 40), (event, control) => press(event) && control.post({ kind: 'keep-thinking', tokens: 24 }));
    assert.equal(run.outcome, 'answered');
    assert.match(run.text('thinking'), /Wait, /);
    const biased = on.server.sentTo('/completion').filter((body) => body['logit_bias'] !== undefined);
    assert.equal(biased.length, 1, 'the end tag was forbidden for a while');
  });

  it('takes a remark into the thoughts', async () => {
    const on = await start({ script: saying(40, 5), delayMs: 1 });
    const press = onceShown('thinking', ' t5');
    const run = await runHeart(on, budgets(60, 20), (event, control) => press(event) && control.post({ kind: 'steer', text: 'Think of zero.' }));
    assert.match(run.text('thinking'), /\nThink of zero\.\n t\d/);
    assert.equal(run.answer, text(5, 'a').trim());
  });

  it('stops, and the server sees it', async () => {
    const on = await start({ delayMs: 1 });
    const press = onceShown('thinking', ' t5');
    const run = await runHeart(on, budgets(90, 20), (event, control) => press(event) && control.post({ kind: 'stop' }));
    assert.equal(run.outcome, 'stopped');
    await on.server.until((requests) => requests.at(-1)!.aborted);
  });

  it('gives the entropy after the end tag from the likeliest tokens, one token a look, and an exit goes by it', async () => {
    const on = await start({ script: saying(600, 12) });
    assert.equal(on.model.card.capabilities.endEntropy?.available, true);
    assert.equal(on.model.card.capabilities.entropy.available, false);
    const before = on.server.sentTo('/completion').length;
    const run = await runHeart(on, { ...budgets(550, 20), signals: 'all', exits: { policy: 'entropy-after-end', below: 1e-6, warmUp: 3 } });
    const looks = run.of('probe').filter(({ kind }) => kind === 'entropy-after-end');
    assert.ok(looks.length >= 3);
    const told = run.of('signal').filter(({ signal }) => signal === 'entropy-after-end');
    // The list of this server is the same everywhere: exp(-0.5 - i) for 20 candidates, and what is left.
    const listed = Array.from({ length: 20 }, (_, index) => Math.exp(-0.5 - index));
    const rest = 1 - listed.reduce((sum, each) => sum + each, 0);
    const expected = [...listed, rest].reduce((sum, each) => sum - each * Math.log(each), 0);
    assert.ok(told.every(({ value }) => value !== null && Math.abs(value - expected) < 1e-3), JSON.stringify(told));
    const exit = run.of('decision').find(({ decision }) => decision.policy === 'entropy-after-end');
    assert.equal(exit?.decision.action, 'end-thinking');
    const sent = on.server.sentTo('/completion').slice(before).filter((body) => body['n_predict'] === 1);
    assert.ok(sent.length >= looks.length && sent.every((body) => body['n_probs'] === 20));
    assert.equal(run.outcome, 'answered');
  });

  it('gives the log-probability and the confidence of each token', async () => {
    const { model } = await start();
    const session = await model.open(openOptions, noSignal);
    const tokens = await Promise.all([0, 1, 2, 3].map(async () => await session.step({ ...stepOptions, logprob: true, confidence: true }, noSignal)));
    const token = tokens.find((one) => one.mark === undefined && one.text.trim() !== '')!;
    assert.equal(token.logprob, -0.5);
    // Twenty candidates at -0.5, -1.5, … -19.5: minus their mean.
    assert.equal(token.confidence, 10);
    assert.ok(token.id !== undefined);
  });

  it('tries an answer, copies a line of thought, and puts everything back', async () => {
    const { model } = await start();
    const session = await model.open(openOptions, noSignal);
    await drain(session, 6);
    const { position } = session;
    const probe = await session.probe('\n</think>\n\n', { sampler: { temperature: 0 }, seed: 1, limit: 4 }, noSignal);
    assert.deepEqual([probe.text, probe.generated, probe.logprobs], [' a0 a1 a2 a3', 4, [-0.5, -0.5, -0.5, -0.5]]);
    const copy = await session.fork();
    assert.deepEqual([session.position, copy.position], [position, position]);
    assert.equal(spelled(await drain(copy, 3)), spelled(await drain(session, 3)));
  });

  it('goes on exactly after a chunk of several tokens was taken apart', async () => {
    const on = await start({ tokensPerChunk: 5, script: saying(20, 6) });
    const session = await on.model.open(openOptions, noSignal);
    let before = 0;
    for (;;) {
      const at = session.position;
      const token = await session.step(stepOptions, noSignal);
      if (token.mark === 'thinking-end') before = at;
      if (token.mark === 'end') break;
    }
    await session.rewind(before);
    await session.append('\n</think>\n\n', noSignal);
    assert.equal(spelled(await drain(session)), `${text(6, 'a')}<end>`);
  });

  it('is used through chat, and the run says so, where it no longer takes the prompts it took when it was tried out', async () => {
    const { model } = await start();
    assert.equal(model.record.raw, 'tokens');
    const on = await start({ lacks: ['raw', 'control'] }, { options: { record: model.record } });
    const run = await runHeart(on, { ...budgets(10, 7), exits: 'eager' });
    assert.equal(run.outcome, 'answered', JSON.stringify(run.of('error')));
    assert.match(run.of('notice').find(({ code }) => code === 'route-changed')?.message ?? '', /Connect to the server again/);
    const { usage } = run.of('ended')[0]!;
    assert.ok(usage.thinking <= 10 && usage.solution <= 7 && usage.estimated, JSON.stringify(usage));
  });

  describe('without a prompt of our own (older builds)', () => {
    it('ends the thoughts at the cap, in one request', async () => {
      const on = await start({ lacks: ['raw', 'control'] }, { overrides: { route: 'server-cap' } });
      assert.deepEqual(routesOf(on.model.record).slice(0, 2), ['server-cap', 'chat-continuation'], on.model.record.evidence.join('\n'));
      const run = await runHeart(on, budgets(10, 7));
      const chats = on.server.sentTo('/v1/chat/completions').slice(-1);
      assert.deepEqual([chats[0]!['reasoning_budget_tokens'], chats[0]!['max_tokens']], [10, 17 + BETWEEN]);
      assert.equal(on.server.requests.slice(on.probes).length, 1, 'the live reply went on with the answer');
      assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.of('ended')[0]!.usage.solution], [10, 7]);
      assert.equal(run.answer, text(7, 'a').trim());
    });

    it('ends the thoughts while the reply goes on when asked to answer now', async () => {
      const on = await start({ lacks: ['raw'], delayMs: 3 });
      assert.equal(on.model.record.control, true);
      const press = onceShown('thinking', ' t5');
      const run = await runHeart(on, budgets(90, 20), (event, control) => press(event) && control.post({ kind: 'answer-now' }));
      assert.equal(run.answer, text(12, 'a').trim());
      const after = on.server.requests.slice(on.probes).map(({ path }) => path);
      assert.deepEqual(after, ['/v1/chat/completions', '/v1/chat/completions/control'], 'no second request');
    });

    it('raises the cap when asked to keep thinking', async () => {
      const on = await start({ lacks: ['raw', 'control'], delayMs: 1 });
      const press = onceShown('thinking', ' t5');
      const run = await runHeart(on, budgets(12, 20), (event, control) => press(event) && control.post({ kind: 'keep-thinking', tokens: 10 }));
      assert.equal(run.of('ended')[0]!.usage.thinking, 22);
      assert.equal(run.answer, text(12, 'a').trim());
    });

    it('counts for itself when the cap is ignored', async () => {
      const on = await start({ lacks: ['raw', 'control'], ignoresBudget: true });
      assert.equal(on.model.record.cap?.held, 'no');
      const run = await runHeart(on, budgets(10, 7));
      assert.deepEqual([run.of('ended')[0]!.usage.thinking, run.answer], [10, text(7, 'a').trim()]);
      assert.ok(on.server.sentTo('/v1/chat/completions').slice(-2).every((body) => body['reasoning_budget_tokens'] === undefined));
    });

    it('leaves a stray end tag out of the answer', async () => {
      const on = await start({ lacks: ['raw', 'control'], strayTag: true });
      const run = await runHeart(on, budgets(10, 20));
      assert.equal(run.answer, text(12, 'a').trim());
    });

    it('goes on in place without a cap', async () => {
      const on = await start({ lacks: ['raw', 'control', 'budget'] });
      assert.equal(on.model.record.prefix, 'reasoning', on.model.record.evidence.join('\n'));
      const run = await runHeart(on, budgets(10, 7));
      const [, second] = on.server.sentTo('/v1/chat/completions').slice(-2);
      assert.equal(second!['continue_final_message'], 'content');
      assert.equal(run.answer, text(7, 'a').trim());
    });
  });

  it('waits while the model is being loaded, and says so', async () => {
    const { model } = await start({ loading: 2 });
    assert.equal(model.record.kind, 'llama-server');
  });
});
