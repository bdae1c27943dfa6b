/** Which run is in front of the person: the latest one, or one out of the history. Commands such as Export act on this one. */
import * as vscode from 'vscode';
import type { RunEvent } from '../../trace/events.ts';
import { emptyView, foldEvents } from '../../trace/fold.ts';
import type { RunView } from '../../trace/view.ts';
import type { RunController } from './controller.ts';

interface Recorded {
  readonly view: RunView;
  readonly events: readonly RunEvent[];
}

export class ShownRun implements vscode.Disposable {
  readonly #controller: RunController;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  #recorded: Recorded | null = null;
  /** Another run is shown now. */
  readonly onDidChange = this.#changed.event;

  constructor(controller: RunController) {
    this.#controller = controller;
    let latest = controller.latest;
    this.#watch = controller.onTurn((run) => {
      // A run that starts is what the person wants to see; one that ends while another is looked at is not.
      if (run !== latest) this.showLatest();
      latest = run;
    });
  }

  get view(): RunView | null {
    return this.#recorded?.view ?? this.#controller.latest?.view ?? null;
  }

  /** All events of a run that has ended, so that it can be replayed; null of one that is going on. */
  get events(): readonly RunEvent[] | null {
    if (this.#recorded) return this.#recorded.events;
    const latest = this.#controller.latest;
    return latest && !latest.live ? latest.events : null;
  }

  get isLive(): boolean {
    return this.#recorded === null && this.#controller.live !== null;
  }

  showLatest(): void {
    this.#recorded = null;
    this.#changed.fire();
  }

  showRecorded(events: readonly RunEvent[]): void {
    const [first] = events;
    if (!first) return;
    this.#recorded = { view: foldEvents(emptyView(first.run), events), events };
    this.#changed.fire();
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }
}
