/** What recording costs a live run, and how long the history of many runs takes to list. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { TRACE_VERSION, type RunEvent, type UnstampedEvent } from '../../extension/trace/events.ts';
import { traceFileName } from '../../extension/trace/store/names.ts';
import { TraceStore } from '../../extension/trace/store/store.ts';
import { median, type BenchRow } from './row.ts';

const BATCHES = 2000;
const RUNS = 500;

export async function bench(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reins-bench-'));
  try {
    const writes = await recordOne(new TraceStore({ folder }));
    const cold = await listMany(folder);
    return [
      { name: 'recording one batch (16 ms of a run)', value: median(writes), unit: 'ms', goal: { atMost: 1 }, note: `${BATCHES} batches of 4 tokens with log-probabilities` },
      { name: 'the same, against the 16 ms of a batch', value: median(writes) / 16, unit: 'x', goal: { atMost: 0.05 } },
      { name: `listing a history of ${RUNS} runs for the first time`, value: cold.first, unit: 'ms', goal: { atMost: 1500 } },
      { name: 'listing it again, against the first time', value: cold.again / cold.first, unit: 'x', goal: { atMost: 0.6 }, note: `${cold.again.toFixed(0)} ms` },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function recordOne(store: TraceStore): Promise<number[]> {
  const recording = store.begin('bench');
  const writes: number[] = [];
  for (let seq = 0; seq < BATCHES; seq++) {
    const event: RunEvent = { ...tokens, run: 'bench', seq, at: seq * 16 };
    const begin = performance.now();
    recording.record([event]);
    writes.push(performance.now() - begin);
  }
  await store.finish(recording);
  await store.deleteAll();
  return writes;
}

async function listMany(folder: string): Promise<{ first: number; again: number }> {
  for (let i = 0; i < RUNS; i++) {
    const run = `run-${i}`;
    const lines = [started, ...Array.from({ length: 100 }, () => tokens), ended].map((event, seq) => JSON.stringify({ ...event, run, seq, at: seq }));
    await writeFile(join(folder, traceFileName(run, new Date(Date.UTC(2026, 0, 1) + i))), `${lines.join('\n')}\n`);
  }
  const store = new TraceStore({ folder });
  const times: number[] = [];
  for (let i = 0; i < 2; i++) {
    const begin = performance.now();
    const { runs } = await store.list();
    times.push(performance.now() - begin);
    if (runs.length !== (await readdir(folder)).length) throw new Error('Not every run was listed.');
  }
  return { first: times[0]!, again: times[1]! };
}

const tokens = { type: 'tokens', phase: 'thinking', source: 'model', text: 'four more tokens here', count: 4, lengths: [4, 5, 7, 5], logprobs: [-0.1234, -1.2345, -0.0012, -3.4567], entropies: [0.1234, 1.2345, 0.0012, 2.3456] } satisfies UnstampedEvent;

const started = {
  type: 'started',
  version: TRACE_VERSION,
  time: '2026-01-01T00:00:00.000Z',
  model: { id: 'm', name: 'M', backend: 'local' },
  task: { question: 'Complete f', context: { label: 'f.js', languageId: 'javascript', code: 'const f = (x) => ___;\n'.repeat(100) } },
  prompt: { text: 'const f = (x) => ___;\n'.repeat(100), tokens: 900, estimated: false },
  effort: 'low',
  effortKind: 'trained',
  budgets: { thinking: 400, solution: 40 },
  enforcement: 'exact',
  sampler: { temperature: 0 },
  seed: 1,
  exitPolicy: 'off',
} satisfies UnstampedEvent;

const ended = {
  type: 'ended',
  outcome: 'answered',
  usage: { prompt: 900, thinking: 400, solution: 4, probes: 0, injected: 0, discarded: 0, estimated: false },
  elapsedMs: 1000,
} satisfies UnstampedEvent;
