/**
 * The recording of one run: an append-only file, one event a line, written before anybody is shown the event.
 *
 * Writing is synchronous, so that order and "written first" need no queue; a batch (16 ms of a run) is one write. When writing fails,
 * recording stops with one notice and the run goes on. Notices of our own take a place in the log: events after them move up by one.
 */
import { join } from 'node:path';
import type { RunEvent } from '../events.ts';
import { Condenser } from './condense.ts';
import type { TraceDisk } from './disk.ts';
import { traceFileName } from './names.ts';
import { traceDeleted, traceLimit, writeProblem, type RecordingNotice } from './problems.ts';

export interface RecordingOptions {
  readonly folder: string;
  readonly run: string;
  readonly maxFileBytes: number;
  readonly disk: TraceDisk;
  readonly now: () => Date;
}

export class RunRecording {
  readonly run: string;
  readonly #options: RecordingOptions;
  #file: { readonly name: string; readonly descriptor: number } | null = null;
  #bytes = 0;
  #condenser: Condenser | null = null;
  #closed = false;
  /** Said with the next batch. */
  #unsaid: RecordingNotice | null = null;
  #noticesAdded = 0;

  constructor(options: RecordingOptions) {
    this.run = options.run;
    this.#options = options;
  }

  /** Name of the file once there is one. */
  get fileName(): string | null {
    return this.#file?.name ?? null;
  }

  /** Write a batch. Returns the events to show: the batch, with the recording's own notices in their places. Never throws. */
  record(batch: readonly RunEvent[]): readonly RunEvent[] {
    const first = batch[0];
    const last = batch.at(-1);
    if (!first || !last) return [];
    const shown: RunEvent[] = [];

    if (this.#unsaid) {
      shown.push(this.#notice(first.seq, first.at, this.#unsaid));
      this.#unsaid = null;
    }
    let events = this.#moved(batch);
    let bytes = this.#closed ? empty : encode(this.#condenser?.condense(events) ?? events);
    if (!this.#closed && !this.#condenser && this.#bytes + bytes.length > this.#options.maxFileBytes) {
      // From here on only what is small is written, and the log says so at this very place.
      this.#condenser = new Condenser();
      const notice = this.#notice(first.seq, first.at, traceLimit(this.#options.maxFileBytes));
      shown.push(notice);
      events = this.#moved(batch);
      bytes = encode([notice, ...this.#condenser.condense(events)]);
    }
    const failure = this.#write(bytes);
    shown.push(...events);
    // Nothing can be written after a failure, so its notice is only shown.
    if (failure) shown.push(this.#notice(last.seq + 1, last.at, failure));
    return shown;
  }

  /** Stop recording because the trace was deleted. The next batch carries the notice. */
  abandon(): void {
    if (this.#closed) return;
    this.#shut();
    this.#unsaid = traceDeleted;
  }

  /** Finish the file. Safe to call twice. */
  close(): void {
    if (!this.#closed && this.#condenser) this.#write(encode(this.#condenser.flush()));
    this.#shut();
  }

  /** Events with the numbers they have after the notices that came before them. */
  #moved(events: readonly RunEvent[]): readonly RunEvent[] {
    const added = this.#noticesAdded;
    return added === 0 ? events : events.map((event) => ({ ...event, seq: event.seq + added }));
  }

  #notice(seq: number, at: number, notice: RecordingNotice): RunEvent {
    const place = seq + this.#noticesAdded;
    this.#noticesAdded += 1;
    return { run: this.run, seq: place, at, type: 'notice', ...notice };
  }

  /** Write, or say why not. After a failure the file stays as it is: a torn last line is legal. */
  #write(bytes: Uint8Array): RecordingNotice | null {
    if (this.#closed || bytes.length === 0) return null;
    const { disk, folder } = this.#options;
    try {
      this.#file ??= this.#create();
      disk.append(this.#file.descriptor, bytes);
      this.#bytes += bytes.length;
      return null;
    } catch (error) {
      this.#shut();
      return writeProblem(error, folder);
    }
  }

  #create(): { name: string; descriptor: number } {
    const { disk, folder, now } = this.#options;
    const name = traceFileName(this.run, now());
    disk.makeFolder(folder);
    return { name, descriptor: disk.create(join(folder, name)) };
  }

  #shut(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#file) return;
    try {
      this.#options.disk.close(this.#file.descriptor);
    } catch {
      // Everything was written by its own call; a failing close can lose nothing more.
    }
  }
}

const empty = new Uint8Array(0);

function encode(events: readonly RunEvent[]): Uint8Array {
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''), 'utf8');
}
