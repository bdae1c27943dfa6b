/** How a process ended, in words a person can use. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set when Reins ended it on purpose. */
  readonly killedBecause?: string | undefined;
  /** Its last words on stderr. */
  readonly lastLines: string;
}

const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'it was killed (SIGKILL), most likely because memory ran out',
  SIGTRAP: 'it hit the editor\'s allocation limit (SIGTRAP): the model is too large for this process; set the path of a separate Node in the settings',
  SIGSEGV: 'its native code crashed (SIGSEGV)',
  SIGBUS: 'its native code crashed (SIGBUS)',
  SIGILL: 'its native code uses instructions this processor does not have (SIGILL)',
  SIGABRT: 'its native code gave up (SIGABRT), often because memory ran out',
  SIGTERM: 'something asked it to end (SIGTERM)',
};

/** A sentence for the run's error event. */
export function describeExit(status: ExitStatus): string {
  return `The engine stopped: ${reasonOf(status)}. What was recorded so far is kept; ask again and it starts anew.`;
}

export function reasonOf({ code, signal, killedBecause, lastLines }: ExitStatus): string {
  if (killedBecause) return killedBecause;
  if (signal) return SIGNALS[signal] ?? `it was ended by ${signal}`;
  if (code === 134) return SIGNALS.SIGABRT!; // JavaScript's own heap ran out
  const last = lastLines.trim().split('\n').findLast((line) => line.trim() !== '');
  return `it ended with code ${code ?? 'unknown'}${last ? ` (${last.trim().slice(0, 200)})` : ''}`;
}
