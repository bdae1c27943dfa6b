/** One line of the history, from the ends of a trace file or from its events. */
import { open } from 'node:fs/promises';
import type { RunEvent, RunEventOf } from '../events.ts';
import type { RunSummary } from '../messages.ts';
import { readLine } from './parse.ts';
import type { TraceProblem } from './problems.ts';
import { readEnds, readProblem, readTrace } from './reader.ts';
import { said } from '../said.ts';

/** Lines looked at for the start of a run; only places in the queue come before it. */
const LINES_BEFORE_START = 100;

/** The summary of a trace file, or why there is none. Never throws. */
export async function summarizeFile(path: string): Promise<RunSummary | TraceProblem> {
  try {
    const file = await open(path, 'r');
    try {
      const { head, tail } = await readEnds(file, (await file.stat()).size);
      const started = findStarted(head);
      const last = tail.at(-1);
      const ended = last === undefined ? undefined : readLine(last, undefined).event;
      if (started && ended?.type === 'ended') return summary(started, ended.outcome, ended.usage.thinking, ended.usage.solution);
    } finally {
      await file.close();
    }
  } catch (error) {
    return readProblem(error);
  }
  // Interrupted, live or damaged: the counts are spread over the whole file.
  const { events, problem } = await readTrace(path);
  return summarizeEvents(events) ?? problem ?? neverStarted(events);
}

/** The summary of a run so far, or null before it has started. */
export function summarizeEvents(events: readonly RunEvent[]): RunSummary | null {
  const started = events.find((event) => event.type === 'started');
  if (!started) return null;
  const ended = events.at(-1);
  if (ended?.type === 'ended') return summary(started, ended.outcome, ended.usage.thinking, ended.usage.solution);
  return summary(started, null, modelTokens(events, 'thinking'), modelTokens(events, 'solving'));
}

/** A model that is not there, or a prompt that does not fit: the log says why, but not yet what was asked of whom. */
function neverStarted(events: readonly RunEvent[]): TraceProblem {
  const error = events.find((event) => event.type === 'error');
  return { code: 'never-started', message: error ? said('This run ended before it had started. {0}', error.message) : said('This run ended before it had started.') };
}

function findStarted(head: readonly string[]): RunEventOf<'started'> | null {
  for (const line of head.slice(0, LINES_BEFORE_START)) {
    const { event } = readLine(line, undefined);
    if (!event) return null;
    if (event.type === 'started') return event;
  }
  return null;
}

function modelTokens(events: readonly RunEvent[], phase: 'thinking' | 'solving'): number {
  let tokens = 0;
  for (const event of events) {
    if (event.type === 'tokens' && event.source === 'model' && event.phase === phase) tokens += event.count;
  }
  return tokens;
}

function summary(started: RunEventOf<'started'>, outcome: RunSummary['outcome'], thinkingTokens: number, solutionTokens: number): RunSummary {
  return {
    run: started.run,
    time: started.time,
    question: started.task.question,
    model: started.model.name,
    effort: started.effort,
    outcome,
    thinkingTokens,
    solutionTokens,
    ...(started.parent === undefined ? {} : { parent: started.parent }),
  };
}
