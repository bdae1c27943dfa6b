/** The folder of traces: recordings begin here, and here the history is listed, opened, deleted and kept within its limits. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunSummary } from '../messages.ts';
import { realDisk, type TraceDisk } from './disk.ts';
import { defaultLimits, filesToDelete, type StoredFile, type TraceLimits } from './limits.ts';
import { isOwnFile, parseTraceFileName } from './names.ts';
import type { ParsedTrace } from './parse.ts';
import { errorCode, type TraceProblem } from './problems.ts';
import { missingTrace, readTrace } from './reader.ts';
import { RunRecording } from './recording.ts';
import { summarizeFile } from './summary.ts';

export interface TraceStoreOptions {
  /** Absolute path. Made on the first recording, readable by its owner only. */
  readonly folder: string;
  readonly limits?: Partial<TraceLimits>;
  readonly disk?: TraceDisk;
  readonly now?: () => Date;
}

export interface History {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Traces that cannot be listed, with the reason. */
  readonly unreadable: readonly { readonly run: string; readonly time: string; readonly problem: TraceProblem }[];
}

/** Files read at the same time for the history. */
const PARALLEL = 8;

export class TraceStore {
  readonly folder: string;
  readonly #limits: TraceLimits;
  readonly #disk: TraceDisk;
  readonly #now: () => Date;
  readonly #live = new Set<RunRecording>();
  readonly #known = new Map<string, { readonly bytes: number; readonly changed: number; readonly entry: RunSummary | TraceProblem }>();

  constructor(options: TraceStoreOptions) {
    this.folder = options.folder;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#disk = options.disk ?? realDisk;
    this.#now = options.now ?? ((): Date => new Date());
  }

  /** Begin to record a run. Nothing is written before its first event. Give it back to `finish`. */
  begin(run: string): RunRecording {
    const recording = new RunRecording({ folder: this.folder, run, maxFileBytes: this.#limits.maxFileBytes, disk: this.#disk, now: this.#now });
    this.#live.add(recording);
    return recording;
  }

  /** The run has ended: close its file and make room for the next one. Never throws. */
  async finish(recording: RunRecording): Promise<void> {
    recording.close();
    this.#live.delete(recording);
    await this.prune().catch(() => 0); // The next run tries again.
  }

  /** All runs, newest first. Only files that changed since the last call are read again. */
  async list(): Promise<History> {
    const files = await this.#files();
    const entries = await inParallel(files, PARALLEL, async (file) => ({ file, entry: await this.#summarize(file) }));
    const names = new Set(files.map((file) => file.name));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);

    const runs: RunSummary[] = [];
    const unreadable: { run: string; time: string; problem: TraceProblem }[] = [];
    for (const { file, entry } of entries) {
      if ('run' in entry) runs.push(entry);
      else if (entry.code !== 'missing') unreadable.push({ ...parseTraceFileName(file.name)!, problem: entry });
    }
    return { runs, unreadable };
  }

  /** Read a run back. A run that is not there is a `missing` problem. */
  async open(run: string): Promise<ParsedTrace> {
    const file = (await this.#filesOf(run))[0];
    return file ? readTrace(join(this.folder, file.name)) : { events: [], torn: false, problem: missingTrace };
  }

  /** Delete one run; if it is live, its recording stops. False when there was none. */
  async delete(run: string): Promise<boolean> {
    for (const recording of this.#live) if (recording.run === run) recording.abandon();
    const files = await this.#filesOf(run);
    for (const file of files) await rm(join(this.folder, file.name), { force: true });
    return files.length > 0;
  }

  /** Delete every trace and leftover file; live runs go on unrecorded. Files that are not ours stay. Returns the runs deleted. */
  async deleteAll(): Promise<number> {
    for (const recording of this.#live) recording.abandon();
    this.#known.clear();
    let runs = 0;
    for (const name of await this.#names()) {
      if (!isOwnFile(name)) continue;
      await rm(join(this.folder, name), { force: true });
      if (parseTraceFileName(name)) runs += 1;
    }
    return runs;
  }

  /** Delete the oldest runs beyond the limits. Returns how many. */
  async prune(): Promise<number> {
    const live = new Set([...this.#live].map((recording) => recording.fileName).filter((name) => name !== null));
    const doomed = filesToDelete(await this.#files(), this.#limits, live);
    for (const name of doomed) await rm(join(this.folder, name), { force: true });
    return doomed.length;
  }

  async #summarize(file: DatedFile): Promise<RunSummary | TraceProblem> {
    const known = this.#known.get(file.name);
    if (known && known.bytes === file.bytes && known.changed === file.changed) return known.entry;
    const entry = await summarizeFile(join(this.folder, file.name));
    this.#known.set(file.name, { bytes: file.bytes, changed: file.changed, entry });
    return entry;
  }

  async #filesOf(run: string): Promise<DatedFile[]> {
    return (await this.#files()).filter((file) => parseTraceFileName(file.name)?.run === run);
  }

  /** The traces in the folder, newest first. */
  async #files(): Promise<DatedFile[]> {
    const names = (await this.#names()).filter((name) => parseTraceFileName(name)).sort().reverse();
    const files = await inParallel(names, PARALLEL, async (name): Promise<DatedFile | null> => {
      try {
        const { size, mtimeMs } = await stat(join(this.folder, name));
        return { name, bytes: size, changed: mtimeMs };
      } catch {
        return null; // Deleted by another window in between.
      }
    });
    return files.filter((file) => file !== null);
  }

  /** Plain files only: links are not followed, neither for reading nor for deleting. */
  async #names(): Promise<string[]> {
    try {
      const entries = await readdir(this.folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }
}

interface DatedFile extends StoredFile {
  /** Milliseconds since 1970. */
  readonly changed: number;
}

/** Map with at most `width` calls under way; results in order. */
async function inParallel<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}
