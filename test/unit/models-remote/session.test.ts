import assert from 'node:assert/strict';
import { BETWEEN } from '../../../extension/models/remote/routes/requests.ts';
import type { ProfileName, Script } from '../../support/scripted-server/types.ts';
import { closeServers, connect, drain, noSignal, numbered, openOptions, recordOf, saying, serve, spelled, stepOptions } from './support.ts';

const THOUGHTS = numbered(12, 't').join('');
const ANSWER = numbered(6, 'a').join('');

describe('remote session', () => {
  afterEach(closeServers);

  const shapes: readonly [ProfileName, string][] = [
    ['vllm', `<thinking-start>${THOUGHTS}<thinking-end>${ANSWER}<end>`],
    ['llama-server', `<thinking-start>${THOUGHTS}<thinking-end>${ANSWER}<end>`],
    ['deepseek', `<thinking-start>${THOUGHTS}<thinking-end>${ANSWER}<end>`],
    ['ollama', `<thinking-start>${THOUGHTS}<thinking-end>${ANSWER}<end>`],
    ['inline', `<thinking-start>${THOUGHTS}<thinking-end>\n\n${ANSWER}<end>`],
    ['openai', `${ANSWER}<end>`],
    ['plain', `${ANSWER}<end>`],
  ];
  for (const [profile, shape] of shapes) {
    it(`marks the parts of a reply the same way: ${profile}`, async () => {
      const { model } = await connect(await serve({ profile }));
      const session = await model.open(openOptions, noSignal);
      assert.equal(spelled(await drain(session)), shape);
      await assert.rejects(session.step(stepOptions, noSignal), /ended/);
    });
  }

  it('knows thoughts by the tags that a person has named, also where Reins writes them', async () => {
    const script = { thinking: [' t0', ' t1', ' t2', ' t3'], answer: [' a0'] };
    const tags = { open: '<|reason|>', close: '<|/reason|>' };
    const server = await serve({ overrides: { thoughts: 'none' }, script: { thinking: [], answer: [tags.open, ...script.thinking, '<|/rea', 'son|>', ...script.answer] } });
    const { model } = await connect(server, { record: recordOf({ thoughts: 'inline', tags, continuedThoughts: 'content' }) });
    assert.equal(spelled(await drain(await model.open(openOptions, noSignal))), '<thinking-start> t0 t1 t2 t3<thinking-end> a0<end>');
    const session = await model.open(openOptions, noSignal);
    await drain(session, 3);
    await session.append(`\n${tags.close}\n\n`, noSignal);
    assert.equal((await session.step(stepOptions, noSignal)).mark, undefined, 'not told of thoughts again');
  });

  it('begins inside the thoughts where the template has opened them', async () => {
    const thoughtful = { thinking: ['Okay,', ' so', ' I', ' count'], answer: ['4'] };
    const { model } = await connect(await serve({ profile: 'inline-unopened', script: thoughtful }));
    const session = await model.open(openOptions, noSignal);
    assert.equal(session.prompt.opensThinking, true);
    assert.equal(spelled(await drain(session)), 'Okay, so I count<thinking-end>\n\n4<end>');
  });

  it('learns that a template opens the thoughts, for the next session', async () => {
    const quiet = numbered(40, 'q'); // the first look does not reach the end tag
    const script = ({ question }: { question: string }): Script => (/count/i.test(question) ? { thinking: quiet, answer: ['ten'] } : { thinking: numbered(3, 't'), answer: numbered(2, 'a') });
    const { model, notices } = await connect(await serve({ profile: 'inline-unopened', script }));
    const first = await model.open(openOptions, noSignal);
    assert.equal(spelled(await drain(first)), ' t0 t1 t2<thinking-end>\n\n a0 a1<end>');
    assert.equal(notices[0]?.[0], 'unopened-thoughts');
    const second = await model.open(openOptions, noSignal);
    assert.equal(second.prompt.opensThinking, true);
  });

  it('is lazy: no request before the first step', async () => {
    const server = await serve();
    const { model, probes } = await connect(server);
    await model.open(openOptions, noSignal);
    assert.equal(server.chats().length, probes);
  });

  it('asks for thinking and solution tokens together, passes the effort and the sampler on', async () => {
    const server = await serve();
    const { model, probes } = await connect(server);
    const session = await model.open({ ...openOptions, effort: 'high' }, noSignal);
    await session.step({ sampler: { temperature: 0.3, topP: 0.9, topK: 5 }, seed: 11 }, noSignal);
    const body = server.chats()[probes]?.body;
    assert.equal(body?.max_tokens, 60 + BETWEEN);
    assert.equal(body.reasoning_effort, 'high');
    assert.deepEqual([body['temperature'], body['top_p'], body['top_k'], body['seed'], body['min_p']], [0.3, 0.9, 5, 11, undefined]);
  });

  it('turns thinking off when none is wanted', async () => {
    const server = await serve();
    const { model, probes } = await connect(server);
    const session = await model.open({ ...openOptions, think: false, limits: { thinking: 0, solution: 20 } }, noSignal);
    assert.equal(spelled(await drain(session)), `${ANSWER}<end>`);
    const body = server.chats()[probes]?.body;
    assert.equal(body?.reasoning_effort, 'none');
    assert.deepEqual(body.chat_template_kwargs, { enable_thinking: false });
    assert.equal(body.max_tokens, 20);
  });

  for (const profile of ['vllm', 'llama-server', 'inline'] as const) {
    it(`ends the thoughts at a token of our choice and goes on in place: ${profile}`, async () => {
      const server = await serve({ profile, delayMs: 2 });
      const { model, probes, notices } = await connect(server);
      assert.equal(model.card.capabilities.endThinking, 'exact');
      const session = await model.open(openOptions, noSignal);
      const thoughts = await drain(session, profile === 'inline' ? 5 : 4);
      assert.equal(spelled(thoughts), '<thinking-start> t0 t1 t2 t3');
      await session.append('\n</think>\n\n', noSignal);
      assert.equal(spelled(await drain(session)), `${ANSWER}<end>`);
      const [first, second] = server.chats().slice(probes);
      await server.until(() => first!.aborted);
      assert.ok(first!.tokensSent < 18, 'the server was let go of before it was done');
      const last = second!.body!.messages!.at(-1)!;
      assert.equal(second!.body!.max_tokens, 20);
      assert.equal(second!.body!.add_generation_prompt, false);
      if (profile === 'llama-server') assert.deepEqual([last.reasoning_content, last.content, second!.body!.continue_final_message], [' t0 t1 t2 t3\n', '', 'content']);
      else assert.deepEqual([last.content?.replace(/^<think>\n?/, ''), second!.body!.continue_final_message], [' t0 t1 t2 t3\n</think>\n\n', true]);
      assert.deepEqual(notices, []);
    });
  }

  it('asks again, says so and turns thinking off, where a reply cannot be continued', async () => {
    const server = await serve({ profile: 'deepseek', delayMs: 2 });
    const { model, probes, notices } = await connect(server);
    assert.equal(model.card.capabilities.endThinking, 'degraded');
    const session = await model.open(openOptions, noSignal);
    await drain(session, 4);
    await session.append('\n</think>\n\n', noSignal);
    assert.equal(spelled(await drain(session)), `${ANSWER}<end>`);
    const body = server.chats()[probes + 1]!.body!;
    assert.equal(body.messages!.length, 1);
    assert.match(body.messages![0]!.content!, /What is it\?[^]*<thoughts>\nt0 t1 t2 t3\n<\/thoughts>[^]*final answer now/);
    assert.equal(body.reasoning_effort, 'none');
    assert.equal(body.max_tokens, 20);
    assert.deepEqual(notices.map(([code]) => code), ['asked-again']);
  });

  it('asks again when the server refuses a begun reply after all', async () => {
    const server = await serve({ profile: 'deepseek', delayMs: 1 });
    const { model, notices } = await connect(server, { record: recordOf({ thoughts: 'reasoning_content' }) });
    const session = await model.open(openOptions, noSignal);
    await drain(session, 4);
    await session.append('\n</think>\n\n', noSignal);
    assert.equal(spelled(await drain(session)), `${ANSWER}<end>`);
    assert.ok(notices.some(([code]) => code === 'asked-again'));
  });

  it('takes an answer for an answer although the server files it under thoughts', async () => {
    const { model } = await connect(await serve({ overrides: { misfiles: 'answer' }, delayMs: 1 }));
    const session = await model.open(openOptions, noSignal);
    await drain(session, 4);
    await session.append('\n</think>\n\n', noSignal);
    assert.equal(spelled(await drain(session)), `${ANSWER}<end>`);
  });

  it('takes a remark before the first token into the thoughts, and marks their start', async () => {
    const server = await serve();
    const { model, probes } = await connect(server);
    const session = await model.open(openOptions, noSignal);
    await session.append('Be brief.\n', noSignal);
    assert.equal(spelled(await drain(session)), `<thinking-start>${THOUGHTS}<thinking-end>${ANSWER}<end>`);
    assert.equal(server.chats()[probes]!.body!.messages!.at(-1)!.content, '<think>\nBe brief.\n');
  });

  it('can be told to answer before the first token', async () => {
    const server = await serve();
    const { model, probes } = await connect(server);
    const session = await model.open(openOptions, noSignal);
    await session.append('</think>\n\n', noSignal);
    assert.equal(spelled(await drain(session)), `${ANSWER}<end>`);
    assert.match(server.chats()[probes]!.body!.messages!.at(-1)!.content!, /^<think>\n<\/think>\n\n$/);
  });

  it('tells each session’s notices to whoever opened it', async () => {
    const { model, notices } = await connect(await serve({ profile: 'deepseek' }));
    const own: string[] = [];
    const session = await model.open({ ...openOptions, onNotice: (code) => own.push(code) }, noSignal);
    await drain(session, 4);
    await session.append('\n</think>\n\n', noSignal);
    await drain(session);
    assert.deepEqual([own, notices], [['asked-again'], []]);
  });

  it('asks for no more than the context holds', async () => {
    const server = await serve();
    const ref = { id: 'r', name: 'R', baseUrl: server.baseUrl, model: 'scripted-reasoner', contextLength: 50 };
    const { model, probes } = await connect(server, { ref });
    const session = await model.open(openOptions, noSignal);
    await session.step(stepOptions, noSignal);
    const asked = server.chats()[probes]!.body!.max_tokens!;
    assert.ok(asked >= 16 && asked + session.prompt.tokens <= 50, String(asked));
  });

  it('goes on thinking after a remark', async () => {
    const server = await serve({ delayMs: 2 });
    const { model, probes } = await connect(server);
    const session = await model.open(openOptions, noSignal);
    await drain(session, 4);
    await session.append('\nMind the edge case.\n', noSignal);
    const rest = await drain(session);
    assert.equal(spelled(rest), `${numbered(12, 't').slice(4).join('')}<thinking-end>${ANSWER}<end>`);
    assert.match(server.chats()[probes + 1]!.body!.messages!.at(-1)!.content!, /^<think>\n t0 t1 t2 t3\nMind the edge case.\n$/);
    assert.equal(server.chats()[probes + 1]!.body!.max_tokens, 60 + BETWEEN);
  });

  it('goes back into the thoughts after the answer has ended', async () => {
    const server = await serve();
    const { model } = await connect(server);
    const session = await model.open(openOptions, noSignal);
    let before = 0;
    for (;;) {
      const at = session.position;
      const token = await session.step(stepOptions, noSignal);
      if (token.mark === 'thinking-end') before = at;
      if (token.mark === 'end') break;
    }
    await session.rewind(before);
    assert.equal(session.position, before);
    await session.append('\nWait, ', noSignal);
    // The script is at its end, so the server closes the thoughts at once and answers again.
    assert.equal(spelled(await drain(session)), `<thinking-end>${ANSWER}<end>`);
    assert.match(server.chats().at(-1)!.body!.messages!.at(-1)!.content!, / t11\nWait, $/);
  });

  it('undoes an end without asking again', async () => {
    const server = await serve();
    const { model } = await connect(server);
    const session = await model.open(openOptions, noSignal);
    await drain(session);
    const count = server.chats().length;
    await session.rewind(session.position);
    assert.equal(server.chats().length, count);
    await session.step(stepOptions, noSignal);
    assert.equal(server.chats().length, count + 1);
  });

  it('tries an answer beside the live stream and puts everything back', async () => {
    const server = await serve({ delayMs: 2 });
    const { model } = await connect(server);
    const session = await model.open(openOptions, noSignal);
    await drain(session, 3);
    const position = session.position;
    const probe = await session.probe('\n</think>\n\n', { sampler: { temperature: 0 }, seed: 1, limit: 4 }, noSignal);
    assert.equal(probe.text, ' a0 a1 a2 a3');
    assert.deepEqual([probe.generated, probe.ended], [4, false]);
    assert.equal(server.chats().at(-1)!.body!.max_tokens, 4);
    assert.equal(session.position, position);
    assert.equal(spelled(await drain(session)), `${numbered(12, 't').slice(3).join('')}<thinking-end>${ANSWER}<end>`);
    const whole = await session.probe('', { sampler: { temperature: 0 }, seed: 1, limit: 50 }, noSignal);
    assert.equal(whole.ended, true);
  });

  it('says why a trial answer is not possible', async () => {
    const { model } = await connect(await serve({ profile: 'ollama' }));
    const can = model.card.capabilities.probe;
    assert.ok(!can.available && /cannot continue/.test(can.reason));
    const session = await model.open(openOptions, noSignal);
    await assert.rejects(session.probe('x', { sampler: { temperature: 0 }, seed: 1, limit: 4 }, noSignal), /cannot continue/);
    await assert.rejects(session.fork(), /cannot be copied/);
    await assert.rejects(session.score('x', noSignal), /does not score/);
  });

  it('loses nothing when a waiting step is interrupted', async () => {
    const server = await serve({ holdAfter: 40 });
    const { model, probes } = await connect(server);
    const session = await model.open(openOptions, noSignal);
    const tokens = await drain(session, 2);
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(session.step(stepOptions, stop.signal), { name: 'AbortError' });
    tokens.push(...(await drain(session)));
    assert.equal(spelled(tokens), `<thinking-start>${THOUGHTS}<thinking-end>${ANSWER}<end>`);
    assert.equal(server.chats().length, probes + 1);
  });

  it('counts by the server’s own list of tokens where it sends one', async () => {
    const server = await serve({ overrides: { tokensPerDelta: 3 } });
    const { model } = await connect(server);
    assert.equal(model.card.capabilities.logprobs.available, true);
    const session = await model.open(openOptions, noSignal);
    const tokens: { count: number; logprob?: number }[] = [];
    for (;;) {
      const token = await session.step({ ...stepOptions, logprob: true }, noSignal);
      if (token.mark === 'end') break;
      if (token.count > 0) tokens.push(token);
    }
    assert.equal(tokens.length, 18);
    assert.ok(tokens.every((token) => token.count === 1 && token.logprob === -0.25));
  });

  it('marks a reply that a limit of the server ended', async () => {
    const { model } = await connect(await serve({ script: saying(40, 6) }));
    const session = await model.open({ ...openOptions, limits: { thinking: 5, solution: 3 } }, noSignal);
    assert.equal((await drain(session)).at(-1)?.mark, 'cut');
  });

  it('hangs up when it is closed, also while it waits', async () => {
    const server = await serve({ script: saying(100, 1), holdAfter: 40 });
    const { model } = await connect(server);
    const session = await model.open({ ...openOptions, limits: { thinking: 500, solution: 5 } }, noSignal);
    await drain(session, 40);
    const stop = new AbortController();
    const waiting = session.step(stepOptions, stop.signal);
    stop.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    await session.close();
    await server.until((requests) => requests.at(-1)!.aborted);
    await assert.rejects(session.step(stepOptions, noSignal), /closed/);
  });
});
