/**
 * Many runs at once over a real llama-server with the bundled model's weights: whether each keeps its budget, and how long the host's event loop is kept
 * waiting. The server is a process of its own on the same machine, so a busy machine shows in these figures; one run alone is the control.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { RemoteModel } from '../../extension/models/remote/remote-model.ts';
import { forgetServers } from '../../extension/models/remote/server-memory.ts';
import { ReasoningError } from '../../extension/reasoning/errors.ts';
import { ModelRunService } from '../../extension/runs/model-run-service.ts';
import type { RunRequest } from '../../extension/runs/service.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { ensureLlamaServer } from '../../scripts/lib/llama-server.mjs';
import { bundled } from '../engine/support/models.ts';
import { makeGguf, startLlamaServer } from '../server/support/llama-server.ts';
import { refOf, requestOf } from '../server/support/runs.ts';
import type { BenchRow } from './row.ts';

const TOGETHER = 32;
const THINKING = 64;
const SOLUTION = 32;
const ROUNDS = 3;
/** Timer resolution of the monitor, which it counts as delay. */
const RESOLUTION_MS = 5;
const never = new AbortController().signal;

export async function bench(): Promise<BenchRow[]> {
  const program = await ensureLlamaServer();
  const gguf = await makeGguf(bundled.folder);
  const server = await startLlamaServer(program, gguf.file, undefined, TOGETHER);
  // The service for servers lets four runs go at a time; here all go at once.
  const service = new ModelRunService({
    places: TOGETHER,
    keepLoaded: 1,
    loadModel: (ref, signal) => (ref.kind === 'remote' ? RemoteModel.connect({ ref, apiKey: () => Promise.resolve(undefined) }, signal) : Promise.reject(new ReasoningError('internal', 'Only a server is measured here.'))),
  });
  const run = async (): Promise<RunView> => {
    const request: RunRequest = requestOf(refOf(server.baseUrl), { budgets: { thinking: THINKING, solution: SOLUTION } });
    let view = emptyView(request.run);
    await service.run(request, (events) => (view = foldEvents(view, events)), never);
    if (view.outcome !== 'answered') throw new Error(`A run ended as ${view.outcome}: ${view.error?.message}`);
    return view;
  };
  try {
    await run();
    const alone: Delays[] = [];
    const together: Delays[] = [];
    const views: RunView[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(await delays(async () => void views.push(await run())));
      together.push(await delays(async () => void views.push(...(await Promise.all(Array.from({ length: TOGETHER }, run))))));
    }
    const over = Math.max(...views.map(({ usage }) => usage.thinking + usage.probes - THINKING));
    const least = (rounds: readonly Delays[], key: keyof Delays): number => Math.min(...rounds.map((round) => round[key]));
    const note = `quietest of ${ROUNDS} rounds; one run alone: p99 ${least(alone, 'p99').toFixed(1)} ms, longest ${least(alone, 'max').toFixed(1)} ms`;
    return [
      { name: 'llama-server: thinking tokens beyond the budget', value: Math.max(0, over), unit: 'tokens', goal: { atMost: 0 }, note: `the most of ${views.length} runs with a budget of ${THINKING}` },
      { name: `llama-server: host event loop delay p99, ${TOGETHER} runs at once`, value: least(together, 'p99'), unit: 'ms', goal: { atMost: Math.max(20, 2 * least(alone, 'p99')) }, note },
      { name: `llama-server: host event loop delay, longest, ${TOGETHER} runs at once`, value: least(together, 'max'), unit: 'ms', goal: { atMost: Math.max(50, 2 * least(alone, 'max')) }, note },
      { name: `llama-server: ${TOGETHER} runs at once`, value: least(together, 'elapsed'), unit: 'ms', note: `one alone ${least(alone, 'elapsed').toFixed(0)} ms; the server had one thread` },
    ];
  } finally {
    await service.dispose();
    await server.kill();
    await gguf.remove();
    forgetServers();
  }
}

interface Delays {
  readonly p99: number;
  readonly max: number;
  readonly elapsed: number;
}

/** In ms, beyond the timer's own resolution. */
async function delays(work: () => Promise<void>): Promise<Delays> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const from = performance.now();
  histogram.enable();
  await work();
  histogram.disable();
  const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return { p99: beyond(histogram.percentile(99)), max: beyond(histogram.max), elapsed: performance.now() - from };
}
