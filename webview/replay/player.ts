/**
 * Replays a recorded run: the state at any point is the fold of the events before it. Views are immutable, so keeping one now and then
 * makes seeking back cheap.
 */
import type { RunEvent } from '../../extension/trace/events.ts';
import { emptyView, foldEvent } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';

const stride = 256;
/** A pause longer than this (a hold, a queue) is cut short: nobody wants to wait twice. */
const longestPause = 2000;

export interface Player {
  readonly length: number;
  /** How many events have been played. */
  readonly position: number;
  readonly playing: boolean;
  readonly view: RunView;
  play(): void;
  pause(): void;
  seek(position: number): void;
  setSpeed(speed: number): void;
  /** Move on to what is due `elapsed` milliseconds later. */
  advance(elapsed: number): void;
}

/** `final` is the state after all events, as the host has it: the end of a replay is what live showed. */
export function createPlayer(final: RunView, events: readonly RunEvent[]): Player {
  const { run } = final;
  /** Views at every `stride` events. */
  const marks: RunView[] = [emptyView(run)];
  let position = events.length;
  let view = final;
  let playing = false;
  let speed = 1;
  /** The replayed run's own clock. */
  let time = final.elapsedMs;

  const foldTo = (target: number): void => {
    const mark = Math.min(Math.floor(target / stride), marks.length - 1);
    if (target < position || mark * stride > position) {
      position = mark * stride;
      view = marks[mark] ?? emptyView(run);
    }
    while (position < target) {
      const event = events[position];
      if (!event) break;
      view = foldEvent(view, event);
      position += 1;
      if (position === marks.length * stride) marks.push(view);
    }
    if (position === events.length) view = final;
  };

  const seek = (target: number): void => {
    foldTo(Math.max(0, Math.min(events.length, Math.round(target))));
    time = events[position - 1]?.at ?? 0;
  };

  return {
    length: events.length,
    get position() {
      return position;
    },
    get playing() {
      return playing;
    },
    get view() {
      return view;
    },
    play: () => {
      if (position >= events.length) seek(0);
      playing = true;
    },
    pause: () => {
      playing = false;
    },
    seek,
    setSpeed: (next) => {
      speed = next;
    },
    advance: (elapsed) => {
      if (!playing) return;
      time += elapsed * speed;
      const next = events[position];
      if (next && next.at - time > longestPause) time = next.at - longestPause;
      let target = position;
      while ((events[target]?.at ?? Infinity) <= time) target += 1;
      foldTo(target);
      if (position >= events.length) playing = false;
    },
  };
}
