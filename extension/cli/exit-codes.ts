/** What the command says to the shell. Documented in `--help` and in the docs; scripts rely on it. */
import type { RunErrorReason } from '../trace/events.ts';
import type { RunView } from '../trace/view.ts';

export const exitCodes = { answered: 0, failed: 1, exhausted: 2, badInput: 64, interrupted: 130 } as const;

/** Failures that another command line would avoid. */
const badInput: ReadonlySet<RunErrorReason> = new Set(['bad-request', 'context-overflow', 'model-missing', 'tokenizer-missing']);

export function exitCodeOfError(reason: RunErrorReason): number {
  return badInput.has(reason) ? exitCodes.badInput : exitCodes.failed;
}

/** The code for a run that has ended. */
export function exitCodeOf(view: RunView): number {
  switch (view.outcome) {
    case 'answered':
      return exitCodes.answered;
    case 'exhausted':
      return exitCodes.exhausted;
    case 'stopped':
      return exitCodes.interrupted;
    case 'failed':
    case null:
      return exitCodeOfError(view.error?.reason ?? 'internal');
    default:
      return view.outcome satisfies never;
  }
}
