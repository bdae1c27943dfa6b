/** How much traces may take, and which files have to go when it is too much. */

export interface TraceLimits {
  /** Most runs kept. */
  readonly maxRuns: number;
  /** Most bytes of all runs together. */
  readonly maxTotalBytes: number;
  /** Bytes after which one run's trace leaves out the text of tokens. */
  readonly maxFileBytes: number;
}

export const defaultLimits: TraceLimits = { maxRuns: 200, maxTotalBytes: 200 * 1024 * 1024, maxFileBytes: 8 * 1024 * 1024 };

export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
}

/**
 * The files to delete so that the rest fits, oldest first. `files` are sorted newest first.
 * A file in `kept` (a live run) is never deleted, but it counts.
 */
export function filesToDelete(files: readonly StoredFile[], limits: TraceLimits, kept: ReadonlySet<string>): string[] {
  const doomed: string[] = [];
  let runs = files.length;
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of files.toReversed()) {
    if (runs <= limits.maxRuns && bytes <= limits.maxTotalBytes) break;
    if (kept.has(file.name)) continue;
    doomed.push(file.name);
    runs -= 1;
    bytes -= file.bytes;
  }
  return doomed;
}
