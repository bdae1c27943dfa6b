import assert from 'node:assert/strict';
import fs from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import type { RunEvent, UnstampedEvent } from '../../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../../extension/trace/fold.ts';
import { realDisk } from '../../../../extension/trace/store/disk.ts';
import { parseTrace } from '../../../../extension/trace/store/parse.ts';
import { RunRecording, type RecordingOptions } from '../../../../extension/trace/store/recording.ts';
import { anyLog, ordinaryLog, stamp, started } from '../arbitrary.ts';
import { smallDisk, systemError, temporaryFolder } from './folder.ts';

describe('the recording of a run', () => {
  const folder = temporaryFolder();
  const record = (options: Partial<RecordingOptions> = {}): RunRecording =>
    new RunRecording({ folder: folder(), run: 'run-1', maxFileBytes: 1e6, disk: realDisk, now: () => new Date('2026-01-02T03:04:05.678Z'), ...options });
  let runs = 0;
  const freshRun = (): string => `fresh-${runs++}`;
  const text = (recording: RunRecording): string => fs.readFileSync(join(folder(), recording.fileName!), 'utf8');

  it('writes one event a line, before it hands the events on', () => {
    const recording = record();
    const log = ordinaryLog();
    for (const event of log) {
      const shown = recording.record([event]);
      assert.deepEqual(shown, [event]);
      assert.equal(text(recording).split('\n').at(-2), JSON.stringify(event));
    }
    recording.close();
    assert.deepEqual(parseTrace(text(recording)), { events: log, torn: false, problem: null });
  });

  it('names the file after time and run, for its owner only', () => {
    const recording = record({ folder: join(folder(), 'made', 'on demand') });
    recording.record(ordinaryLog());
    recording.close();
    assert.equal(recording.fileName, '2026-01-02T03-04-05-678Z-run-1.jsonl');
    const made = join(folder(), 'made', 'on demand');
    assert.equal(fs.statSync(join(made, recording.fileName)).mode & 0o777, 0o600);
    assert.equal(fs.statSync(made).mode & 0o777, 0o700);
  });

  it('makes one write of a batch', () => {
    let writes = 0;
    const disk = { ...realDisk, append: (descriptor: number, bytes: Uint8Array): void => void (writes++, realDisk.append(descriptor, bytes)) };
    record({ disk }).record(ordinaryLog());
    assert.equal(writes, 1);
  });

  it('leaves no file behind when nothing happened', () => {
    record().close();
    assert.deepEqual(fs.readdirSync(folder()), []);
  });

  for (const code of ['ENOSPC', 'EACCES', 'EROFS', 'EIO']) {
    it(`stops with one notice when a write fails with ${code}; the run goes on`, () => {
      let fail = false;
      const disk = {
        ...realDisk,
        append(descriptor: number, bytes: Uint8Array): void {
          if (fail) throw systemError(code);
          realDisk.append(descriptor, bytes);
        },
      };
      const recording = record({ disk });
      const log = ordinaryLog();
      const shown = [...recording.record(log.slice(0, 3))];
      fail = true;
      for (const event of log.slice(3)) shown.push(...recording.record([event]));
      recording.close();

      const notices = shown.filter((event) => event.type === 'notice');
      assert.deepEqual(notices.map((notice) => [notice.seq, notice.code]), [[4, code === 'ENOSPC' ? 'disk-full' : 'trace-write']]);
      assert.match(notices[0]!.message, /not recorded\. The run goes on/);
      assert.equal(shown.length, log.length + 1);
      assert.ok(shown.every((event, index) => event.seq === index));
      assert.deepEqual(parseTrace(text(recording)).events, log.slice(0, 3));
    });
  }

  it('gives up in words where no folder can be made', function () {
    if (process.platform !== 'linux') this.skip();
    assert.throws(() => realDisk.makeFolder('/proc/nope/traces'), /ENOENT/);
  });

  it('says so once when not even the file can be made', () => {
    const recording = record({ folder: '/dev/null/traces' });
    const shown = ordinaryLog().flatMap((event) => recording.record([event]));
    assert.deepEqual(shown.filter((event) => event.type === 'notice').map((notice) => notice.code), ['trace-write']);
  });

  it('records nothing under an id that is not a file name, and says so', () => {
    for (const run of ['../evil', 'a/b', 'a\\b', '', '.', 'x'.repeat(101), 'a\0b']) {
      const recording = record({ run });
      const shown = recording.record([ordinaryLog(run)[0]!]);
      assert.equal(shown.at(-1)?.type, 'notice');
      assert.equal(recording.fileName, null);
    }
  });

  it('leaves a readable trace wherever the disk fills up', () => {
    fc.assert(
      fc.property(anyLog, fc.nat({ max: 4000 }), (log, room) => {
        const recording = record({ disk: smallDisk(room), run: freshRun() });
        const shown = log.flatMap((event) => recording.record([event]));
        recording.close();
        if (recording.fileName === null) return;
        const parsed = parseTrace(text(recording));
        assert.ok(parsed.problem === null || parsed.problem.code === 'empty');
        assert.deepEqual(parsed.events, log.slice(0, parsed.events.length));
        const noticed = shown.length > log.length;
        if (!noticed) assert.equal(parsed.events.length, log.length);
      }),
    );
  });

  it('meets a really full disk', function () {
    const mount = join(folder(), 'tiny');
    fs.mkdirSync(mount);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', mount], { stdio: 'ignore' });
    } catch {
      this.skip(); // Only root on Linux may mount.
    }
    try {
      const recording = record({ folder: mount });
      const long: UnstampedEvent = { type: 'tokens', phase: 'thinking', source: 'model', text: 'x'.repeat(5000), count: 1 };
      const log = stamp([started(), long, long, long, long, long, { type: 'answer', text: '1', truncated: false }]);
      const shown = log.flatMap((event) => recording.record([event]));
      recording.close();
      assert.deepEqual(shown.filter((event) => event.type === 'notice').map((notice) => notice.code), ['disk-full']);
      const parsed = parseTrace(fs.readFileSync(join(mount, recording.fileName!), 'utf8'));
      assert.equal(parsed.problem, null);
      assert.ok(parsed.events.length >= 2 && parsed.events.length < log.length);
      assert.deepEqual(parsed.events, log.slice(0, parsed.events.length));
    } finally {
      execFileSync('umount', [mount]);
    }
  });

  it('stops when its trace is deleted, and says so with the next event', () => {
    const recording = record();
    const log = ordinaryLog();
    recording.record(log.slice(0, 2));
    recording.abandon();
    const shown = recording.record(log.slice(2, 4));
    assert.deepEqual(shown.map((event) => [event.seq, event.type]), [[2, 'notice'], [3, 'phase'], [4, 'tokens']]);
    assert.deepEqual(recording.record(log.slice(4, 5)).map((event) => event.seq), [5]);
    assert.equal(parseTrace(text(recording)).events.length, 2);
  });

  describe('at its size limit', () => {
    it('drops the text of tokens with a notice, and keeps everything a reader needs to understand the run', () => {
      const thoughts: UnstampedEvent[] = Array.from({ length: 400 }, () => ({ type: 'tokens', phase: 'thinking', source: 'model', text: 'thinking hard ', count: 3, logprobs: [-1, -2, -3] }));
      const log = stamp([
        started(),
        { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' },
        ...thoughts,
        { type: 'phase', from: 'thinking', to: 'solving', reason: 'budget' },
        { type: 'tokens', phase: 'solving', source: 'model', text: '42', count: 1 },
        { type: 'answer', text: '42', truncated: false },
        { type: 'ended', outcome: 'answered', usage: { prompt: 20, thinking: 1200, solution: 1, probes: 0, injected: 0, discarded: 0, estimated: false }, elapsedMs: 9 },
      ]);
      const recording = record({ maxFileBytes: 8 * 1024 });
      const shown = log.flatMap((event) => recording.record([event]));
      recording.close();

      assert.equal(shown.filter((event) => event.type === 'tokens').length, 401, 'what is shown is complete');
      assert.ok(shown.every((event, index) => event.seq === index));
      const file = text(recording);
      assert.ok(file.length < 10 * 1024, `${file.length} bytes`);
      const { events, problem } = parseTrace(file);
      assert.equal(problem, null);
      const view = foldEvents(emptyView('run-1'), events);
      assert.equal(view.notices.length, 1);
      assert.equal(view.notices[0]!.code, 'trace-limit');
      assert.match(view.notices[0]!.message, /limit of 8 kB/);
      assert.equal(view.answer, '42');
      assert.equal(view.outcome, 'answered');
      assert.equal(view.transitions.length, 2);
      const live = foldEvents(emptyView('run-1'), events.slice(0, -1));
      assert.equal(live.usage.thinking, 1200, 'counts stay right without the text');
    });

    it('gives the same counts and decisions as the whole log', () => {
      fc.assert(
        fc.property(anyLog, fc.nat({ max: 3000 }), (log, maxFileBytes) => {
          const recording = record({ maxFileBytes, run: freshRun() });
          const own = log.map((event): RunEvent => ({ ...event, run: recording.run }));
          const shown = own.flatMap((event) => recording.record([event]));
          recording.close();
          if (recording.fileName === null) return;
          const { events, problem } = parseTrace(text(recording));
          assert.equal(problem, null);
          const replay = foldEvents(emptyView(recording.run), events);
          const live = foldEvents(emptyView(recording.run), shown);
          for (const field of ['usage', 'decisions', 'transitions', 'notices', 'outcome', 'probes', 'error'] as const) assert.deepEqual(replay[field], live[field]);
        }),
      );
    });
  });
});
