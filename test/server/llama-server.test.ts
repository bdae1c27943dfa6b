/** Runs of the heart over a real llama-server with the bundled model's own weights. */
import assert from 'node:assert/strict';
import { loadLocalModel } from '../../extension/models/local/load.ts';
import { RemoteModel } from '../../extension/models/remote/remote-model.ts';
import { forgetServers } from '../../extension/models/remote/server-memory.ts';
import { createLocalRunService } from '../../extension/runs/local-service.ts';
import type { RemoteRunService } from '../../extension/runs/remote-service.ts';
import type { ModelRunService } from '../../extension/runs/model-run-service.ts';
import type { ModelRef, RunService } from '../../extension/runs/service.ts';
import type { OpenOptions, RequestUsage, Session, StepOptions, Token } from '../../extension/reasoning/port.ts';
import type { Outcome, SteerCommand } from '../../extension/trace/events.ts';
import { thoughtsText } from '../../extension/trace/view.ts';
import { bundled, bundledRef } from '../engine/support/models.ts';
import { makeGguf, PLACES, startLlamaServer, type LlamaServer } from './support/llama-server.ts';
import { connect, context, never, program, question, refOf, requestOf, runAll, serviceOf, type Ran } from './support/runs.ts';

/** Room enough for the model to end its thoughts by itself. */
const PLENTY = 1200;
/** Log-probabilities of two implementations in 32 bits, over some layers. */
const ROUNDING = 1e-3;

const greedy: StepOptions = { sampler: { temperature: 0 }, seed: 1, logprob: true };
const open: OpenOptions = { messages: [{ role: 'user', content: `${question}\n\n${context.code}` }], effort: 'medium', think: true, limits: { thinking: 96, solution: 64 } };

async function take(session: Session, count: number): Promise<Token[]> {
  const tokens: Token[] = [];
  while (tokens.length < count) {
    const token = await session.step(greedy, never);
    if (token.text !== '' || token.count > 0) tokens.push(token);
    if (token.mark === 'end' || token.mark === 'cut') break;
  }
  return tokens;
}

interface Came {
  readonly outcome: Outcome;
  readonly thoughts: string;
  readonly answer: string;
  /** Tokens of thought, of trial answers and of what was written by Reins and the person. */
  readonly used: readonly number[];
  readonly decisions: readonly (readonly [policy: string, action: string, atToken: number])[];
  readonly probes: readonly string[];
}

function whatCame({ outcome, view, events }: Ran): Came {
  const { thinking, probes, injected } = view.usage;
  return {
    outcome,
    thoughts: thoughtsText(view),
    answer: view.answer,
    used: [thinking, probes, injected],
    decisions: view.decisions.map(({ policy, action, atToken }) => [policy, action, atToken]),
    probes: events.flatMap((event) => (event.type === 'probe' ? [event.answer] : [])),
  };
}

/** A run that is held at its twelfth thought and given a command there. */
async function steered(service: RunService, model: ModelRef, command: SteerCommand): Promise<Came> {
  const request = requestOf(model, { budgets: { thinking: 32, solution: 48 }, holdAt: 12 });
  let told = false;
  const ran = await runAll(service, request, (batch) => {
    if (told || !batch.some((event) => event.type === 'hold' && event.held)) return;
    told = true;
    void service.steer(request.run, command).then(() => service.steer(request.run, { kind: 'release' }));
  });
  return whatCame(ran);
}

