import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import type { ModelCard } from '../../../extension/reasoning/port.ts';
import { RecordedRunService } from '../../../extension/runs/recorder.ts';
import type { EventListener, RunRequest, RunService } from '../../../extension/runs/service.ts';
import type { Outcome, RunEvent, SteerCommand } from '../../../extension/trace/events.ts';
import { TraceStore } from '../../../extension/trace/store/store.ts';
import { ordinaryLog } from './arbitrary.ts';
import { smallDisk, temporaryFolder } from './store/folder.ts';

/** Plays an ordinary log in batches of two. */
class PlayedService implements RunService {
  readonly steered: SteerCommand[] = [];
  failure: Error | null = null;

  describe(): Promise<ModelCard> {
    return Promise.reject(new Error('no model here'));
  }

  async run(request: RunRequest, onEvents: EventListener): Promise<Outcome> {
    const log = ordinaryLog(request.run);
    for (let i = 0; i < log.length; i += 2) {
      await Promise.resolve();
      if (this.failure && i > 4) throw this.failure;
      onEvents(log.slice(i, i + 2));
    }
    return 'answered';
  }

  steer(_run: string, command: SteerCommand): Promise<boolean> {
    this.steered.push(command);
    return Promise.resolve(true);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

const request: RunRequest = { run: 'run-1', model: { kind: 'local', id: 'm', name: 'M', folder: '/m' }, priority: 'person', question: 'Complete f', effort: 'low' };
const signal = new AbortController().signal;

describe('the recorded run service', () => {
  const folder = temporaryFolder();
  const written = (): string[] => fs.readdirSync(folder()).flatMap((name) => fs.readFileSync(join(folder(), name), 'utf8').trimEnd().split('\n'));

  it('has every event in the trace before the listener sees it', async () => {
    const service = new RecordedRunService(new PlayedService(), new TraceStore({ folder: folder() }));
    const seen: RunEvent[] = [];
    const outcome = await service.run(
      request,
      (events) => {
        seen.push(...events);
        assert.deepEqual(written(), seen.map((event) => JSON.stringify(event)));
      },
      signal,
    );
    assert.equal(outcome, 'answered');
    assert.deepEqual(seen, ordinaryLog());
  });

  it('goes on with one notice when the disk is full', async () => {
    const service = new RecordedRunService(new PlayedService(), new TraceStore({ folder: folder(), disk: smallDisk(900) }));
    const seen: RunEvent[] = [];
    assert.equal(await service.run(request, (events) => seen.push(...events), signal), 'answered');
    assert.deepEqual(seen.filter((event) => event.type === 'notice').map((notice) => notice.code), ['disk-full']);
    assert.equal(seen.length, ordinaryLog().length + 1);
    assert.ok(seen.every((event, index) => event.seq === index));
  });

  it('writes nothing when recording is off', async () => {
    const service = new RecordedRunService(new PlayedService(), new TraceStore({ folder: folder() }), { recording: () => 'off' });
    const seen: RunEvent[] = [];
    await service.run(request, (events) => seen.push(...events), signal);
    assert.equal(seen.length, ordinaryLog().length);
    assert.deepEqual(fs.readdirSync(folder()), []);
  });

  it('keeps what was recorded when the service beneath fails', async () => {
    const played = new PlayedService();
    played.failure = new Error('gone');
    const store = new TraceStore({ folder: folder() });
    await assert.rejects(new RecordedRunService(played, store).run(request, () => undefined, signal), /gone/);
    assert.equal((await store.open('run-1')).events.length, 6);
  });

  it('passes commands on', async () => {
    const played = new PlayedService();
    const service = new RecordedRunService(played, new TraceStore({ folder: folder() }));
    assert.equal(await service.steer('run-1', { kind: 'stop' }), true);
    assert.deepEqual(played.steered, [{ kind: 'stop' }]);
  });
});
