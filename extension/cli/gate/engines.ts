/** Several engine processes that share the work. Each takes a wave of runs of like length at a time, since those are advanced together. */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { EngineClient } from '../../engine/client.ts';
import { TEMPERATURE, type Job } from '../../evaluation/gate/modes.ts';
import type { Result } from '../../evaluation/gate/results.ts';
import type { RunRequest } from '../../runs/service.ts';
import type { RunEvent } from '../../trace/events.ts';
import type { CheckedFolder } from './folder.ts';
import { resultOf } from './ran.ts';

/** Runs at a time in one process. */
const WAVE = 16;
const MOST_ENGINES = 4;
/** Tokens for the answer; the world's longest take a third of it. */
const SOLUTION = 128;
/** Kept of the context for prompt, answer and closing text when a run may think to its own end. */
const BESIDE_THOUGHTS = 512;

export class Engines {
  readonly #clients: readonly EngineClient[];

  /** `entry` is the engine's entry file. Processes start with the first run. */
  constructor(entry: string, count: number = Math.min(MOST_ENGINES, availableParallelism())) {
    this.#clients = Array.from({ length: count }, () => new EngineClient({ entry }));
  }

  get count(): number {
    return this.#clients.length;
  }

  /**
   * Run all jobs, the longest first; `each` hears every result as it comes. Rejects with the failure of a run, or with an AbortError when
   * the signal fires: what was finished until then has been told.
   */
  async run(folder: CheckedFolder, jobs: readonly Job[], each: (result: Result) => void, signal: AbortSignal): Promise<void> {
    const waiting = [...jobs].sort((a, b) => b.expected - a.expected);
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const work = async (client: EngineClient): Promise<void> => {
      const { contextLength } = await client.describe(folder.ref, either);
      while (waiting.length > 0 && !either.aborted) {
        const wave = waiting.splice(0, WAVE);
        await Promise.all(wave.map((job) => runOne(client, folder, job, contextLength, each, either)));
      }
    };
    try {
      await Promise.all(
        this.#clients.map((client) =>
          work(client).catch((error: unknown) => {
            failed.abort();
            throw error;
          }),
        ),
      );
    } finally {
      failed.abort();
    }
    signal.throwIfAborted();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.dispose()));
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
