/** How a process ended, in words a person can use. */
import { said } from '../trace/said.ts';

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set when Reins ended it on purpose. */
  readonly killedBecause?: string | undefined;
  /** Its last words on stderr. */
  readonly lastLines: string;
}

const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: said('it was killed (SIGKILL), most likely because memory ran out'),
  SIGTRAP: said('it hit the editor\'s allocation limit (SIGTRAP): the model is too large for this process; set the path of a separate Node in the settings'),
  SIGSEGV: said('its native code crashed (SIGSEGV)'),
  SIGBUS: said('its native code crashed (SIGBUS)'),
  SIGILL: said('its native code uses instructions this processor does not have (SIGILL)'),
  SIGABRT: said('its native code gave up (SIGABRT), often because memory ran out'),
  SIGTERM: said('something asked it to end (SIGTERM)'),
};

/** A sentence for the run's error event. */
export function describeExit(status: ExitStatus): string {
  return said('The engine stopped: {0}. What was recorded so far is kept; ask again and it starts anew.', reasonOf(status));
}

export function reasonOf({ code, signal, killedBecause, lastLines }: ExitStatus): string {
  if (killedBecause) return killedBecause;
  if (signal) return SIGNALS[signal] ?? said('it was ended by {0}', signal);
  if (code === 134) return SIGNALS.SIGABRT!; // JavaScript's own heap ran out
  const last = lastLines.trim().split('\n').findLast((line) => line.trim() !== '');
  const ended = said('it ended with code {0}', code ?? '?');
  return last ? `${ended} (${last.trim().slice(0, 200)})` : ended;
}
