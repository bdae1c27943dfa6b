/** From the text of a trace file back to events. Pure; every line is checked against the schema. */
import * as v from 'valibot';
import { runEventSchema, TRACE_VERSION, type RunEvent } from '../events.ts';
import type { TraceProblem } from './problems.ts';
import { said } from '../said.ts';

export interface ParsedTrace {
  /** Everything before the first damaged line. */
  readonly events: readonly RunEvent[];
  /** True when the last line was cut short (the writer was interrupted) and has been left out. */
  readonly torn: boolean;
  readonly problem: TraceProblem | null;
}

export function parseTrace(text: string): ParsedTrace {
  const lines = text.split('\n');
  // A complete file ends in a newline; whatever comes after the last one is a line that was still being written.
  const unfinished = lines.pop() ?? '';
  const events: RunEvent[] = [];
  for (const [index, line] of lines.entries()) {
    const read = readLine(line, events.at(-1));
    if (read.newer !== undefined) return { events: [], torn: false, problem: newerVersion(read.newer) };
    if (!read.event) return { events, torn: false, problem: corruptLine(index + 1, events.length, read.why) };
    events.push(read.event);
  }
  let torn = false;
  if (unfinished !== '') {
    const read = readLine(unfinished, events.at(-1));
    if (read.newer !== undefined) return { events: [], torn: false, problem: newerVersion(read.newer) };
    if (read.event) events.push(read.event);
    else torn = true;
  }
  const problem: TraceProblem | null = events.length === 0 ? { code: 'empty', message: said('This trace is empty: the run was interrupted before anything was recorded.') } : null;
  return { events, torn, problem };
}

interface ReadLine {
  readonly event?: RunEvent;
  /** Version of the file, when this code is too old to read it. */
  readonly newer?: number;
  readonly why: string;
}

/** Read one line; `previous` is the event before it. */
export function readLine(line: string, previous: RunEvent | undefined): ReadLine {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return { why: said('it is not JSON') };
  }
  // Asked before anything else: a newer version may have changed every other field.
  const version = v.safeParse(startedVersionSchema, data);
  if (version.success && version.output.version > TRACE_VERSION) return { newer: version.output.version, why: 'newer' };
  const event = v.safeParse(runEventSchema, data);
  if (!event.success) return { why: said('it is not an event of this format') };
  if (previous && event.output.run !== previous.run) return { why: said('it belongs to another run') };
  if (previous && event.output.seq <= previous.seq) return { why: said('it is out of order') };
  return { event: event.output, why: '' };
}

const startedVersionSchema = v.object({ type: v.literal('started'), version: v.number() });

function newerVersion(version: number): TraceProblem {
  return { code: 'newer-version', message: said('This trace was written by a newer Reins (trace version {0}; this one reads up to {1}). Update Reins to open it. The file was not changed.', version, TRACE_VERSION) };
}

function corruptLine(line: number, readable: number, why: string): TraceProblem {
  const before = readable === 0 ? said('Nothing before it could be read.') : readable === 1 ? said('The event before it can be shown.') : said('The {0} events before it can be shown.', readable);
  return { code: 'corrupt', message: said('Line {0} of this trace is damaged ({1}), so it cannot be read beyond that line. {2}', line, why, before) };
}
