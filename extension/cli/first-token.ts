/** A sign of life while nothing comes: a model may load for long, and a server may be busy. */
import type { RunEvent } from '../trace/events.ts';

export interface FirstTokenWait {
  /** Look whether the wait is over. */
  see(events: readonly RunEvent[]): void;
  stop(): void;
}

/** Says once, after `milliseconds` without any text, that the first token is still awaited. */
export function awaitFirstToken(say: (sentence: string) => void, milliseconds = 10_000): FirstTokenWait {
  const since = performance.now();
  const timer = setTimeout(() => say(`still waiting for the first token (${Math.round((performance.now() - since) / 1000)} s)…`), milliseconds);
  const stop = (): void => clearTimeout(timer);
  return {
    see: (events) => {
      if (events.some(({ type }) => type === 'tokens' || type === 'hold' || type === 'ended')) stop();
    },
    stop,
  };
}
