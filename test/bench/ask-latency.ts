/** How long a person waits between Ask and the first thought: with the engine still to be started, and with everything loaded. */
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { EngineClient } from '../../extension/engine/client.ts';
import { bundledModels } from '../../extension/models/catalogue.ts';
import { median, type BenchRow } from './row.ts';

const root = join(import.meta.dirname, '..', '..');
const COLD_RUNS = 3;
const WARM_RUNS = 7;

export async function bench(): Promise<BenchRow[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let i = 0; i < COLD_RUNS; i++) {
    const client = new EngineClient({ entry: join(root, 'extension', 'engine', 'main.ts') });
    try {
      cold.push(await firstThought(client, `cold-${i}`));
      if (i === 0) for (let j = 0; j < WARM_RUNS; j++) warm.push(await firstThought(client, `warm-${j}`));
    } finally {
      await client.dispose();
    }
  }
  const note = 'engine from source, bundled model, 70-token prompt';
  return [
    { name: 'Ask to first thought, engine to be started', value: median(cold), unit: 'ms', goal: { atMost: 3000 }, note },
    { name: 'Ask to first thought, model loaded', value: median(warm), unit: 'ms', goal: { atMost: 300 }, note },
    { name: 'the same, loaded against not', value: median(warm) / median(cold), unit: 'x', goal: { atMost: 0.25 } },
  ];
}

/** Milliseconds until the first token of thought arrives; the run is then stopped. */
async function firstThought(client: EngineClient, run: string): Promise<number> {
  const [model] = bundledModels(root);
  const { id, name, folder } = model!;
  const stop = new AbortController();
  const begin = performance.now();
  let waited: number | null = null;
  await client.run(
    {
      run,
      model: { kind: 'local', id, name, folder },
      priority: 'person',
      question: 'Complete f',
      context: { label: 'triple.js', languageId: 'javascript', code: '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;' },
      effort: 'low',
    },
    (events) => {
      if (waited !== null || !events.some((event) => event.type === 'tokens' && event.phase === 'thinking')) return;
      waited = performance.now() - begin;
      stop.abort();
    },
    stop.signal,
  );
  if (waited === null) throw new Error(`Run ${run} ended without a thought.`);
  return waited;
}
