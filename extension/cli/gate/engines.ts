/** Several engine processes that share the work. Each takes a wave of runs of like length at a time, since those are advanced together. */
import { randomUUID } from 'node:crypto';
import type { EngineClient } from '../../engine/client.ts';
import { TEMPERATURE, type Job } from '../../evaluation/gate/modes.ts';
import type { Result } from '../../evaluation/gate/results.ts';
import type { RunRequest } from '../../runs/service.ts';
import type { RunEvent } from '../../trace/events.ts';
import { EnginePool } from '../engine-pool.ts';
import type { CheckedFolder } from './folder.ts';
import { resultOf } from './ran.ts';

/** Runs at a time in one process. */
const WAVE = 16;
/** Tokens for the answer; the world's longest take a third of it. */
const SOLUTION = 128;
/** Kept of the context for prompt, answer and closing text when a run may think to its own end. */
const BESIDE_THOUGHTS = 512;

export class Engines {
  readonly #pool: EnginePool;

  /** `entry` is the engine's entry file. Processes start with the first run. */
  constructor(entry: string, count?: number) {
    this.#pool = new EnginePool({ entry, wave: WAVE, count });
  }

  get count(): number {
    return this.#pool.count;
  }

  /**
   * Run all jobs, the longest first; `each` hears every result as it comes. Rejects with the failure of a run, or with an AbortError when
   * the signal fires: what was finished until then has been told.
   */
  run(folder: CheckedFolder, jobs: readonly Job[], each: (result: Result) => void, signal: AbortSignal): Promise<void> {
    const longestFirst = [...jobs].sort((a, b) => b.expected - a.expected);
    return this.#pool.run(folder.ref, longestFirst, (client, job, contextLength, either) => runOne(client, folder, job, contextLength, each, either), signal);
  }

  dispose(): Promise<void> {
    return this.#pool.dispose();
  }
}

async function runOne(client: EngineClient, folder: CheckedFolder, job: Job, contextLength: number, each: (result: Result) => void, signal: AbortSignal): Promise<void> {
  const events: RunEvent[] = [];
  const request = requestOf(folder, job, contextLength);
  await client.run(request, (batch) => void events.push(...batch.filter(({ type }) => type !== 'tokens')), signal);
  const result = resultOf(folder.fingerprint, job, request.run, events);
  if (result) each(result);
}

function requestOf(folder: CheckedFolder, job: Job, contextLength: number): RunRequest {
  const { question, code, languageId } = job.problem.problem;
  const sample = job.mode.kind === 'sampled' ? job.mode.sample : null;
  return {
    run: randomUUID(),
    model: folder.ref,
    priority: 'background',
    question,
    context: { label: job.problem.id, languageId, code },
    effort: job.effort,
    budgets: { thinking: job.thinking ?? Math.max(0, contextLength - BESIDE_THOUGHTS), solution: SOLUTION },
    sampler: { temperature: sample === null ? 0 : TEMPERATURE },
    seed: sample ?? 1,
    exits: 'off',
  };
}
