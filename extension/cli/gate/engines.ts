/** Several engine processes that share the work. Each takes a wave of runs of like length at a time, since those are advanced together. */
import { randomUUID } from 'node:crypto';
import type { EngineClient } from '../../engine/client.ts';
import { keyOf, TEMPERATURE, type Job } from '../../evaluation/gate/modes.ts';
import type { Result } from '../../evaluation/gate/results.ts';
import type { RunRequest } from '../../runs/service.ts';
import type { RunEvent } from '../../trace/events.ts';
import { EnginePool } from '../engine-pool.ts';
import type { CheckedFolder } from './folder.ts';
import { resultOf } from './ran.ts';
import { thoughtsUpTo } from './thoughts.ts';

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
    const longestFirst = together(jobs).sort(([a], [b]) => b.expected - a.expected);
    return this.#pool.run(folder.ref, longestFirst, (client, group, contextLength, either) => runTogether({ client, folder, contextLength, each, signal: either }, group), signal);
  }

  dispose(): Promise<void> {
    return this.#pool.dispose();
  }
}

type Group = readonly [Job, ...Job[]];

interface Running {
  readonly client: EngineClient;
  readonly folder: CheckedFolder;
  readonly contextLength: number;
  readonly each: (result: Result) => void;
  readonly signal: AbortSignal;
}

/** Forced ends of one problem make a group, the latest end first; any other job is one by itself. */
function together(jobs: readonly Job[]): Group[] {
  const groups = new Map<string, [Job, ...Job[]]>();
  for (const job of [...jobs].sort((a, b) => b.expected - a.expected)) {
    const key = job.mode.kind === 'ended' ? job.problem.id : keyOf(job.problem, job.mode);
    const group = groups.get(key);
    if (group) group.push(job);
    else groups.set(key, [job]);
  }
  return [...groups.values()];
}

/** Greedy thoughts that end earlier are the beginning of those that end later, so they are put back and not thought again. */
async function runTogether(running: Running, [last, ...earlier]: Group): Promise<void> {
  const events = await runOne(running, last, requestOf(running, last), earlier.length > 0);
  for (const job of earlier) {
    if (running.signal.aborted) return;
    const own = requestOf(running, job);
    const thoughts = thoughtsUpTo(events, job.thinking ?? 0);
    const { thinking: _, ...budgets } = own.budgets ?? {};
    const request: RunRequest = thoughts === null || thoughts === '' ? own : { ...own, budgets: { ...budgets, thinking: 0 }, resume: { parent: last.problem.id, thoughts, answer: '', into: 'thinking', cutOff: true } };
    await runOne(running, job, request, false);
  }
}

/** Its events, without the text where nobody needs it. */
async function runOne({ client, folder, each, signal }: Running, job: Job, request: RunRequest, withText: boolean): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  await client.run(request, (batch) => void events.push(...batch.filter(({ type }) => withText || type !== 'tokens')), signal);
  const result = resultOf(folder.fingerprint, job, request.run, events);
  // Thoughts that were put back are not charged, and were had all the same.
  if (result) each(request.resume ? { ...result, thinking: job.thinking ?? result.thinking } : result);
  return events;
}

function requestOf({ folder, contextLength }: Running, job: Job): RunRequest {
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
