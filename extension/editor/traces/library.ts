/** The recorded runs, in VS Code's own storage: the store is loaded on first use and follows the retention settings. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { RunEvent } from '../../trace/events.ts';
import type { RunSummary } from '../../trace/messages.ts';
import type { TraceStore } from '../../trace/store/store.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import { retold } from '../retold.ts';

export class TraceLibrary implements vscode.Disposable {
  readonly folder: string;
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  #store: Promise<TraceStore> | null = null;
  #omitted: string | null = null;
  /** Runs were added or deleted. */
  readonly onDidChange = this.#changed.event;

  constructor(storage: vscode.Uri, settings: Settings, log: Log) {
    this.folder = join(storage.fsPath, 'traces');
    this.#settings = settings;
    this.#log = log;
    this.#watch = settings.onDidChange(['traces.maxRuns', 'traces.maxMegabytes'], () => (this.#store = null));
  }

  /** Ask for it anew for each run: after a change of the limits it is another one. */
  store(): Promise<TraceStore> {
    this.#store ??= this.#open();
    return this.#store;
  }

  async history(): Promise<readonly RunSummary[]> {
    const { runs, unreadable } = await (await this.store()).list();
    for (const { run, problem } of unreadable) this.#log.debug(`trace ${run} is not listed: ${problem.message}`);
    // A run that failed before it began has nothing to show, and it said so when it failed.
    this.#omitted = omittedText(unreadable.filter(({ problem }) => problem.code !== 'never-started').map(({ problem }) => retold(problem.message)));
    return runs;
  }

  /** One sentence about the traces that the history last read had to leave out; null when it left out none. */
  get omitted(): string | null {
    return this.#omitted;
  }

  /** The events of a recorded run. What could be read is given; a file that tells nothing is refused with its sentence. */
  async read(run: string): Promise<readonly RunEvent[]> {
    const { events, problem } = await (await this.store()).open(run);
    return readable(events, problem?.message);
  }

  async delete(run: string): Promise<void> {
    await (await this.store()).delete(run);
    this.#changed.fire();
  }

  async deleteAll(): Promise<number> {
    const deleted = await (await this.store()).deleteAll();
    this.#changed.fire();
    return deleted;
  }

  /** A run has ended, so the history is another one. */
  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }

  async #open(): Promise<TraceStore> {
    const { TraceStore } = await import('../../trace/store/store.ts');
    const limits = { maxRuns: this.#settings.get('traces.maxRuns'), maxTotalBytes: this.#settings.get('traces.maxMegabytes') * 1024 * 1024 };
    return new TraceStore({ folder: this.folder, limits });
  }
}

/** Read a trace file from anywhere. */
export async function readTraceFile(path: string): Promise<readonly RunEvent[]> {
  const { readTrace } = await import('../../trace/store/reader.ts');
  const { events, problem } = await readTrace(path);
  return readable(events, problem?.message);
}

function readable(events: readonly RunEvent[], problem: string | undefined): readonly RunEvent[] {
  if (events.length > 0) return events;
  throw new ReasoningError('bad-request', problem ?? vscode.l10n.t('There is nothing in this trace.'));
}

function omittedText([first, ...others]: readonly string[]): string | null {
  if (first === undefined) return null;
  return others.length === 0 ? vscode.l10n.t('1 trace cannot be read: {0}', first) : vscode.l10n.t('{0} traces cannot be read: {1}', others.length + 1, first);
}
