/** Engine clients with a memory of what they said, and runs on a tiny model that always say the same. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineClient, type EngineClientOptions } from '../../../extension/engine/client.ts';
import type { EventListener, RunRequest, RunService } from '../../../extension/runs/service.ts';
import type { Outcome, RunEvent } from '../../../extension/trace/events.ts';
import { fixtureRef, never, root } from './models.ts';

export const entry = join(root, 'extension', 'engine', 'main.ts');

export interface TestClient {
  readonly client: EngineClient;
  readonly log: string[];
}

export function newClient(options: Partial<EngineClientOptions> = {}): TestClient {
  const log: string[] = [];
  return { client: new EngineClient({ entry, log: (line) => log.push(line), ...options }), log };
}

let runs = 0;

/** Greedy on random weights: varied enough to compare, long enough to interrupt. */
export function requestOf(change: Partial<RunRequest> = {}): RunRequest {
  runs += 1;
  return { run: `run-${runs}`, model: fixtureRef('qwen2-genai-int4'), priority: 'person', question: 't1 t17 t33 t90', effort: 'low', budgets: { thinking: 0, solution: 200 }, ...change };
}

export interface Ran {
  readonly outcome: Outcome;
  readonly events: readonly RunEvent[];
}

/** Run to the end; `watch` sees each batch as it comes. */
export async function runAll(client: RunService, request: RunRequest, watch: EventListener = () => undefined, signal = never): Promise<Ran> {
  const events: RunEvent[] = [];
  const outcome = await client.run(
    request,
    (batch) => {
      events.push(...batch);
      watch(batch);
    },
    signal,
  );
  return { outcome, events };
}

export const textOf = (events: readonly RunEvent[]): string => events.map((event) => (event.type === 'tokens' ? event.text : '')).join('');

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // One that ended but has not been collected by its parent still takes signals.
  return !(existsSync(`/proc/${pid}/stat`) && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
}

/** Wait until something is so. The limit only keeps a broken test from waiting for ever. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 60_000) throw new Error(`Waited in vain until ${what}.`);
    await delay(10);
  }
}
