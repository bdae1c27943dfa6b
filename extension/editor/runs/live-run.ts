/** One run as the host knows it: its events and what they fold to. */
import { randomUUID } from 'node:crypto';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { RunRequest } from '../../runs/service.ts';
import type { Outcome, RunEvent } from '../../trace/events.ts';
import { emptyView, foldEvents } from '../../trace/fold.ts';
import type { RunView } from '../../trace/view.ts';
import type { Origin } from './question.ts';
import type { Ask } from './requests.ts';

export class LiveRun {
  readonly request: RunRequest;
  readonly origin: Origin | null;
  /** What was asked; null for a run that goes on from another. */
  readonly ask: Ask | null;
  /** The run of another model that was asked the same because this answer was not sure enough. Set before this one counts as ended. */
  next: LiveRun | null = null;
  readonly cancel = new AbortController();
  readonly ended: Promise<Outcome>;
  #view: RunView;
  #events: RunEvent[] = [];
  #end: (outcome: Outcome) => void = () => undefined;

  constructor(request: RunRequest, origin: Origin | null, ask: Ask | null = null) {
    this.request = request;
    this.origin = origin;
    this.ask = ask;
    this.#view = emptyView(request.run);
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get run(): string {
    return this.request.run;
  }

  get view(): RunView {
    return this.#view;
  }

  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** The last run of the question: this one, or the one it was handed on to. */
  async settled(): Promise<LiveRun> {
    await this.ended;
    return this.next ? this.next.settled() : this;
  }

  get live(): boolean {
    return this.#view.outcome === null;
  }

  take(events: readonly RunEvent[]): void {
    this.#events.push(...events);
    this.#view = foldEvents(this.#view, events);
  }

  /** Settle `ended`. A service that gave no `ended` event (it was lost, or refused to start) leaves the two events here. */
  settle(outcome: Outcome | null, error?: unknown): readonly RunEvent[] {
    const missing = this.#view.outcome === null ? this.#lastWords(outcome ?? 'failed', error) : [];
    this.take(missing);
    this.#end(this.#view.outcome ?? 'failed');
    return missing;
  }

  #lastWords(outcome: Outcome, error: unknown): RunEvent[] {
    const { run, lastSeq, elapsedMs, usage } = this.#view;
    const stamp = { run, at: elapsedMs };
    const ended = { ...stamp, type: 'ended', outcome, usage, elapsedMs } as const;
    if (error === undefined) return [{ ...ended, seq: lastSeq + 1 }];
    const { reason, message } = ReasoningError.from(error);
    return [
      { ...stamp, seq: lastSeq + 1, type: 'error', reason, message },
      { ...ended, seq: lastSeq + 2 },
    ];
  }
}

export function newRunId(): string {
  return randomUUID();
}
