/** The engine in its own process: started when needed, once; stopped, let go and given up cleanly. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { findEngineEntry } from '../../extension/engine/entry.ts';
import { describeExit } from '../../extension/engine/exit-status.ts';
import { runEventSchema } from '../../extension/trace/events.ts';
import { isAlive, newClient, requestOf, runAll, textOf, until, type TestClient } from './support/clients.ts';
import { fixtureRef, never, root } from './support/models.ts';

const ref = fixtureRef('qwen2-genai-int4');

describe('engine process', () => {
  let made: TestClient[] = [];
  const make = (...args: Parameters<typeof newClient>): TestClient => {
    const one = newClient(...args);
    made.push(one);
    return one;
  };
  afterEach(async () => {
    await Promise.all(made.map(({ client }) => client.dispose()));
    made = [];
  });

  it('starts with the first request and runs to the end', async () => {
    const { client, log } = make();
    assert.equal(client.pid, undefined);
    const { outcome, events } = await runAll(client, requestOf());
    assert.equal(outcome, 'answered');
    events.forEach((event, i) => {
      assert.equal(v.safeParse(runEventSchema, event).success, true);
      assert.equal(event.seq, i);
    });
    assert.equal(events.at(-1)?.type, 'ended');
    assert.match(textOf(events), /t\d+ t\d+/);
    assert.deepEqual(log, [`engine: started as process ${client.pid}`]);
  });

  it('gives the same run again, from another process too', async () => {
    const { client } = make();
    const first = await runAll(client, requestOf());
    await client.stop();
    assert.equal(textOf((await runAll(client, requestOf())).events), textOf(first.events));
  });

  it('is started once however many ask at the same time', async () => {
    const { client, log } = make();
    const cards = await Promise.all(Array.from({ length: 5 }, () => client.describe(ref, never)));
    assert.equal(log.filter((line) => line.includes('started as process')).length, 1);
    cards.forEach((card) => assert.deepEqual(card, cards[0]));
    assert.equal(cards[0]?.id, ref.id);
  });

  it('runs one at a time and tells the others their place', async () => {
    const { client } = make();
    const [a, b] = await Promise.all([runAll(client, requestOf()), runAll(client, requestOf({ priority: 'background' }))]);
    assert.deepEqual([a.outcome, b.outcome], ['answered', 'answered']);
    assert.ok(b.events.some((event) => event.type === 'queue' && event.position === 1));
    assert.equal(textOf(a.events), textOf(b.events));
  });

  it('can be steered, and says when there is no such run', async () => {
    const { client } = make();
    assert.equal(await client.steer('nothing', { kind: 'stop' }), false);
    const request = requestOf({ pace: 20 });
    const { outcome, events } = await runAll(client, request, (batch) => {
      if (batch.some((event) => event.type === 'tokens')) void client.steer(request.run, { kind: 'stop' });
    });
    assert.equal(outcome, 'stopped');
    assert.ok(events.some((event) => event.type === 'steer' && event.command.kind === 'stop'));
    assert.equal(await client.steer(request.run, { kind: 'stop' }), false);
  });

  it('stops a run when its signal fires, before and after it began', async () => {
    const { client } = make();
    const early = await runAll(client, requestOf(), undefined, AbortSignal.abort());
    assert.equal(early.outcome, 'stopped');
    const controller = new AbortController();
    const { outcome, events } = await runAll(client, requestOf({ pace: 20 }), (batch) => {
      if (batch.some((event) => event.type === 'tokens')) controller.abort();
    }, controller.signal);
    assert.equal(outcome, 'stopped');
    assert.equal(events.at(-1)?.type, 'ended');
    assert.equal((await runAll(client, requestOf())).outcome, 'answered');
  });

  it('tells a broken model as the run\'s error, and goes on', async () => {
    const { client } = make();
    const { outcome, events } = await runAll(client, requestOf({ model: { ...ref, folder: join(root, 'nowhere') } }));
    assert.equal(outcome, 'failed');
    assert.ok(events.some((event) => event.type === 'error' && event.reason === 'model-missing' && event.message.includes('nowhere')));
    await assert.rejects(client.describe({ ...ref, folder: join(root, 'nowhere') }, never), { reason: 'model-missing' });
    assert.equal((await runAll(client, requestOf())).outcome, 'answered');
  });

  it('is let go when idle and started anew when needed', async () => {
    const { client } = make({ idleMs: 50 });
    await client.describe(ref, never);
    const first = client.pid!;
    await until(() => client.pid === undefined && !isAlive(first), 'the idle engine is gone');
    assert.equal((await runAll(client, requestOf())).outcome, 'answered');
    assert.notEqual(client.pid, first);
  });

  it('ends when its parent is killed', async () => {
    const parent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'support', 'orphan.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
    const engine = Number(line);
    assert.ok(isAlive(engine));
    parent.kill('SIGKILL');
    await until(() => !isAlive(engine), 'the orphan is gone');
  });

  it('ends with its client, and live runs with it', async () => {
    const { client } = make();
    let pid = 0;
    const { outcome, events } = await runAll(client, requestOf({ pace: 5 }), () => {
      if (pid) return;
      pid = client.pid!;
      void client.dispose();
    });
    assert.equal(outcome, 'stopped');
    assert.equal(events.at(-1)?.type, 'ended');
    await until(() => !isAlive(pid), 'the engine is gone');
    const late = await runAll(client, requestOf());
    assert.equal(late.outcome, 'failed');
    assert.ok(late.events.some((event) => event.type === 'error' && event.reason === 'engine-unavailable'));
  });

  it('says why it cannot start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reins-entry-'));
    try {
      assert.throws(() => findEngineEntry(folder), { reason: 'engine-unavailable' });
      const broken = join(folder, 'engine.cjs');
      writeFileSync(broken, 'throw new Error("no native library");');
      await assert.rejects(make({ entry: broken }).client.describe(ref, never), { reason: 'engine-unavailable', message: /could not start: it ended with code 1/ });
      const mute = join(folder, 'mute.cjs');
      writeFileSync(mute, 'setInterval(() => {}, 1000);');
      await assert.rejects(make({ entry: mute, startMs: 200 }).client.describe(ref, never), { reason: 'engine-unavailable', message: /did not start within/ });
      await assert.rejects(make({ execPath: join(folder, 'no-node') }).client.describe(ref, never), { reason: 'engine-unavailable', message: /could not be started/ });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps what it prints out of the channel', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reins-entry-'));
    try {
      const noisy = join(folder, 'noisy.mjs');
      writeFileSync(noisy, `console.log('hello from native code'); console.error('a warning'); await import(${JSON.stringify(`file://${findEngineEntry(root).endsWith('.ts') ? findEngineEntry(root) : join(root, 'extension/engine/main.ts')}`)});`);
      const { client, log } = make({ entry: noisy });
      assert.equal((await runAll(client, requestOf())).outcome, 'answered');
      assert.ok(log.includes('engine: hello from native code') && log.includes('engine: a warning'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('describes every way to go in words', () => {
    assert.match(describeExit({ code: null, signal: 'SIGKILL', lastLines: '' }), /memory ran out/);
    assert.match(describeExit({ code: null, signal: 'SIGTRAP', lastLines: '' }), /too large for this process/);
    assert.match(describeExit({ code: 3, signal: null, lastLines: 'a\nlast words\n\n' }), /code 3 \(last words\)/);
    assert.match(describeExit({ code: null, signal: 'SIGKILL', killedBecause: 'it was hung', lastLines: '' }), /it was hung/);
  });
});
