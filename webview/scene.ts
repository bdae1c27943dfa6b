/** What there is to draw at one moment, and the shape of everything that draws a part of it. */
import type { PanelState, RelatedRun, RunSummary } from '../extension/trace/messages.ts';
import type { RunView } from '../extension/trace/view.ts';

export interface Scene {
  readonly view: RunView | null;
  /** A second run, shown beside it. */
  readonly other: RunView | null;
  readonly related: readonly RelatedRun[];
  readonly panel: PanelState | null;
  readonly history: readonly RunSummary[];
  /** The run shown is the one going on now. */
  readonly live: boolean;
  /** A recording that ends before the run did: the editor or the engine was gone. */
  readonly interrupted: boolean;
  /** Milliseconds since the last event of the live run arrived; 0 otherwise. */
  readonly sinceLastEvent: number;
  /** Milliseconds since an event of any run arrived. */
  readonly sinceArrival: number;
  /** The scene is a moment of a replay, not the end of what is known. */
  readonly replaying: boolean;
}

export interface Part {
  readonly element: HTMLElement;
  draw(scene: Scene): void;
}

/** A part of the run area: drawn only while there is a run to show. */
export interface RunPart {
  readonly element: HTMLElement;
  draw(view: RunView, scene: Scene): void;
}