describe('a real llama-server', function () {
  this.timeout(180_000);
  let server: LlamaServer;
  let service: RemoteRunService;
  let locally: ModelRunService;
  let model: RemoteModel;
  let start: (port?: number) => Promise<LlamaServer>;
  let clean: () => Promise<void> = () => Promise.resolve();

  before(async function () {
    const found = program();
    if ('missing' in found) {
      console.log(`      skipped: ${found.missing}`);
      return this.skip();
    }
    const gguf = await makeGguf(bundled.folder);
    clean = gguf.remove;
    start = (port) => startLlamaServer(found.path, gguf.file, port);
    server = await start();
    service = serviceOf();
    locally = createLocalRunService((_ref, signal) => loadLocalModel(bundled, signal));
    model = await connect(refOf(server.baseUrl));
  });
  after(async () => {
    await model?.dispose();
    await service?.dispose();
    await locally?.dispose();
    await server?.kill();
    await clean();
    forgetServers();
  });

  it('is recognised, and found to do what its sources say', () => {
    const { record } = model;
    assert.equal(record.kind, 'llama-server');
    assert.ok(record.version, 'its version');
    assert.deepEqual([record.raw, record.control, record.logprobs, record.choices, model.card.tokenCounts], ['tokens', true, true, 'native', 'exact'], record.evidence.join('\n'));
    assert.equal(model.card.contextLength, 2048);
  });

  it('gives the words of the local model, with the same log-probabilities', async () => {
    const local = await loadLocalModel(bundled, never);
    try {
      const [here, there] = [await local.open(open, never), await model.open(open, never)];
      assert.equal(there.prompt.text, here.prompt.text);
      assert.equal(there.prompt.tokens, here.prompt.tokens);
      const [mine, theirs] = [await take(here, 48), await take(there, 48)];
      assert.equal(theirs.map(({ text }) => text).join(''), mine.map(({ text }) => text).join(''));
      assert.deepEqual(theirs.map(({ id }) => id), mine.map(({ id }) => id));
      for (const [index, { logprob }] of theirs.entries()) {
        assert.ok(logprob !== undefined && Math.abs(logprob - mine[index]!.logprob!) < ROUNDING, `token ${index}: ${logprob} there, ${mine[index]!.logprob} here`);
      }
      await Promise.all([here.close(), there.close()]);
    } finally {
      await local.dispose();
    }
  });

  it('gives a lower bound of the local model’s entropy after the end tag, and a close one', async () => {
    const local = await loadLocalModel(bundled, never);
    try {
      const [here, there] = [await local.open(open, never), await model.open(open, never)];
      await Promise.all([take(here, 24), take(there, 24)]);
      const close = `\n${model.card.thinking?.close}\n\n`;
      const look = { sampler: { temperature: 0 }, seed: 1, limit: 0 };
      const [mine, theirs] = [await here.probe(close, look, never), await there.probe(close, look, never)];
      assert.ok(mine.entropy !== undefined && theirs.entropy !== undefined);
      assert.ok(theirs.entropy <= mine.entropy + ROUNDING, `${theirs.entropy} there, ${mine.entropy} here`);
      assert.ok(theirs.entropy >= mine.entropy - 0.05, `${theirs.entropy} there, ${mine.entropy} here`);
      const [next, after] = [await take(here, 4), await take(there, 4)];
      assert.equal(after.map(({ text }) => text).join(''), next.map(({ text }) => text).join(''), 'the look left nothing behind');
      await Promise.all([here.close(), there.close()]);
    } finally {
      await local.dispose();
    }
  });

  for (const thinking of [0, 16, 64]) {
    it(`keeps a thinking budget of ${thinking} tokens, and answers`, async () => {
      const { outcome, view } = await runAll(service, requestOf(refOf(server.baseUrl), { budgets: { thinking, solution: 48 } }));
      assert.equal(outcome, 'answered', view.error?.message);
      assert.ok(view.usage.thinking <= thinking, `${view.usage.thinking} tokens of thought`);
      assert.ok(view.usage.solution > 0 && view.usage.solution <= 48);
      assert.equal(view.usage.estimated, false);
      assert.ok(view.requests !== null && view.requests.count > 0);
    });
  }

  it('lets thoughts come to their own end where the budget is large', async () => {
    const { outcome, view } = await runAll(service, requestOf(refOf(server.baseUrl), { budgets: { thinking: PLENTY, solution: 96 } }));
    assert.equal(outcome, 'answered', view.error?.message);
    assert.ok(view.usage.thinking > 0 && view.usage.thinking < PLENTY, `${view.usage.thinking} tokens of thought`);
    assert.deepEqual(view.transitions.filter(({ from }) => from === 'thinking').map(({ reason }) => reason), ['natural-end']);
  });

  it('ends the thoughts of a chat reply while it goes on', async () => {
    // A small model may have said all before the order reaches the server; then the answer takes another request, so it gets several tries.
    const counts: number[] = [];
    for (let seed = 1; seed <= 10 && !counts.includes(1); seed += 1) {
      const request = requestOf(refOf(server.baseUrl, { route: 'server-cap' }), { budgets: { thinking: PLENTY, solution: 64 }, holdAt: 2, seed, sampler: { temperature: 1 } });
      const { outcome, view } = await runAll(service, request, (batch) => {
        if (batch.some((event) => event.type === 'hold' && event.held)) void service.steer(request.run, { kind: 'answer-now' });
      });
      assert.equal(outcome, 'answered', view.error?.message);
      if (view.decisions.some(({ policy, action }) => policy === 'user' && action === 'end-thinking')) counts.push(view.requests?.count ?? 0);
    }
    assert.ok(counts.includes(1), `requests a run: ${counts.join(', ')}`);
  });

  const steps: readonly (readonly [string, SteerCommand])[] = [
    ['told to answer now', { kind: 'answer-now' }],
    ['told to think on past its budget', { kind: 'keep-thinking', tokens: 24 }],
    ['given a remark', { kind: 'steer', text: 'try x - 3' }],
    ['stopped', { kind: 'stop' }],
  ];
  for (const [name, command] of steps) {
    it(`does what the local model does when it is ${name}`, async () => {
      const [there, here] = [await steered(service, refOf(server.baseUrl), command), await steered(locally, bundledRef, command)];
      assert.deepEqual(there, here);
      assert.equal(there.outcome, command.kind === 'stop' ? 'stopped' : 'answered');
    });
  }

  it('gives the local model’s trial answer, as sure of it, and thinks on as if it had not been asked', async () => {
    const local = await loadLocalModel(bundled, never);
    try {
      const [here, there] = [await local.open(open, never), await model.open(open, never)];
      await Promise.all([take(here, 40), take(there, 40)]);
      const asking = { sampler: { temperature: 0 }, seed: 1, limit: 32 };
      const close = `\n${model.card.thinking?.close}\n\n`;
      const [mine, theirs] = [await here.probe(close, asking, never), await there.probe(close, asking, never)];
      assert.ok(mine.text.length > 0 && mine.ended);
      assert.deepEqual([theirs.text, theirs.injected, theirs.ended], [mine.text, mine.injected, mine.ended]);
      const sure = theirs.logprobs ?? [];
      assert.ok(sure.length > 0);
      for (const [index, logprob] of sure.entries()) assert.ok(Math.abs(logprob - mine.logprobs![index]!) < ROUNDING, `token ${index}: ${logprob} there, ${mine.logprobs![index]} here`);
      const [next, after] = [await take(here, 4), await take(there, 4)];
      assert.equal(after.map(({ text }) => text).join(''), next.map(({ text }) => text).join(''));
      await Promise.all([here.close(), there.close()]);
    } finally {
      await local.dispose();
    }
  });

  it('ends its thoughts early where the local model does, by the same trial answers, once it is known to answer with bare results', async () => {
    const asked = { budgets: { thinking: PLENTY, solution: 48 }, exits: { policy: 'trial-answer-confidence', atLeast: 0.9, interval: 16 } } as const;
    const mine = whatCame(await runAll(locally, requestOf(bundledRef, asked)));
    const theirs = whatCame(await runAll(service, requestOf(refOf(server.baseUrl, { bareAnswers: true }), asked)));
    assert.ok(mine.decisions.some(([, action]) => action === 'end-thinking'), JSON.stringify(mine));
    // The server does not send the token that ends an answer, so each trial answer has one fewer.
    const [thinking, probes = 0, injected] = mine.used;
    assert.deepEqual(theirs, { ...mine, used: [thinking, probes - mine.probes.length, injected] });
  });

  it('has its thoughts counted by the model’s tokenizer on this machine as it counts them itself', async () => {
    const chat = await RemoteModel.connect({ ref: { ...refOf(server.baseUrl, { route: 'server-cap' }), tokenizer: bundled.folder }, apiKey: () => Promise.resolve(undefined) }, never);
    assert.equal(chat.card.tokenCounts, 'counted');
    // Asked for without log-probabilities, so that the server lists no tokens.
    for (const thinking of [16, 64, PLENTY]) {
      const session = await chat.open({ ...open, limits: { thinking, solution: 64 } }, never);
      const tokens: Token[] = [];
      while (tokens.at(-1)?.mark !== 'thinking-end' && tokens.at(-1)?.mark !== 'cut') tokens.push(await session.step({ sampler: { temperature: 0 }, seed: 1, thinkingLeft: thinking }, never));
      await session.close();
      const thoughts = tokens.filter(({ mark }) => mark === undefined);
      const text = thoughts.map((token) => token.text).join('');
      const response = await fetch(`${new URL(server.baseUrl).origin}/tokenize`, { method: 'POST', body: JSON.stringify({ content: text, add_special: false }) });
      const { tokens: ids } = (await response.json()) as { tokens: number[] };
      assert.ok(ids.length > 8, text);
      assert.equal(thoughts.reduce((sum, { count }) => sum + count, 0), ids.length, JSON.stringify(text));
      assert.equal(chat.countTokens(text), ids.length);
    }
    await chat.dispose();
  });

  it('keeps what it has read of a prompt, as it is documented to, so that trial answers cost little', async () => {
    assert.equal(model.record.prefixCache, 'documented');
    const requests: RequestUsage[] = [];
    for (let time = 0; time < 2; time += 1) {
      const session = await model.open({ ...open, limits: { thinking: 4, solution: 4 }, onRequest: (request) => requests.push(request) }, never);
      await take(session, 40);
      await session.close();
    }
    const [, again] = requests;
    assert.ok(again?.cached !== undefined && again.cached > again.prompt / 2, JSON.stringify(requests));
  });

  it('goes on exactly where a reply stood', async () => {
    const whole = await model.open(open, never);
    const straight = (await take(whole, 40)).map(({ text }) => text).join('');
    await whole.close();
    const broken = await model.open(open, never);
    const first = (await take(broken, 20)).map(({ text }) => text).join('');
    await broken.close();
    const again = await model.open(open, never);
    await again.append(first, never);
    const rest = (await take(again, 20)).map(({ text }) => text).join('');
    await again.close();
    assert.equal(first + rest, straight);
  });

  it(`serves ${PLACES} runs at once, each within its budgets`, async () => {
    const before = await runAll(service, requestOf(refOf(server.baseUrl), { budgets: { thinking: 24, solution: 24 } }));
    const ran = await Promise.all(Array.from({ length: PLACES }, () => runAll(service, requestOf(refOf(server.baseUrl), { budgets: { thinking: 24, solution: 24 } }))));
    for (const { outcome, view } of ran) {
      assert.equal(outcome, 'answered', view.error?.message);
      assert.ok(view.usage.thinking <= 24 && view.usage.solution <= 24);
      assert.equal(thoughtsText(view), thoughtsText(before.view), 'the company makes no difference');
    }
  });

  it('draws several samples from one request, and they vote', async () => {
    const request = requestOf(refOf(server.baseUrl), { budgets: { thinking: PLENTY, solution: 32 }, sampler: { temperature: 1.5 }, samples: 4, seed: 11 });
    const { outcome, view, events } = await runAll(service, request);
    assert.equal(outcome, 'answered', view.error?.message);
    const requests = events.filter((event) => event.type === 'request');
    assert.equal(requests.filter(({ shared }) => shared).length, 3, JSON.stringify(requests));
    assert.equal(view.requests?.count, 1, 'nothing was asked for twice');
    assert.equal(view.requests?.estimated, false, 'each has counts of its own');
    assert.equal(view.samples.length, 4);
    assert.ok(view.decisions.some(({ policy }) => policy === 'vote'));
    // The server gives each reply a seed of its own, one after the other.
    const drawn = new Set([thoughtsText(view), ...view.samples.filter(({ index }) => index > 0).map(({ thoughts }) => thoughts)]);
    assert.ok(drawn.size > 1, 'samples differ');
  });

  it('fails with its thoughts kept when it is killed, and the run goes on from them when it is back', async () => {
    const request = requestOf(refOf(server.baseUrl), { budgets: { thinking: PLENTY, solution: 32 }, holdAt: 12 });
    let killed: Promise<void> | undefined;
    const broken = await runAll(service, request, (batch) => {
      if (killed === undefined && batch.some((event) => event.type === 'hold' && event.held)) {
        killed = server.kill().then(() => void service.steer(request.run, { kind: 'steer', text: 'And now?' }));
      }
    });
    await killed;
    assert.equal(broken.outcome, 'failed');
    assert.match(broken.view.error?.message ?? '', /127\.0\.0\.1/);
    const thoughts = thoughtsText(broken.view);
    assert.ok(thoughts.length > 0);
    server = await start(server.port);
    const resumed = await runAll(service, requestOf(refOf(server.baseUrl), { budgets: { thinking: 32, solution: 32 }, resume: { parent: request.run, thoughts, answer: '', into: 'thinking' } }));
    assert.equal(resumed.outcome, 'answered', resumed.view.error?.message);
    assert.ok(thoughtsText(resumed.view).startsWith(thoughts));
  });
});
