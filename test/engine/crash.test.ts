/** A crash costs the live run and nothing else. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { Random } from '../../extension/models/local/random.ts';
import { runEventSchema, type RunEvent } from '../../extension/trace/events.ts';
import { RecordedRunService } from '../../extension/runs/recorder.ts';
import { TraceStore } from '../../extension/trace/store/store.ts';
import { newClient, requestOf, runAll, textOf, type TestClient } from './support/clients.ts';
import { fixtureRef, never } from './support/models.ts';

function assertValidPrefix(events: readonly RunEvent[], whole: string): void {
  events.forEach((event, i) => {
    const parsed = v.safeParse(runEventSchema, event);
    assert.ok(parsed.success, `event ${i} is not valid`);
    assert.equal(event.seq, i);
    assert.ok(i === 0 || event.at >= events[i - 1]!.at, 'time goes on');
  });
  assert.ok(whole.startsWith(textOf(events)), 'the text is a prefix of the undisturbed run');
  assert.equal(events.filter((event) => event.type === 'ended').length, 1);
  const last = events.at(-1);
  assert.ok(last?.type === 'ended' && last.outcome === 'failed');
}

describe('an engine that crashes', function () {
  this.timeout(300_000);
  let made: TestClient;
  const traces = mkdtempSync(join(tmpdir(), 'reins-crash-'));
  afterEach(() => made.client.dispose());
  after(() => rmSync(traces, { recursive: true }));

  it('at 20 random points: what came is kept and recorded, the run ends with its error, the next run works', async () => {
    made = newClient();
    const { client } = made;
    const store = new TraceStore({ folder: join(traces, 'traces') });
    const recorded = new RecordedRunService(client, store);
    const whole = textOf((await runAll(client, requestOf())).events);
    assert.ok(whole.length > 200);
    const random = Random.seeded(20);
    for (let i = 0; i < 20; i += 1) {
      // a point is a number of tokens that have arrived; 0 is before anything has
      const point = i === 0 ? 0 : Math.floor(random.next() * 180);
      let tokens = 0;
      let killed = false;
      const kill = (): void => {
        if (killed) return;
        killed = true;
        process.kill(client.pid!, 'SIGKILL');
      };
      await client.describe(fixtureRef('qwen2-genai-int4'), never);
      const request = requestOf({ pace: 400 });
      const running = runAll(recorded, request, (batch) => {
        for (const event of batch) if (event.type === 'tokens') tokens += event.count;
        if (tokens >= point) kill();
      });
      if (point === 0) kill();
      const { outcome, events } = await running;
      assert.equal(outcome, 'failed', `point ${point}`);
      assertValidPrefix(events, whole);
      const error = events.find((event) => event.type === 'error');
      assert.ok(error?.type === 'error' && error.reason === 'engine-crashed' && error.message.includes('SIGKILL'), error?.type === 'error' ? error.message : 'no error');
      const ended = events.at(-1);
      assert.ok(ended?.type === 'ended' && ended.usage.solution === tokens);
      // What was seen is what is on the disk, to the last event.
      assert.deepEqual((await store.open(request.run)).events, events);
      const next = await runAll(client, requestOf({ budgets: { thinking: 0, solution: 5 } }));
      assert.equal(next.outcome, 'answered', `after point ${point}`);
      assert.ok(whole.startsWith(textOf(next.events)));
    }
  });

  it('ends every live run, waiting ones too', async () => {
    made = newClient();
    const { client } = made;
    let killed = false;
    const first = runAll(client, requestOf({ pace: 20 }), (batch) => {
      if (killed || !batch.some((event) => event.type === 'tokens')) return;
      killed = true;
      process.kill(client.pid!, 'SIGSEGV');
    });
    const waiting = runAll(client, requestOf());
    for (const { outcome, events } of await Promise.all([first, waiting])) {
      assert.equal(outcome, 'failed');
      assert.ok(events.some((event) => event.type === 'error' && event.message.includes('SIGSEGV')));
    }
  });

  it('hangs: the heartbeat ends it and the next run works', async () => {
    made = newClient({ heartbeat: { intervalMs: 50, limit: 10, loadingLimit: 2000 } });
    const { client } = made;
    let frozen = false;
    const { outcome, events } = await runAll(client, requestOf({ pace: 50 }), (batch) => {
      if (frozen || !batch.some((event) => event.type === 'tokens')) return;
      frozen = true;
      process.kill(client.pid!, 'SIGSTOP');
    });
    assert.equal(outcome, 'failed');
    assert.ok(events.some((event) => event.type === 'error' && event.reason === 'engine-crashed' && event.message.includes('did not answer')));
    assert.equal((await runAll(client, requestOf())).outcome, 'answered');
  });

  it('is only busy for a while: it is left alone', async () => {
    made = newClient({ heartbeat: { intervalMs: 50, limit: 1000, loadingLimit: 2000 } });
    const { client, log } = made;
    let paused = false;
    const { outcome } = await runAll(client, requestOf({ pace: 200 }), (batch) => {
      if (paused || !batch.some((event) => event.type === 'tokens')) return;
      paused = true;
      const pid = client.pid!;
      process.kill(pid, 'SIGSTOP');
      setTimeout(() => process.kill(pid, 'SIGCONT'), 500);
    });
    assert.equal(outcome, 'answered');
    assert.equal(log.length, 1);
  });

  it('does not react to Stop: it is killed, and the run counts as stopped', async () => {
    made = newClient({ stopMs: 200 });
    const { client } = made;
    const controller = new AbortController();
    const { outcome, events } = await runAll(
      client,
      requestOf({ pace: 50 }),
      (batch) => {
        if (controller.signal.aborted || !batch.some((event) => event.type === 'tokens')) return;
        process.kill(client.pid!, 'SIGSTOP');
        controller.abort();
      },
      controller.signal,
    );
    assert.equal(outcome, 'stopped');
    assert.ok(!events.some((event) => event.type === 'error'));
    assert.equal((await runAll(client, requestOf())).outcome, 'answered');
  });
});
