/** Finds the program whose printed value can be offered after a `console.log(…)` that stands before the cursor. */
import { lastPrinted } from '../../evaluation/suggestion/prove.ts';
import { lineAt, range, type Lines } from './lines.ts';

export interface PrintPlace {
  /** The program as the model is asked about it: statements only, and one print. */
  readonly source: string;
  readonly line: number;
  /** Where the comment with the value goes: behind the statement. */
  readonly character: number;
}

/** Longer programs are beyond what a small model was made for. */
const MOST_STATEMENT_LINES = 24;
/** Lines of the file looked through for the beginning of the program. */
const MOST_FILE_LINES = 120;
const PRINT = /^console\.log\(.*\);?$/;

/** Null unless the cursor is behind the print, with nothing after it, and our interpreter can run the program up to there. */
export function printPlaceAt(lines: Lines, line: number, character: number): PrintPlace | null {
  const text = lineAt(lines, line);
  const statement = text.trimEnd();
  // Only a print of the program itself: one inside a function or a loop has no single value.
  if (!PRINT.test(statement) || character < statement.length || line > MOST_FILE_LINES) return null;
  const whole = range(0, line).map((index) => lineAt(lines, index));
  for (const program of [whole, whole.slice(whole.findLastIndex((one) => one.trim() === '') + 1)]) {
    const value = lastPrinted(program.join('\n'));
    const source = asked(program);
    if (value !== null && source !== null && lastPrinted(source) === value) return { source, line, character: statement.length };
  }
  return null;
}

/** What the program does, without comments, blank lines and earlier prints. */
function asked(program: readonly string[]): string | null {
  const kept = program.filter((text, index) => {
    const bare = text.trim();
    if (bare === '' || bare.startsWith('//')) return false;
    return index === program.length - 1 || !PRINT.test(bare.replace(/\s*\/\/.*$/, ''));
  });
  return kept.length <= MOST_STATEMENT_LINES ? kept.map((text) => text.replace(/\s*\/\/.*$/, '').trimEnd()).join('\n') : null;
}
