/** How long to wait for a server, by phase. All in milliseconds. */
export interface Timeouts {
  /** Whole of a short request (list of models), and of a connection. */
  readonly connect: number;
  /** From sending the request to the first text: a server may load the model and read the prompt first. */
  readonly firstToken: number;
  /** Between one chunk and the next. */
  readonly betweenTokens: number;
  /** Longest wait for a server that is busy, whether it asks for it or not; a longer one is told instead. */
  readonly retryAfter: number;
}

export const defaultTimeouts: Timeouts = { connect: 15_000, firstToken: 180_000, betweenTokens: 60_000, retryAfter: 10_000 };

/** The error every cancelled wait rejects with. */
export function cancelled(): Error {
  return new DOMException('The request was cancelled.', 'AbortError');
}

/** Waits for `work`, but no longer than `milliseconds` and not beyond `signal`. The work itself goes on: its owner decides. */
export async function within<T>(work: Promise<T>, milliseconds: number, signal: AbortSignal, tooLate: () => Error): Promise<T> {
  if (signal.aborted) {
    work.catch(() => {});
    throw cancelled();
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), milliseconds);
    onAbort = () => reject(cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
    work.catch(() => {}); // an owner that gave up must not see an unhandled rejection later
  }
}

/** A wait in milliseconds, ended by the signal. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Sleeps unless cancelled. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const sleep = new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  return within(sleep, milliseconds + 1000, signal, cancelled);
}
