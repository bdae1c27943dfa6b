/**
 * The viewer's copy of the host's state. Events are checked, folded when they follow on from what is known, and dropped when they belong
 * to another run. A gap means this copy cannot be trusted any more: it asks for a new snapshot and waits for it.
 */
import * as v from 'valibot';
import type { RunEvent } from '../extension/trace/events.ts';
import { emptyView, foldEvent } from '../extension/trace/fold.ts';
import { eventsToViewerSchema, type PanelState, type RelatedRun, type RunSummary, type ToViewer } from '../extension/trace/messages.ts';
import type { RunView } from '../extension/trace/view.ts';
import type { Post } from './host.ts';

export interface Session {
  readonly view: RunView | null;
  /** The run shown beside it. */
  readonly other: RunView | null;
  /** What goes on from the run shown, and what it goes on from. */
  readonly related: readonly RelatedRun[];
  /** Every event of the run shown, when the host sent them; for replay. */
  readonly events: readonly RunEvent[] | null;
  readonly panel: PanelState | null;
  readonly history: readonly RunSummary[];
  /** When the last event arrived, on the page's clock. */
  readonly lastArrival: number;
  receive(message: unknown): void;
}

export interface SessionListener {
  /** Something to draw changed. */
  onChange(): void;
  /** A new snapshot: `events` may be another array, the run another run. */
  onSnapshot(): void;
  onStatus(status: Extract<ToViewer, { type: 'status' }>): void;
  onFocusAsk(): void;
}

const kinds: readonly string[] = ['snapshot', 'events', 'panel', 'history', 'related', 'status', 'focusAsk'] satisfies ToViewer['type'][];

/** Only the kind is checked: all but the events is the host's own typed data. Other scripts' messages fall through here. */
function isToViewer(message: unknown): message is ToViewer {
  return typeof message === 'object' && message !== null && 'type' in message && typeof message.type === 'string' && kinds.includes(message.type);
}

export function createSession(post: Post, listener: SessionListener): Session {
  let view: RunView | null = null;
  let other: RunView | null = null;
  let related: readonly RelatedRun[] = [];
  let events: RunEvent[] | null = null;
  let panel: PanelState | null = null;
  let history: readonly RunSummary[] = [];
  let lastArrival = 0;
  let awaitingSnapshot = false;

  /** A run with the events that follow on; a gap ends it there, and asks for a new snapshot. */
  const follow = (known: RunView, more: readonly RunEvent[]): RunView => {
    let next = known;
    for (const event of more) {
      if (event.run !== next.run || event.seq <= next.lastSeq) continue;
      if (event.seq > next.lastSeq + 1) {
        awaitingSnapshot = true;
        post({ type: 'ready' });
        break;
      }
      next = foldEvent(next, event);
    }
    return next;
  };

  const receiveEvents = (message: unknown): void => {
    const parsed = v.safeParse(eventsToViewerSchema, message);
    if (!parsed.success || awaitingSnapshot) return;
    const { run } = parsed.output;
    if (view === null && parsed.output.events[0]?.seq === 0) view = emptyView(run);
    if (view?.run === run) {
      view = follow(view, parsed.output.events);
      events?.push(...parsed.output.events.filter(({ seq }) => seq > (events?.at(-1)?.seq ?? -1) && seq <= (view?.lastSeq ?? -1)));
    } else if (other?.run === run) other = follow(other, parsed.output.events);
    else return;
    lastArrival = performance.now();
    listener.onChange();
  };

  const receive = (message: unknown): void => {
    if (!isToViewer(message)) return;
    switch (message.type) {
      case 'snapshot':
        if (message.view?.run !== view?.run) related = [];
        ({ view, other, panel, history } = message);
        events = message.events === null ? null : [...message.events];
        awaitingSnapshot = false;
        lastArrival = performance.now();
        listener.onSnapshot();
        listener.onChange();
        return;
      case 'events':
        return receiveEvents(message);
      case 'panel':
        panel = message.panel;
        return listener.onChange();
      case 'history':
        history = message.history;
        return listener.onChange();
      case 'related':
        if (message.run === view?.run) ({ related } = message);
        return listener.onChange();
      case 'status':
        return listener.onStatus(message);
      case 'focusAsk':
        return listener.onFocusAsk();
      default:
        return message satisfies never;
    }
  };

  return {
    get view() {
      return view;
    },
    get other() {
      return other;
    },
    get related() {
      return related;
    },
    get events() {
      return events;
    },
    get panel() {
      return panel;
    },
    get history() {
      return history;
    },
    get lastArrival() {
      return lastArrival;
    },
    receive,
  };
}
