/** Thoughts of a model on a server, read by a model on this machine: a real engine process, and runs over the loopback server. */
import assert from 'node:assert/strict';
import * as v from 'valibot';
import { RemoteModel } from '../../extension/models/remote/remote-model.ts';
import { forgetServers } from '../../extension/models/remote/server-memory.ts';
import { trajectoryOf } from '../../extension/reasoning/signals/latent-trajectory.ts';
import type { ReadRequest } from '../../extension/runs/reading/reader.ts';
import { ReadingRunService } from '../../extension/runs/reading/reading-service.ts';
import { RemoteRunService } from '../../extension/runs/remote-service.ts';
import type { ModelRef, RunRequest } from '../../extension/runs/service.ts';
import { runEventSchema, type RunEvent } from '../../extension/trace/events.ts';
import { startScriptedServer } from '../support/scripted-server/server.ts';
import type { ScriptedServer } from '../support/scripted-server/types.ts';
import { newClient, requestOf, runAll, type Ran, type TestClient } from './support/clients.ts';
import { distance, fixtureRef, loadFixture, never, openWords, someWords } from './support/models.ts';

const by = fixtureRef('qwen3-optimum-fp32');
const words = (count: number, from = 0): string => Array.from({ length: count }, (_, index) => ` t${(from + index * 7) % 200}`).join('');

describe('a local session that reads', () => {
  it('has the mean states of the text, and goes on as if the text had been written', async () => {
    const model = await loadFixture('qwen3-optimum-fp32');
    try {
      const [reads, scores] = [await openWords(model, someWords), await openWords(model, someWords)];
      const text = words(300);
      const chunk = await reads.read(text, never);
      const [scored] = (await scores.score(text, never, { hiddenChunk: 300 })).hidden!;
      assert.equal(chunk?.tokens, 300, 'more than one prefill takes');
      chunk.means.forEach((mean, layer) => assert.ok(distance(mean, scored!.means[layer]!) < 1e-4));
      await scores.append(text, never);
      assert.equal(reads.position, scores.position);
      const next = { sampler: { temperature: 0 }, seed: 1, logprob: true };
      for (let time = 0; time < 4; time += 1) assert.equal((await reads.step(next, never)).id, (await scores.step(next, never)).id);
      assert.equal(await reads.read(words(300), never), null, 'no room is left');
    } finally {
      await model.dispose();
    }
  });
});

