/** Whether a command can be shown in full to whoever is to allow it: nothing in it may hide, reorder or push away what it does. Pure. */

/** Longer commands do not fit a question. */
export const MOST_COMMAND = 500;
/** Blanks in a row that could push the rest out of sight. */
const MANY_BLANKS = / {9,}/;
/** Control characters and line ends, and characters that are invisible or change the direction of writing. */
const HIDING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

export type CommandProblem = 'too-long' | 'hidden';

/** Null: what is seen is what is run. */
export function commandProblem(command: string): CommandProblem | null {
  if (command.length > MOST_COMMAND) return 'too-long';
  return HIDING.test(command) || MANY_BLANKS.test(command) ? 'hidden' : null;
}
