/** File names of traces: `<UTC time>-<run id>.jsonl`. The time comes first, so that names sort by age. */

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const FILE_NAME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-([A-Za-z0-9][A-Za-z0-9_-]{0,99})\.jsonl$/;

/** Whether a run id may become part of a file name: letters, digits, `-` and `_`, so no separators and no dots. */
export function isRunId(run: string): boolean {
  return RUN_ID.test(run);
}

/** The file name of a run begun at `time`. Colons and dots are not legal everywhere, so the time is written with dashes. */
export function traceFileName(run: string, time: Date): string {
  if (!isRunId(run)) throw new RangeError(`"${run}" is not a run id.`);
  return `${time.toISOString().replace(/[:.]/g, '-')}-${run}.jsonl`;
}

export interface TraceName {
  readonly run: string;
  /** ISO 8601 wall time at which recording began. */
  readonly time: string;
}

/** The run and time a file name tells, or null for a file that is not one of ours. */
export function parseTraceFileName(name: string): TraceName | null {
  const match = FILE_NAME.exec(name);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, millisecond, run] = match;
  return { run: run!, time: `${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z` };
}

/** A file this store may delete: a trace, or the leftover of one that was being written elsewhere (`.tmp`). */
export function isOwnFile(name: string): boolean {
  return parseTraceFileName(name.endsWith('.tmp') ? name.slice(0, -'.tmp'.length) : name) !== null;
}
