/** A run as the host sees it: passes its events on, and can end it properly when the engine no longer can. */
import { performance } from 'node:perf_hooks';
import type { ReasoningError } from '../reasoning/errors.ts';
import type { EventListener } from '../runs/service.ts';
import type { Outcome, RunEvent, UnstampedEvent } from '../trace/events.ts';
import { emptyView, foldEvents } from '../trace/fold.ts';
import type { RunView } from '../trace/view.ts';

export class LiveRun {
  readonly run: string;
  readonly #listener: EventListener;
  readonly #begin = performance.now();
  #view: RunView;

  constructor(run: string, listener: EventListener) {
    this.run = run;
    this.#listener = listener;
    this.#view = emptyView(run);
  }

  get started(): boolean {
    return this.#view.started !== null;
  }

  /** The outcome once the `ended` event has been passed on. */
  get outcome(): Outcome | null {
    return this.#view.outcome;
  }

  /** Pass events of the engine on. Nothing follows an `ended`. */
  receive(events: readonly RunEvent[]): void {
    if (this.outcome) return;
    const own = events.filter((event) => event.run === this.run && event.seq > this.#view.lastSeq);
    if (own.length === 0) return;
    this.#remember(own);
    this.#listener(own);
  }

  /** End the run from here, with the next sequence numbers. An error is told; without one the run counts as stopped. */
  end(error?: ReasoningError): Outcome {
    if (this.outcome) return this.outcome;
    const at = Math.max(performance.now() - this.#begin, this.#view.elapsedMs);
    const outcome: Outcome = error ? 'failed' : 'stopped';
    const { phase, usage } = this.#view;
    const last: UnstampedEvent[] = [];
    if (error) last.push({ type: 'error', reason: error.reason, message: error.message });
    if (this.started && phase !== 'done') last.push({ type: 'phase', from: phase, to: 'done', reason: error ? 'failed' : 'stopped' });
    last.push({ type: 'ended', outcome, usage, elapsedMs: at });
    const seq = this.#view.lastSeq + 1;
    this.receive(last.map((event, i) => ({ ...event, run: this.run, seq: seq + i, at }) as RunEvent));
    return outcome;
  }

  /** What an end from here needs to know; text and lists are not kept. */
  #remember(events: readonly RunEvent[]): void {
    const { started, phase, usage, elapsedMs, lastSeq, outcome } = foldEvents(this.#view, events);
    this.#view = { ...emptyView(this.run), started, phase, usage, elapsedMs, lastSeq, outcome };
  }
}