describe('thoughts read by a model on this machine', function () {
  this.timeout(60_000);
  const made: TestClient[] = [];
  const servers: ScriptedServer[] = [];
  const engine = (): TestClient['client'] => {
    const one = newClient();
    made.push(one);
    return one.client;
  };
  afterEach(async () => {
    await Promise.all([...made.splice(0).map(({ client }) => client.dispose()), ...servers.splice(0).map((server) => server.close())]);
    forgetServers();
  });

  const thoughts = (count: number): string[] => Array.from({ length: count }, (_, index) => ` t${(index * 7) % 200}`);

  async function ask(client: TestClient['client'], change: { readonly by?: ModelRef | null; readonly thinks?: number; readonly lastWaitMs?: number; readonly request?: Partial<RunRequest>; readonly watch?: (events: readonly RunEvent[], service: ReadingRunService) => void } = {}): Promise<Ran & { readonly server: ScriptedServer }> {
    const server = await startScriptedServer({ script: { thinking: thoughts(change.thinks ?? 100), answer: [' seven'] } });
    servers.push(server);
    const remote = new RemoteRunService({ openModel: (ref, key, signal) => RemoteModel.connect({ ref, apiKey: () => Promise.resolve(key) }, signal), keyOf: () => Promise.resolve(undefined), offline: () => false });
    const service = new ReadingRunService(remote, { by: () => (change.by === undefined ? by : change.by), reader: client, lastWaitMs: change.lastWaitMs ?? 30_000 });
    const model: ModelRef = { kind: 'remote', id: 'server', name: 'Server', baseUrl: server.baseUrl, model: 'scripted-reasoner' };
    const ran = await runAll(service, requestOf({ model, question: 't1 t2', budgets: { thinking: 200, solution: 20 }, exits: 'off', ...change.request }), (events) => change.watch?.(events, service));
    await service.dispose();
    for (const event of ran.events) assert.ok(v.is(runEventSchema, event), event.type);
    assert.deepEqual(ran.events.map(({ seq }) => seq), ran.events.map((_event, index) => index));
    assert.equal(ran.events.at(-1)?.type, 'ended');
    return { ...ran, server };
  }

  const signals = (events: readonly RunEvent[]): Extract<RunEvent, { type: 'signal' }>[] => events.filter((event) => event.type === 'signal').filter(({ signal }) => signal.startsWith('experimental'));
  const notices = (events: readonly RunEvent[]): [string, string][] => events.flatMap((event) => (event.type === 'notice' ? [[event.code, event.message]] : []));

  it('give the trajectory of the reader, piece by piece, whatever process it is in', async () => {
    const client = engine();
    const pieces = [words(20), words(20, 3), words(20, 11)];
    const request = (part: ReadRequest['part'], text: string): ReadRequest => ({ reading: 'r', model: by, question: 't1 t2', part, text });
    const answers = [];
    for (const text of pieces) answers.push(await client.read(request('piece', text), never));
    const rest = await client.read(request('rest', words(12)), never);
    const again = await client.read(request('piece', words(20, 50)), never);
    await client.read(request('close', ''), never);

    const model = await loadFixture('qwen3-optimum-fp32');
    const session = await model.open({ messages: [{ role: 'user', content: 't1 t2' }], effort: 'high', think: model.card.thinking !== null, limits: { thinking: 0, solution: 0 } }, never);
    if (model.card.thinking && !session.prompt.opensThinking) await session.append(`${model.card.thinking.open}\n`, never);
    const chunks = [];
    for (const text of pieces) chunks.push((await session.read(text, never))!.means);
    const expected = trajectoryOf(chunks);
    await model.dispose();
    assert.deepEqual(answers.map(({ tokens, steps, full }) => [tokens, steps, full]), [[20, 0, false], [20, 1, false], [20, 2, false]]);
    assert.equal(answers[0]!.figures, null);
    assert.ok('mean' in expected && Math.abs(answers[2]!.figures!.net - expected.mean.net) < 1e-3 && Math.abs(answers[2]!.figures!.aligned - expected.mean.aligned) < 1e-3);
    assert.deepEqual([rest.steps, again.steps], [3, 3], 'a last piece that is not the last leaves nothing behind');
  });

  it('are signals of the run that name the reader, beside what length alone would give, and decide nothing', async () => {
    const { events, outcome } = await ask(engine());
    assert.equal(outcome, 'answered');
    const told = signals(events);
    assert.ok(told.length >= 6, `${told.length} signals`);
    assert.deepEqual(new Set(told.map(({ signal }) => signal)), new Set(['net drift', 'alignment', 'net drift, length taken out'].map((what) => `experimental, by ${by.name}: ${what}`)));
    assert.ok(told.every(({ value, baseline, probability }) => typeof value === 'number' && typeof baseline === 'number' && probability === undefined));
    assert.ok(told.every(({ atToken }, index) => atToken <= 100 && (index === 0 || atToken >= told[index - 1]!.atToken)));
    const said = notices(events).filter(([code]) => code === 'thoughts-read');
    assert.equal(said.length, 1);
    assert.match(said[0]![1], /^Experimental: qwen3-optimum-fp32, on this machine, .*tell of the reader.*decide nothing/);
    assert.deepEqual(events.flatMap((event) => (event.type === 'decision' ? [event.decision.policy] : [])), ['model']);
  });

  it('leave the run as it is without them', async () => {
    const client = engine();
    const text = ({ events }: Ran): string => events.flatMap((event) => (event.type === 'tokens' ? [event.text] : [])).join('');
    const [read, plain] = [await ask(client), await ask(client, { by: null })];
    assert.equal(text(read), text(plain));
    assert.deepEqual([signals(plain.events), notices(plain.events)], [[], []]);
    assert.equal(read.server.chats().length, plain.server.chats().length, 'the server is asked nothing for it');
  });

  it('are read no further where the reader holds no more, gives no states or is not there, and the run goes on', async () => {
    const client = engine();
    const full = await ask(client, { thinks: 900, request: { budgets: { thinking: 1000, solution: 20 } } });
    assert.ok(signals(full.events).length > 0);
    assert.match(notices(full.events).find(([code]) => code === 'thoughts-not-read')?.[1] ?? '', /reads the thoughts no further\. Its context is full/);
    const missing = await ask(client, { by: { ...by, folder: '/nowhere/at/all' } });
    assert.deepEqual(notices(missing.events).map(([code]) => code), ['thoughts-not-read']);
    for (const { outcome } of [full, missing]) assert.equal(outcome, 'answered');
  });

  it('are left out at the end, and that is said, where the reader does not keep up', async () => {
    const { events, outcome } = await ask(engine(), { lastWaitMs: 0 });
    assert.equal(outcome, 'answered');
    assert.equal(notices(events).filter(([code]) => code === 'thoughts-read-late').length, 1);
  });

  it('do not hold a stopped run back', async () => {
    const { outcome, events } = await ask(engine(), {
      thinks: 4000,
      request: { budgets: { thinking: 4000, solution: 20 } },
      watch: (batch, service) => {
        for (const event of batch) if (event.type === 'signal') void service.steer(event.run, { kind: 'stop' });
      },
    });
    assert.equal(outcome, 'stopped');
    assert.equal(notices(events).some(([code]) => code === 'thoughts-read-late'), false);
  });
});
