import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunEvent } from '../../../extension/trace/events.ts';
import { BETWEEN } from '../../../extension/models/remote/routes/requests.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';
import { profileNames, type Script, type ScriptedServer, type ScriptedServerOptions, type ScriptInput } from '../../support/scripted-server/types.ts';
import { closeServers, connect, numbered, recordOf, runHeart, saying, serve, type Connected, type HeartRun } from './support.ts';

const KEY = 'sk-very-secret-key-42';
const budgets = (thinking: number, solution: number): { budgets: { thinking: number; solution: number } } => ({ budgets: { thinking, solution } });

async function start(options: ScriptedServerOptions = {}): Promise<Connected & { server: ScriptedServer }> {
  const server = await serve({ apiKey: KEY, delayMs: 1, ...options });
  return { server, ...(await connect(server, { key: KEY })) };
}

const reasons = (run: HeartRun): string[] => run.of('phase').map((event) => `${event.to}:${event.reason}`);
/** The person presses once, when so many thinking tokens have been shown. */
function once(when: (event: RunEvent) => boolean): (event: RunEvent) => boolean {
  let done = false;
  return (event) => !done && when(event) && (done = true);
}
const thought = (text: string) => (event: RunEvent): boolean => event.type === 'tokens' && event.phase === 'thinking' && event.text === text;
const answered = (text: string) => (event: RunEvent): boolean => event.type === 'tokens' && event.phase === 'solving' && event.text === text;

