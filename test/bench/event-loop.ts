/**
 * Whether the editor's event loop stays free while the engine decodes: its delay, and the processor time the host itself spends. The control is
 * a process that only keeps a core busy, which is what any work beside the editor costs on the same machine.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineClient } from '../../extension/engine/client.ts';
import { bundledModels } from '../../extension/models/catalogue.ts';
import { median, type BenchRow } from './row.ts';

const root = join(import.meta.dirname, '..', '..');
const ROUNDS = 5;
const RUNS = 3;
const CONTROL_MS = 1500;
/** Timer resolution of the monitor, which it counts as delay. */
const RESOLUTION_MS = 5;

interface Delays {
  readonly p99: number;
  readonly max: number;
}

export async function bench(): Promise<BenchRow[]> {
  const client = new EngineClient({ entry: join(root, 'extension', 'engine', 'main.ts') });
  const control: Delays[] = [];
  const busy: Delays[] = [];
  const perToken: number[] = [];
  try {
    await oneRun(client, 'start');
    for (let round = 0; round < ROUNDS; round += 1) {
      control.push(await measure(besideBusyCore));
      let tokens = 0;
      const before = process.cpuUsage();
      busy.push(
        await measure(async () => {
          for (let run = 0; run < RUNS; run += 1) tokens += await oneRun(client, `round-${round}-run-${run}`);
        }),
      );
      const { user, system } = process.cpuUsage(before);
      perToken.push((user + system) / 1000 / tokens);
    }
  } finally {
    await client.dispose();
  }
  // The quietest round is what the code costs; the others are what else the machine was doing.
  const least = (rounds: readonly Delays[], key: keyof Delays): number => Math.min(...rounds.map((round) => round[key]));
  const note = `quietest of ${ROUNDS} rounds of ${RUNS} runs, every event received and checked`;
  const beside = 'beside a process that only keeps a core busy';
  return [
    { name: 'host processor time per token', value: median(perToken), unit: 'ms', goal: { atMost: 0.25 }, note: 'receiving and checking events' },
    { name: 'host event loop delay, p99', value: least(busy, 'p99'), unit: 'ms', goal: { atMost: Math.max(20, 2 * least(control, 'p99')) }, note },
    { name: 'host event loop delay, longest', value: least(busy, 'max'), unit: 'ms', goal: { atMost: Math.max(50, 2 * least(control, 'max')) }, note },
    { name: 'control: host event loop delay, p99', value: least(control, 'p99'), unit: 'ms', note: beside },
    { name: 'control: host event loop delay, longest', value: least(control, 'max'), unit: 'ms', note: beside },
  ];
}

/** Delays in ms beyond the timer's own resolution. */
async function measure(work: () => Promise<unknown>): Promise<Delays> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await work();
  histogram.disable();
  const milliseconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return { p99: milliseconds(histogram.percentile(99)), max: milliseconds(histogram.max) };
}

async function besideBusyCore(): Promise<void> {
  const other = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  await delay(CONTROL_MS);
  other.kill('SIGKILL');
}

/** Tokens that came. */
async function oneRun(client: EngineClient, run: string): Promise<number> {
  const [model] = bundledModels(root);
  const { id, name, folder } = model!;
  let tokens = 0;
  await client.run(
    {
      run,
      model: { kind: 'local', id, name, folder },
      priority: 'person',
      question: 'Complete f\n\n```javascript\n// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;\n```',
      effort: 'high',
      budgets: { thinking: 200, solution: 50 },
      sampler: { temperature: 1.5 },
      exits: 'off',
    },
    (events) => {
      for (const event of events) if (event.type === 'tokens') tokens += event.count;
    },
    new AbortController().signal,
  );
  return tokens;
}
