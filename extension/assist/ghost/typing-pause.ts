/**
 * How long to wait after a keystroke before asking: long enough to tell a pause from typing, by the person's own cadence, and longer where a
 * request is slow, because one that is typed over was wasted. All figures in milliseconds.
 */

/** A gap this many times the usual one between two keys is a pause. */
const PAUSE_IN_GAPS = 1.5;
/** Share of the usual time to an answer that is waited on top. */
const SHARE_OF_LATENCY = 0.25;
/** Before anything has been seen: somebody who types 50 words a minute. */
const FIRST_GAP = 180;
const LONGEST_GAP = 1000;
/** Weight of the newest figure in the running means. */
const NEWEST = 0.2;

export interface PauseLimits {
  readonly least: number;
  readonly most: number;
}

/** A model on this machine is kept busy by what is typed over; a server far away answers late anyway. */
export const pauseLimits: Readonly<Record<'local' | 'remote', PauseLimits>> = { local: { least: 120, most: 800 }, remote: { least: 75, most: 600 } };

export class TypingPause {
  #gap = FIRST_GAP;
  #latency = 0;
  #last: number | null = null;

  /** A key was pressed at `now`. Gaps long enough to have been pauses say nothing about typing. */
  typed(now: number): void {
    const gap = this.#last === null ? null : now - this.#last;
    this.#last = now;
    if (gap !== null && gap > 0 && gap < LONGEST_GAP) this.#gap += NEWEST * (gap - this.#gap);
  }

  /** A request took so long to its first line. */
  answered(latency: number): void {
    this.#latency = this.#latency === 0 ? latency : this.#latency + NEWEST * (latency - this.#latency);
  }

  delay({ least, most }: PauseLimits): number {
    return Math.min(most, Math.max(least, PAUSE_IN_GAPS * this.#gap + SHARE_OF_LATENCY * this.#latency));
  }
}
