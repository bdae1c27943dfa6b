import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { TraceStore, type TraceStoreOptions } from '../../../../extension/trace/store/store.ts';
import { filesToDelete } from '../../../../extension/trace/store/limits.ts';
import { parseTraceFileName, traceFileName } from '../../../../extension/trace/store/names.ts';
import { ordinaryLog, stamp } from '../arbitrary.ts';
import { temporaryFolder } from './folder.ts';

describe('the store of traces', () => {
  const folder = temporaryFolder();
  let clock = 0;
  beforeEach(() => {
    clock = Date.UTC(2026, 0, 1);
  });
  const open = (options: Partial<TraceStoreOptions> = {}): TraceStore => new TraceStore({ folder: folder(), now: () => new Date((clock += 1000)), ...options });
  const add = async (store: TraceStore, run: string, events = ordinaryLog(run, `Question ${run}`)): Promise<void> => {
    const recording = store.begin(run);
    recording.record(events);
    await store.finish(recording);
  };

  it('lists runs newest first', async () => {
    const store = open();
    for (const run of ['a', 'b', 'c']) await add(store, run);
    const { runs, unreadable } = await store.list();
    assert.deepEqual(runs.map((run) => run.run), ['c', 'b', 'a']);
    assert.deepEqual(runs[2], {
      run: 'a',
      time: '2026-01-02T03:04:05.678Z',
      question: 'Question a',
      model: 'Tiny',
      effort: 'low',
      outcome: 'answered',
      thinkingTokens: 11,
      solutionTokens: 4,
    });
    assert.deepEqual(unreadable, []);
  });

  it('lists nothing in a folder that is not there yet', async () => {
    assert.deepEqual(await open({ folder: join(folder(), 'nowhere') }).list(), { runs: [], unreadable: [] });
  });

  it('lists a run that was cut off, with the tokens it had used', async () => {
    const store = open();
    await add(store, 'a', ordinaryLog('a').slice(0, 5));
    const [run] = (await store.list()).runs;
    assert.equal(run?.outcome, null);
    assert.equal(run?.thinkingTokens, 11);
  });

  it('lists a run with a very long prompt and a torn end', async () => {
    const store = open();
    await add(store, 'a', ordinaryLog('a', 'long '.repeat(60_000)));
    const name = fs.readdirSync(folder())[0]!;
    fs.appendFileSync(join(folder(), name), '{"torn');
    const [run] = (await store.list()).runs;
    assert.equal(run?.outcome, 'answered');
    assert.equal(run.question.length, 300_000);
  });

  it('sees files that change and files that go', async () => {
    const store = open();
    const recording = store.begin('a');
    const log = ordinaryLog('a');
    recording.record(log.slice(0, 4));
    assert.equal((await store.list()).runs[0]?.thinkingTokens, 5);
    recording.record(log.slice(4));
    assert.equal((await store.list()).runs[0]?.outcome, 'answered');
    await store.finish(recording);
    fs.rmSync(join(folder(), recording.fileName!));
    assert.deepEqual((await store.list()).runs, []);
  });

  it('reads only what changed, so a long history stays quick', async function () {
    this.timeout(30_000);
    const store = open({ limits: { maxRuns: 1000 } });
    for (let i = 0; i < 400; i++) {
      const run = `run-${i}`;
      fs.writeFileSync(join(folder(), traceFileName(run, new Date(Date.UTC(2026, 0, 1) + i))), ordinaryLog(run).map((event) => `${JSON.stringify(event)}\n`).join(''));
    }
    assert.equal((await store.list()).runs.length, 400);
    const start = performance.now();
    assert.equal((await store.list()).runs[0]?.run, 'run-399');
    assert.ok(performance.now() - start < 1000, `${performance.now() - start} ms`);
  });

  it('tells damaged and newer traces apart from the rest, and leaves the files as they are', async () => {
    const store = open();
    await add(store, 'good');
    const newer = '{"run":"newer","seq":0,"at":0,"type":"started","version":9}\n';
    const newerPath = join(folder(), traceFileName('newer', new Date(0)));
    fs.writeFileSync(newerPath, newer);
    fs.writeFileSync(join(folder(), traceFileName('broken', new Date(1))), 'nonsense\n');
    fs.writeFileSync(join(folder(), 'notes.txt'), 'not ours');
    const { runs, unreadable } = await store.list();
    assert.deepEqual(runs.map((run) => run.run), ['good']);
    assert.deepEqual(unreadable.map((entry) => [entry.run, entry.problem.code]), [['broken', 'corrupt'], ['newer', 'newer-version']]);
    assert.equal((await store.open('newer')).problem?.code, 'newer-version');
    assert.equal(fs.readFileSync(newerPath, 'utf8'), newer);
  });

  it('says of a run that never started why it did not', async () => {
    const store = open();
    const usage = { prompt: 0, thinking: 0, solution: 0, probes: 0, injected: 0, discarded: 0, estimated: false };
    await add(store, 'a', stamp([{ type: 'error', reason: 'model-missing', message: 'There is no model.' }, { type: 'ended', outcome: 'failed', usage, elapsedMs: 1 }], 'a'));
    const { runs, unreadable } = await store.list();
    assert.deepEqual(runs, []);
    assert.deepEqual(unreadable[0]?.problem, { code: 'never-started', message: 'This run ended before it had started. There is no model.' });
    assert.equal((await store.open('a')).events.length, 2);
  });

  it('opens a run, and says when there is none', async () => {
    const store = open();
    await add(store, 'a');
    assert.deepEqual(await store.open('a'), { events: ordinaryLog('a', 'Question a'), torn: false, problem: null });
    assert.equal((await store.open('b')).problem?.code, 'missing');
    assert.equal((await store.open('../a')).problem?.code, 'missing');
  });

  it('deletes one run', async () => {
    const store = open();
    await add(store, 'a');
    await add(store, 'b');
    assert.equal(await store.delete('a'), true);
    assert.equal(await store.delete('a'), false);
    assert.deepEqual((await store.list()).runs.map((run) => run.run), ['b']);
  });

  it('deletes all runs and leftovers, counts the runs, and touches nothing else', async () => {
    const store = open();
    for (const run of ['a', 'b', 'c']) await add(store, run);
    fs.writeFileSync(join(folder(), 'notes.txt'), 'not ours');
    fs.writeFileSync(join(folder(), `${traceFileName('d', new Date(0))}.tmp`), 'half');
    fs.symlinkSync(join(folder(), 'notes.txt'), join(folder(), traceFileName('link', new Date(0))));
    const live = store.begin('live');
    live.record(ordinaryLog('live').slice(0, 3));
    assert.equal(await store.deleteAll(), 4);
    assert.deepEqual(fs.readdirSync(folder()).sort(), ['1970-01-01T00-00-00-000Z-link.jsonl', 'notes.txt']);
    const shown = live.record(ordinaryLog('live').slice(3, 4));
    assert.deepEqual(shown.map((event) => event.type), ['notice', 'tokens']);
    await store.finish(live);
    assert.deepEqual((await store.list()).runs, []);
  });

  it('keeps the newest runs within the limit', async () => {
    const store = open({ limits: { maxRuns: 3 } });
    for (const run of ['a', 'b', 'c', 'd', 'e']) await add(store, run);
    assert.deepEqual((await store.list()).runs.map((run) => run.run), ['e', 'd', 'c']);
  });

  it('keeps within the limit of bytes, but never deletes a live run', async () => {
    const store = open({ limits: { maxTotalBytes: 1 } });
    const live = store.begin('live');
    live.record(ordinaryLog('live').slice(0, 3));
    await add(store, 'a');
    assert.deepEqual((await store.list()).runs.map((run) => run.run), ['live']);
    await store.finish(live);
    assert.deepEqual((await store.list()).runs, []);
  });
});