describe('the heart over a server', () => {
  afterEach(closeServers);

  for (const profile of ['vllm', 'llama-server', 'inline'] as const) {
    it(`holds both budgets by counting, hanging up and going on: ${profile}`, async () => {
      const connected = await start({ profile, script: saying(100, 50) });
      const { server, probes } = connected;
      const run = await runHeart(connected, budgets(10, 7));
      assert.equal(run.outcome, 'answered');
      assert.deepEqual(reasons(run), ['thinking:start', 'closing:budget', 'solving:closed', 'done:budget']);
      const usage = run.of('ended')[0]!.usage;
      assert.deepEqual([usage.thinking, usage.solution, usage.estimated], [10, 7, true]);
      assert.equal(run.answer, numbered(7, 'a').join('').trim());
      assert.equal(run.of('answer')[0]!.truncated, true);
      const [first, second] = server.chats().slice(probes);
      await server.until(() => first!.aborted && (second!.aborted || second!.finished));
      assert.ok(first!.tokensSent < 100 && !first!.finished);
      assert.equal(first!.body!.max_tokens, 17 + BETWEEN);
      assert.equal(second!.body!.max_tokens, 7);
      assert.equal(second!.body!.continue_final_message, profile === 'llama-server' ? 'content' : true);
      assert.equal(server.chats().length, probes + 2);
      assert.equal(run.of('started')[0]!.enforcement, 'exact');
    });
  }

  it('never spends more than the budgets, however large the chunks are', async () => {
    for (const tokensPerDelta of [2, 4, 9]) {
      const connected = await start({ script: saying(100, 60), overrides: { tokensPerDelta } });
      const run = await runHeart(connected, budgets(20, 15));
      const { usage } = run.of('ended')[0]!;
      assert.ok(usage.thinking <= 20 && usage.solution <= 15, JSON.stringify(usage));
      assert.equal(run.outcome, 'answered');
      await closeServers();
    }
  });

  it('lets the model end by itself in one request', async () => {
    const connected = await start();
    const run = await runHeart(connected, budgets(100, 100));
    assert.equal(run.outcome, 'answered');
    assert.deepEqual(reasons(run), ['thinking:start', 'solving:natural-end', 'done:natural-end']);
    assert.equal(run.text('thinking'), numbered(12, 't').join(''));
    assert.equal(run.answer, numbered(6, 'a').join('').trim());
    assert.equal(connected.server.chats().length, connected.probes + 1);
  });

  it('labels the way of a server that cannot continue', async () => {
    const connected = await start({ profile: 'deepseek', script: saying(100, 5) });
    const run = await runHeart(connected, budgets(10, 20));
    assert.equal(run.of('started')[0]!.enforcement, 'degraded');
    assert.equal(run.of('ended')[0]!.usage.thinking, 10);
    assert.equal(run.answer, numbered(5, 'a').join('').trim());
    assert.match(run.of('notice')[0]!.message, /cannot continue a reply.*asked again.*thinking turned off/);
  });

  it('leaves thoughts out of the answer that come although they were turned off', async () => {
    const connected = await start({ profile: 'deepseek', script: saying(12, 3), overrides: { honoursThinkingOff: false } });
    const run = await runHeart(connected, budgets(5, 40));
    assert.equal(run.answer, numbered(3, 'a').join('').trim());
    assert.ok(run.of('notice').some((event) => event.code === 'leaked-thoughts'));
    assert.equal(run.of('ended')[0]!.usage.solution, 15);
  });

  it('says that the budget cannot be held where thoughts are not shown', async () => {
    const connected = await start({ profile: 'openai' });
    const run = await runHeart(connected, budgets(10, 20));
    assert.equal(run.of('started')[0]!.enforcement, 'unenforceable');
    assert.equal(run.answer, numbered(6, 'a').join('').trim());
  });

  it('answers now', async () => {
    const connected = await start({ script: saying(400, 5), delayMs: 2 });
    const press = once(thought(' t5'));
    const run = await runHeart(connected, budgets(300, 20), (event, control) => press(event) && control.post({ kind: 'answer-now' }));
    assert.deepEqual(reasons(run), ['thinking:start', 'closing:user', 'solving:closed', 'done:natural-end']);
    assert.ok(run.of('ended')[0]!.usage.thinking < 20);
    assert.equal(run.answer, numbered(5, 'a').join('').trim());
    const first = connected.server.chats()[connected.probes]!;
    await connected.server.until(() => first.aborted);
  });

  it('keeps thinking when the answer has begun', async () => {
    const connected = await start({ script: saying(400, 30), delayMs: 2 });
    const press = once(answered(' a3'));
    const run = await runHeart(connected, budgets(10, 40), (event, control) => press(event) && control.post({ kind: 'keep-thinking', tokens: 8 }));
    assert.deepEqual(reasons(run), ['thinking:start', 'closing:budget', 'solving:closed', 'thinking:user', 'closing:budget', 'solving:closed', 'done:natural-end']);
    assert.match(run.text('thinking'), /^ t0.* t9\nWait, {2}t10.* t17$/);
    assert.equal(run.of('ended')[0]!.usage.thinking, 18);
    assert.equal(run.answer, numbered(30, 'a').join('').trim());
    const bodies = connected.server.chats().slice(connected.probes).map((chat) => chat.body!.messages!.at(-1)!);
    assert.match(bodies[2]!.content!, /^<think>\n t0.* t9\nWait, $/);
  });

  it('keeps thinking where it can only ask again', async () => {
    const connected = await start({ profile: 'ollama', script: saying(30, 20), delayMs: 2 });
    const press = once(answered(' a3'));
    const run = await runHeart(connected, budgets(10, 40), (event, control) => press(event) && control.post({ kind: 'keep-thinking', tokens: 8 }));
    assert.equal(run.outcome, 'answered');
    assert.equal(run.of('ended')[0]!.usage.thinking, 18);
    const bodies = connected.server.chats().slice(connected.probes).map((chat) => chat.body!);
    assert.deepEqual(bodies.map((body) => body.reasoning_effort), ['medium', 'none', 'medium', 'none']);
    assert.match(bodies[2]!.messages!.at(-1)!.content!, /Go on thinking where they stop/);
    assert.deepEqual(run.of('notice').map(({ code }) => code), ['asked-again', 'asked-again', 'asked-again']);
  });

  it('takes a remark into the thoughts', async () => {
    const connected = await start({ script: saying(40, 5), delayMs: 2 });
    const press = once(thought(' t5'));
    const run = await runHeart(connected, budgets(60, 20), (event, control) => press(event) && control.post({ kind: 'steer', text: 'Think of zero.' }));
    assert.match(run.text('thinking'), /\nThink of zero\.\n/);
    assert.equal(run.outcome, 'answered');
    const bodies = connected.server.chats().slice(connected.probes).map((chat) => chat.body!);
    assert.equal(bodies.length, 2);
    assert.match(bodies[1]!.messages!.at(-1)!.content!, /\nThink of zero\.\n$/);
    assert.equal(run.answer, numbered(5, 'a').join('').trim());
  });

  it('tells what each request came to, the ones it hung up on too, before the run has ended', async () => {
    const connected = await start({ script: saying(100, 50) });
    const run = await runHeart(connected, budgets(10, 7));
    const [first, second] = run.of('request');
    assert.equal(run.of('request').length, 2);
    assert.deepEqual([first!.thinking, first!.solution, first!.estimated, second!.thinking, second!.solution], [10, 0, true, 0, 7]);
    assert.ok(second!.prompt > first!.prompt, 'the prompt is sent again, with the thoughts');
    assert.equal(run.events.at(-1)!.type, 'ended');
    const whole = await start({ script: saying(5, 6) });
    const natural = await runHeart(whole, budgets(50, 20));
    assert.deepEqual(natural.of('request').map(({ purpose, thinking, solution, estimated }) => ({ purpose, thinking, solution, estimated })), [{ purpose: 'run', thinking: 5, solution: 6, estimated: false }]);
  });

  it('tells trial answers apart', async () => {
    const thinker = saying(900, 5) as (input: ScriptInput) => Script;
    const connected = await start({ script: (input) => (input.begun.endsWith('**') ? { thinking: ['forty-two', '**'], answer: [] } : thinker(input)) });
    const run = await runHeart(connected, { ...budgets(900, 20), effort: 'low', exits: 'effort' });
    assert.equal(run.of('request').filter(({ purpose }) => purpose === 'probe').length, run.of('probe').length);
  });

  it('bills nothing that was refused', async () => {
    const connected = await start();
    const away = await serve({ apiKey: KEY, faults: [{ kind: 'status', status: 500 }] });
    const { model } = await connect(away, { key: KEY, record: connected.model.record });
    const run = await runHeart({ ...connected, model }, budgets(10, 10));
    assert.deepEqual([run.outcome, run.of('request').length], ['failed', 0]);
  });

  it('stops, and the server sees it', async () => {
    const connected = await start({ script: saying(400, 5), delayMs: 2 });
    const press = once(thought(' t5'));
    const run = await runHeart(connected, budgets(300, 20), (event, control) => press(event) && control.post({ kind: 'stop' }));
    assert.equal(run.outcome, 'stopped');
    await connected.server.until((requests) => requests.at(-1)!.aborted);
    assert.equal(connected.server.chats().length, connected.probes + 1);
  });

  it('stops at once while the server is silent', async () => {
    const connected = await start({ script: saying(100, 5), holdAfter: 40 });
    const run = await runHeart(connected, budgets(300, 20), (event, control) => {
      if (thought(' t39')(event)) setTimeout(() => control.post({ kind: 'stop' }), 20);
    });
    assert.equal(run.outcome, 'stopped');
    assert.ok(run.of('ended')[0]!.elapsedMs < 2000);
  });

  it('ends early on trial answers that agree', async () => {
    const thinker = saying(900, 5) as (input: ScriptInput) => Script;
    const script = (input: ScriptInput): Script => (input.begun.endsWith('**') ? { thinking: ['forty-two', '**', ' and so on'], answer: [] } : thinker(input));
    const connected = await start({ script });
    const run = await runHeart(connected, { ...budgets(900, 20), effort: 'low', exits: 'effort' });
    assert.ok(run.of('probe').length >= 2 && run.of('probe').every((event) => event.answer === 'forty-two'), JSON.stringify(run.of('probe')));
    const decision = run.of('decision').find((event) => event.decision.policy === 'answer-convergence');
    assert.equal(decision?.decision.action, 'end-thinking');
    const { usage } = run.of('ended')[0]!;
    assert.ok(usage.thinking + usage.probes < 900);
    assert.equal(run.answer, numbered(5, 'a').join('').trim());
  });

  for (const [name, options] of [
    ['limits requests', { faults: [undefined, { kind: 'status', status: 429 }] }],
    ['takes no begun reply any more', { overrides: { prefix: 'refused' } }],
    ['fails', { faults: [undefined, { kind: 'cut', after: 0 }] }],
  ] as const) {
    it(`thinks on without trial answers where the server ${name}`, async () => {
      const { model: known } = await start({ script: saying(400, 6) });
      // The run's own request comes first, a trial answer second.
      const server = await serve({ apiKey: KEY, script: saying(400, 6), delayMs: 1, ...options });
      const connected = await connect(server, { key: KEY, record: known.record });
      const run = await runHeart(connected, { ...budgets(600, 20), effort: 'low', exits: 'eager' });
      assert.equal(run.outcome, 'answered', JSON.stringify(run.of('error')));
      assert.equal(run.answer, numbered(6, 'a').join('').trim());
      assert.equal(run.of('probe').length, 0);
      assert.deepEqual(run.of('notice').map(({ code }) => code), ['trial-answer-failed'], 'said once');
      assert.match(run.of('notice')[0]!.message, /thinks on without/);
      const trials = server.chats().filter(({ body }) => body!.messages!.at(-1)!.role === 'assistant');
      assert.ok(new Set(trials.map(({ body }) => body!.messages!.at(-1)!.content)).size === 1, 'not asked for a second one');
    });
  }

  it('asks for no trial answers, and says why, where the server is not known to keep what it has read', async () => {
    const connected = await start({ script: saying(400, 6), overrides: { caches: false } });
    const run = await runHeart(connected, { ...budgets(600, 20), effort: 'low', exits: 'eager', signals: 'all' });
    assert.equal(run.outcome, 'answered');
    assert.deepEqual([run.of('probe').length, connected.server.chats().length], [0, connected.probes + 1]);
    assert.match(run.of('started')[0]!.exit!.words, /cannot end early here\. It is not known whether this server keeps/);
    const told = run.of('signal').find(({ signal }) => signal === 'answer-convergence');
    assert.ok(told && told.value === null && /Trial answers are off here/.test(told.reason ?? ''), JSON.stringify(told));
  });

  it('fails with what came before it kept', async () => {
    const connected = await start({ script: saying(5, 20) });
    const cut = await serve({ apiKey: KEY, script: saying(5, 20), faults: [{ kind: 'cut', after: 12 }] });
    const { model } = await connect(cut, { key: KEY, record: connected.model.record });
    const run = await runHeart({ ...connected, model }, budgets(50, 50));
    assert.equal(run.outcome, 'failed');
    assert.equal(run.of('error')[0]!.reason, 'stream-cut');
    assert.equal(run.answer, numbered(7, 'a').join('').trim());
  });

  it('continues the answer of an earlier run', async () => {
    const connected = await start({ script: saying(5, 20) });
    const run = await runHeart(connected, { ...budgets(10, 30), resume: { parent: 'p', thoughts: ' t0 t1', answer: ' a0 a1 a2', into: 'solving' } });
    assert.equal(run.outcome, 'answered');
    assert.match(run.answer, /^a0 a1 a2 a3.* a19$/);
  });

  it('keeps both budgets and comes to an end, whatever is pressed, on any kind of server', async function () {
    this.timeout(60_000);
    const press = fc.oneof(
      fc.constant({ kind: 'answer-now' as const }),
      fc.record({ kind: fc.constant('keep-thinking' as const), tokens: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ kind: fc.constant('steer' as const), text: fc.constantFrom('Mind zero.', 'Is it </think> yet?', '<think>') }),
      fc.constant({ kind: 'stop' as const }),
    );
    const profile = fc.constantFrom(...profileNames);
    const presses = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), press), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(profile, presses, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5 }), async (name, plan, thinking, solution, tokensPerDelta) => {
        const connected = await start({ profile: name, script: saying(40, 25), delayMs: 0, overrides: { tokensPerDelta } });
        let shown = 0;
        const run = await runHeart(connected, budgets(thinking, solution), (event, control) => {
          if (event.type !== 'tokens' || event.source !== 'model') return;
          shown += 1;
          for (const [at, command] of plan) if (at === shown) control.post(command);
        });
        assert.ok(['answered', 'stopped', 'exhausted'].includes(run.outcome), JSON.stringify(run.of('error')));
        const { usage } = run.of('ended')[0]!;
        const granted = run.of('budget').at(-1)?.budgets.thinking ?? thinking;
        assert.ok(usage.thinking + usage.probes <= granted && usage.solution <= solution, JSON.stringify(usage));
        await connected.server.until((requests) => requests.every((request) => request.finished || request.aborted || request.method === 'GET'));
        await closeServers();
      }),
      { numRuns: 40 },
    );
  });

  it('lets the key appear nowhere but in the authorization header', async () => {
    const echo = `The key ${KEY} is wrong; Bearer ${KEY}; {"api_key":"${KEY}"}`;
    const said: string[] = [];
    for (const status of [400, 401, 403, 404, 429, 500]) {
      const server = await serve({ faults: [{ kind: 'status', status, message: echo, headers: { 'retry-after': '900' } }, ...Array.from({ length: 5 }, () => ({ kind: 'status', status, message: echo }) as const)] });
      const connected = await connect(server, { key: KEY, record: recordOf(), pause: () => Promise.resolve() });
      const run = await runHeart(connected, budgets(10, 10));
      assert.equal(run.outcome, 'failed');
      said.push(JSON.stringify(run.events), JSON.stringify(connected.notices), JSON.stringify(connected.model.card));
      for (const request of server.requests) said.push(JSON.stringify({ ...request, headers: { ...request.headers, authorization: undefined } }));
      const error = ReasoningError.from(await connected.model.open({ messages: [], effort: 'low', think: true, limits: { thinking: 1, solution: 1 } }, new AbortController().signal).then((session) => session.step({ sampler: { temperature: 0 }, seed: 1 }, new AbortController().signal), (thrown: unknown) => thrown).catch((thrown: unknown) => thrown));
      said.push(error.message, String(error.stack));
    }
    assert.ok(said.join('\n').includes('[redacted]'));
    assert.ok(!said.join('\n').includes(KEY));
  });
});
