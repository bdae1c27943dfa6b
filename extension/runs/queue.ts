/** Who may run now: a fixed number of places, the most urgent waiter first. The order among equals is the order of arrival. */
import { priorities, type Priority } from './service.ts';

interface Waiter {
  readonly rank: number;
  readonly enter: () => void;
  readonly onPosition: (position: number) => void;
}

export class RunQueue {
  readonly #places: number;
  #busy = 0;
  readonly #waiting: Waiter[] = [];

  constructor(places: number) {
    this.#places = places;
  }

  /** Runs waiting or running. */
  get length(): number {
    return this.#busy + this.#waiting.length;
  }

  /**
   * Resolves with a function that gives the place back. `onPosition` hears how many runs are before this one, whenever that changes.
   * Rejects with an AbortError when the signal fires first.
   */
  async enter(priority: Priority, signal: AbortSignal, onPosition: (position: number) => void): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#busy < this.#places) {
      this.#busy += 1;
      return this.#leaveOnce();
    }
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        this.#tellPositions();
        reject(new DOMException('The run left the queue.', 'AbortError'));
      };
      const waiter: Waiter = {
        rank: priorities[priority],
        onPosition,
        enter: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      const after = this.#waiting.findIndex((other) => other.rank > waiter.rank);
      this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, waiter);
      this.#tellPositions();
    });
    return this.#leaveOnce();
  }

  #leaveOnce(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      // The place passes on without being free in between, so that no newcomer overtakes.
      if (next) next.enter();
      else this.#busy -= 1;
      this.#tellPositions();
    };
  }

  #tellPositions(): void {
    this.#waiting.forEach((waiter, index) => waiter.onPosition(index + this.#busy));
  }
}
