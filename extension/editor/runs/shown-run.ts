/**
 * Which runs are in front of the person: the latest one or one out of the history, alone or with a second one beside it. Commands such as
 * Export act on the first.
 */
import * as vscode from 'vscode';
import type { RunEvent } from '../../trace/events.ts';
import { emptyView, foldEvents } from '../../trace/fold.ts';
import type { RunView } from '../../trace/view.ts';
import type { RunController } from './controller.ts';

/** A run of this session, or one that was read back. */
interface Shown {
  readonly run: string;
  readonly view: RunView;
  readonly events: readonly RunEvent[];
  readonly live: boolean;
}

function recorded(events: readonly RunEvent[]): Shown | null {
  const [first] = events;
  return first ? { run: first.run, view: foldEvents(emptyView(first.run), events), events, live: false } : null;
}

export class ShownRun implements vscode.Disposable {
  readonly #controller: RunController;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  /** Null: the latest. */
  #first: Shown | null = null;
  #second: Shown | null = null;
  /** Of two runs that were asked together the person wants to see one. */
  #alone = false;
  /** Another run is shown now. */
  readonly onDidChange = this.#changed.event;

  constructor(controller: RunController) {
    this.#controller = controller;
    let { current } = controller;
    this.#watch = controller.onTurn(() => {
      // A run that starts is what the person wants to see; one that ends while another is looked at is not.
      if (controller.current !== current) this.showLatest();
      ({ current } = controller);
    });
  }

  get view(): RunView | null {
    return this.#shown?.view ?? null;
  }

  /** The run beside it. */
  get other(): RunView | null {
    return this.#other?.view ?? null;
  }

  /** All events of a run that has ended, so that it can be replayed; null of one that is going on. */
  get events(): readonly RunEvent[] | null {
    const shown = this.#shown;
    return shown && !shown.live ? shown.events : null;
  }

  get isLive(): boolean {
    return this.#shown?.live === true;
  }

  get isOtherLive(): boolean {
    return this.#other?.live === true;
  }

  showLatest(): void {
    this.#first = null;
    this.#second = null;
    this.#alone = false;
    this.#changed.fire();
  }

  /** Show a run of this session alone. */
  showCurrent(run: string): void {
    const found = this.#controller.current.find((each) => each.run === run);
    if (found) this.#show(found);
  }

  showRecorded(events: readonly RunEvent[]): void {
    const read = recorded(events);
    if (read) this.#show(read);
  }

  /** Put a second run beside the one shown: one of this session, or its recording. */
  compareWith(run: string, events: readonly RunEvent[]): void {
    const second = this.#controller.current.find((each) => each.run === run) ?? recorded(events);
    if (!second || second.run === this.#shown?.run) return;
    // What is shown stays, even when another run becomes the latest.
    this.#first = this.#shown;
    this.#second = second;
    this.#changed.fire();
  }

  /** Show the first of the two alone again. */
  closeComparison(): void {
    const shown = this.#shown;
    if (shown && this.#other) this.#show(shown);
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }

  get #shown(): Shown | null {
    return this.#first ?? this.#controller.latest;
  }

  get #other(): Shown | null {
    if (this.#second) return this.#second;
    return this.#first === null && !this.#alone ? (this.#controller.current[1] ?? null) : null;
  }

  #show(run: Shown): void {
    this.#first = run === this.#controller.latest ? null : run;
    this.#second = null;
    this.#alone = true;
    this.#changed.fire();
  }
}
