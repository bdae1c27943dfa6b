/** How a person reaches into a live run: commands wait here until the run takes them, and a waiting step is interrupted. */
import type { SteerCommand } from '../trace/events.ts';

export class RunControl {
  readonly #commands: SteerCommand[] = [];
  readonly #stop = new AbortController();
  #interrupt = new AbortController();

  /** When `outer` fires (the editor cancels), the run is stopped as if the person had pressed Stop. */
  constructor(outer: AbortSignal) {
    if (outer.aborted) this.post({ kind: 'stop' });
    else outer.addEventListener('abort', () => this.post({ kind: 'stop' }), { once: true });
  }

  post(command: SteerCommand): void {
    this.#commands.push(command);
    if (command.kind === 'stop') this.#stop.abort();
    this.#interrupt.abort();
  }

  /** The next command, oldest first; Stop overtakes all others. */
  take(): SteerCommand | undefined {
    const stop = this.#commands.findIndex((command) => command.kind === 'stop');
    const command = stop >= 0 ? this.#commands.splice(stop, 1)[0] : this.#commands.shift();
    if (this.#commands.length === 0 && this.#interrupt.signal.aborted) this.#interrupt = new AbortController();
    return command;
  }

  /** Fires when a command is waiting. Ask again after each `take`. */
  get interrupt(): AbortSignal {
    return this.#interrupt.signal;
  }

  /** Fires once the person pressed Stop, and stays so. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Resolves when a command is waiting. */
  async wait(): Promise<void> {
    const signal = this.#interrupt.signal;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
}
