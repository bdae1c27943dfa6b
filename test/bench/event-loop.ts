/** Whether the editor's event loop stays free while the engine loads a model and decodes. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { EngineClient } from '../../extension/engine/client.ts';
import { bundledModels } from '../../extension/models/catalogue.ts';
import type { BenchRow } from './row.ts';

const root = join(import.meta.dirname, '..', '..');
const RUNS = 8;
const IDLE_MS = 2000;

export async function bench(): Promise<BenchRow[]> {
  const idle = await measure(() => delay(IDLE_MS));
  const client = new EngineClient({ entry: join(root, 'extension', 'engine', 'main.ts') });
  try {
    const busy = await measure(async () => {
      for (let i = 0; i < RUNS; i += 1) await oneRun(client, `run-${i}`);
    });
    const note = `host process, engine started and ${RUNS} runs, every event received and checked`;
    return [
      { name: 'host event loop delay, p99', value: busy.p99, unit: 'ms', goal: { atMost: 20 }, note },
      { name: 'host event loop delay, longest', value: busy.max, unit: 'ms', goal: { atMost: 100 }, note },
      { name: 'the same, idle, p99', value: idle.p99, unit: 'ms', note: 'what the machine itself costs' },
      { name: 'the same, idle, longest', value: idle.max, unit: 'ms' },
    ];
  } finally {
    await client.dispose();
  }
}

/** Delays in ms beyond the timer's own resolution. */
async function measure(work: () => Promise<unknown>): Promise<{ p99: number; max: number }> {
  const resolution = 5;
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  await work();
  histogram.disable();
  const milliseconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution);
  return { p99: milliseconds(histogram.percentile(99)), max: milliseconds(histogram.max) };
}

async function oneRun(client: EngineClient, run: string): Promise<void> {
  const [model] = bundledModels(root);
  const { id, name, folder } = model!;
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
    () => undefined,
    new AbortController().signal,
  );
}
