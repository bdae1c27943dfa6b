/** Time that passes only when nothing is left to do, so that waits can be tested and measured exactly. */
import { setImmediate as settled } from 'node:timers/promises';

interface Waiter {
  readonly at: number;
  readonly wake: () => void;
}

export class VirtualTime {
  now = 0;
  #waiters: Waiter[] = [];

  /** Rejects when the signal fires. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter);
        reject(new DOMException('Stopped.', 'AbortError'));
      };
      const waiter: Waiter = {
        at: this.now + milliseconds,
        wake: () => {
          signal.removeEventListener('abort', fail);
          resolve();
        },
      };
      if (signal.aborted) return fail();
      signal.addEventListener('abort', fail, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** Lets time pass up to `until`, waking whoever waits on the way. */
  async pass(until: number): Promise<void> {
    for (;;) {
      await settled();
      const next = this.#waiters.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#waiters = this.#waiters.filter((one) => one !== next);
      this.now = next.at;
      next.wake();
    }
    this.now = until;
  }
}