describe('the limits of the store', () => {
  const limits = { maxRuns: 2, maxTotalBytes: 100, maxFileBytes: 100 };
  const files = (...bytes: number[]): { name: string; bytes: number }[] => bytes.map((size, index) => ({ name: `${index}`, bytes: size }));

  it('delete the oldest first, and no more than needed', () => {
    assert.deepEqual(filesToDelete(files(10, 10, 10), limits, new Set()), ['2']);
    assert.deepEqual(filesToDelete(files(60, 60), limits, new Set()), ['1']);
    assert.deepEqual(filesToDelete(files(50, 50), limits, new Set()), []);
  });

  it('pass over live runs', () => {
    assert.deepEqual(filesToDelete(files(10, 10, 10), limits, new Set(['2'])), ['1']);
  });
});

describe('names of trace files', () => {
  it('tell time and run, and no other file passes for one', () => {
    const name = traceFileName('Run_1-a', new Date('2026-01-02T03:04:05.678Z'));
    assert.deepEqual(parseTraceFileName(name), { run: 'Run_1-a', time: '2026-01-02T03:04:05.678Z' });
    for (const other of ['notes.txt', 'x.jsonl', `../${name}`, `${name}.tmp`, name.replace('Run', '../Run')]) assert.equal(parseTraceFileName(other), null);
    assert.throws(() => traceFileName('../x', new Date(0)), /is not a run id/);
  });
});
