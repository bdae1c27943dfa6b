/** The lines of a document, read one at a time: a keystroke in a large file must not copy all of it. */

export interface Lines {
  readonly count: number;
  /** The text of a line that exists, without its line break. */
  text(line: number): string;
}

/** No code for people has longer lines; minified files do, and are left alone. In UTF-16 units. */
const LONGEST_LINE = 1000;

/** What a line too long to be somebody's code reads as: no program holds it, so whatever has such a line in it is left alone. */
const UNREADABLE = '\0';

/** Empty for lines that do not exist. */
export function lineAt(lines: Lines, line: number): string {
  if (line < 0 || line >= lines.count) return '';
  const text = lines.text(line);
  return text.length > LONGEST_LINE ? UNREADABLE : text;
}

export function linesOfText(text: string): Lines {
  const all = text.split(/\r?\n/);
  return { count: all.length, text: (line) => all[line] ?? '' };
}

/** Whole numbers from first to last, both included. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
