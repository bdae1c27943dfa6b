/**
 * Follows a run over a server with a reader on this machine: the thoughts are cut into pieces as they come, each is read, and what the reader's inner state does
 * is told as signals of the run. Experimental: it tells of the reader, not of the model that thinks, and nothing is decided by it.
 */
import { figure } from '../../reasoning/signals/figure.ts';
import { trajectoryChunk } from '../../reasoning/signals/scales.ts';
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { RunEvent, UnstampedEvent } from '../../trace/events.ts';
import { said } from '../../trace/said.ts';
import type { EventListener, ModelRef, RunRequest } from '../service.ts';
import type { ReadAnswer, ReadRequest, ThoughtReader } from './reader.ts';

export interface FollowingParts {
  readonly request: RunRequest;
  readonly by: ModelRef;
  readonly reader: ThoughtReader;
  readonly onEvents: EventListener;
  /** Stop of the run. */
  readonly signal: AbortSignal;
  /** Milliseconds that the end of the run waits for the reader, at the most. */
  readonly lastWaitMs?: number | undefined;
}

interface Piece {
  readonly part: 'piece' | 'rest';
  readonly text: string;
  readonly atToken: number;
}

/** Characters of a token, about. The reader has another tokenizer than the model that thinks, so pieces are cut by characters. */
const CHARACTERS = 4;
/** Thinking tokens of a run whose budget is not known. */
const USUAL = 2048;
/** The answer is there, and nobody wants to wait for a chart. */
const LAST_WAIT_MS = 3000;
/** Places before the figures say anything, as for a model's own states. */
const STEPS_TO_DECIDE = 5;

export class Following {
  readonly #parts: FollowingParts;
  readonly #stop = new AbortController();
  #added = 0;
  #last = { seq: -1, at: 0 };
  #ended: RunEvent | null = null;
  #size = trajectoryChunk(USUAL) * CHARACTERS;
  #text = '';
  #tokens = 0;
  #pieces: Piece[] = [];
  #reading: Promise<void> | null = null;
  #over = false;
  #told = false;

  constructor(parts: FollowingParts) {
    this.#parts = parts;
    parts.signal.addEventListener('abort', () => this.#stop.abort(), { once: true });
  }

  /** The run's own events pass through; its end is kept until the reader is done. */
  take(events: readonly RunEvent[]): void {
    for (const event of events) this.#see(event);
    const passed = events.filter((event) => event.type !== 'ended').map((event) => ({ ...event, seq: event.seq + this.#added }));
    this.#ended = events.find((event) => event.type === 'ended') ?? this.#ended;
    const last = passed.at(-1);
    if (!last) return;
    this.#last = { seq: last.seq, at: last.at };
    this.#parts.onEvents(passed);
  }

  /** After the run's last event. */
  async finish(): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), this.#parts.lastWaitMs ?? LAST_WAIT_MS);
    while (this.#reading) await this.#reading;
    clearTimeout(timer);
    if (this.#stop.signal.aborted && !this.#parts.signal.aborted && !this.#over) this.#tell({ type: 'notice', code: 'thoughts-read-late', message: said('{0} did not keep up with the thoughts; what it had not read is left out.', this.#parts.by.name) });
    this.#over = true;
    // Whether it is let go now or with the process makes no difference to the run.
    void this.#ask({ part: 'close', text: '' }, new AbortController().signal).catch(() => undefined);
    if (this.#ended) this.#parts.onEvents([{ ...this.#ended, seq: this.#ended.seq + this.#added }]);
  }

  #see(event: RunEvent): void {
    if (event.type === 'started') {
      this.#size = trajectoryChunk(event.budgets.thinking || USUAL) * CHARACTERS;
      // Loading the reader takes a while, so it begins before there is anything to read.
      this.#give({ part: 'piece', text: '', atToken: 0 });
    }
    if (event.type === 'tokens' && event.phase === 'thinking') {
      this.#text += event.text;
      if (event.source === 'model') this.#tokens += event.count;
      this.#cut();
    }
    if (event.type === 'phase' && event.from === 'thinking' && this.#text.trim() !== '') this.#give({ part: 'rest', text: this.#text, atToken: this.#tokens });
  }

  /** Pieces of about equal length that end where a word does. */
  #cut(): void {
    for (;;) {
      const end = this.#text.slice(this.#size).search(/\s/);
      if (this.#text.length <= this.#size || end < 0) return;
      this.#give({ part: 'piece', text: this.#text.slice(0, this.#size + end), atToken: this.#tokens });
      this.#text = this.#text.slice(this.#size + end);
    }
  }

  #give(piece: Piece): void {
    if (this.#over) return;
    this.#pieces.push(piece);
    this.#reading ??= this.#readAll().finally(() => (this.#reading = null));
  }

  async #readAll(): Promise<void> {
    for (let piece = this.#pieces.shift(); piece && !this.#over; piece = this.#pieces.shift()) {
      try {
        this.#show(await this.#ask(piece, this.#stop.signal), piece);
      } catch (error) {
        if (isCancellation(error)) return;
        this.#giveUp(ReasoningError.from(error).message);
      }
    }
  }

  #ask({ part, text }: Pick<ReadRequest, 'part' | 'text'>, signal: AbortSignal): Promise<ReadAnswer> {
    const { request, by, reader } = this.#parts;
    return reader.read({ reading: request.run, model: by, question: request.question, ...(request.context ? { context: request.context } : {}), part, text }, signal);
  }

  #show({ figures, steps, full }: ReadAnswer, { atToken }: Piece): void {
    const { by, request } = this.#parts;
    if (full) return this.#giveUp(said('Its context is full.'));
    if (!figures) return;
    if (!this.#told) this.#tell({ type: 'notice', code: 'thoughts-read', message: said('Experimental: {0}, on this machine, reads the thoughts of {1}, and the figures named after it say where its own inner state goes. They tell of the reader, not of the model that thinks, and decide nothing.', by.name, request.model.name) });
    this.#told = true;
    const { net, netNeutral, aligned, medianStep } = figures;
    const early = steps < STEPS_TO_DECIDE ? { early: true as const } : {};
    const signal = (what: string, value: number | null, baseline: number): UnstampedEvent =>
      ({ type: 'signal', signal: said('experimental, by {0}: {1}', by.name, what), atToken, value: value === null ? null : figure(value), ...(value === null ? { reason: said('the state did not move') } : early), baseline: figure(baseline) });
    this.#tell(
      signal(said('net drift'), net, medianStep / Math.sqrt(steps)),
      signal(said('alignment'), aligned, 1 / Math.sqrt(steps)),
      signal(said('net drift, length taken out'), netNeutral, 1),
    );
  }

  #giveUp(why: string): void {
    this.#over = true;
    this.#pieces = [];
    this.#tell({ type: 'notice', code: 'thoughts-not-read', message: said('{0} reads the thoughts no further. {1}', this.#parts.by.name, why) });
  }

  /** Events of our own take the next numbers; the run's are numbered on from there. */
  #tell(...events: readonly UnstampedEvent[]): void {
    if (this.#last.seq < 0) return;
    const { run } = this.#parts.request;
    this.#parts.onEvents(events.map((event) => ({ ...event, run, seq: (this.#last = { ...this.#last, seq: this.#last.seq + 1 }).seq, at: this.#last.at }) as RunEvent));
    this.#added += events.length;
  }
}
