/**
 * Notices a process that has gone silent. Beats are counted, not seconds, so that a suspended computer does not count as silence;
 * and limits are generous, because native code may be busy for a long time without being able to answer.
 */
export interface HeartbeatOptions {
  readonly intervalMs: number;
  /** Beats without any word before the process is given up. May change while it runs. */
  readonly limit: () => number;
  /** Ask for a word. */
  readonly ping: () => void;
  readonly onSilence: (milliseconds: number) => void;
}

export class Heartbeat {
  #heard = true;
  #missed = 0;
  readonly #timer: NodeJS.Timeout;

  constructor({ intervalMs, limit, ping, onSilence }: HeartbeatOptions) {
    this.#timer = setInterval(() => {
      this.#missed = this.#heard ? 0 : this.#missed + 1;
      this.#heard = false;
      if (this.#missed >= limit()) onSilence(this.#missed * intervalMs);
      else ping();
    }, intervalMs);
    this.#timer.unref();
  }

  /** Any message counts as life. */
  heard(): void {
    this.#heard = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
