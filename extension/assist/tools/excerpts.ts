/** What a tool says of text, cut to stated limits. Pure. */

/** Characters of one result. */
export const MOST_CHARACTERS = 12_000;
/** Lines of a file in one result. */
export const MOST_LINES = 400;
/** Characters of a line; the rest of a minified file helps nobody. */
const MOST_OF_LINE = 400;

/** Lines `from` to `to` (counted from 1, both included) with a heading that says which they are. */
export function fileExcerpt(path: string, text: string, from = 1, to = Infinity): string {
  const lines = text.split(/\r\n|\r|\n/);
  if (from > lines.length) return `${path} has ${lines.length} lines.`;
  const kept: string[] = [];
  let characters = 0;
  for (const line of lines.slice(from - 1, Math.max(from, Math.min(to, from + MOST_LINES - 1)))) {
    const cut = cutLine(line);
    if (characters + cut.length > MOST_CHARACTERS) break;
    characters += cut.length + 1;
    kept.push(cut);
  }
  const last = from + kept.length - 1;
  const more = last < Math.min(to, lines.length) ? '; ask for the lines after that if you need them' : '';
  return `${path}, lines ${from} to ${last} of ${lines.length}${more}\n${kept.join('\n')}`;
}

export function cutLine(line: string, most = MOST_OF_LINE): string {
  return line.length > most ? `${line.slice(0, most)}… (${line.length} characters)` : line;
}

/** The end of what a program printed, which is where tests say what failed. */
export function lastOf(text: string, most: number): string {
  return text.length > most ? `… (the beginning is left out)\n${text.slice(text.length - most)}` : text;
}

/** Lines that hold a text, without regard to case; `most` at a time. */
export function matchingLines(text: string, wanted: string, most: number): { readonly line: number; readonly text: string }[] {
  const lower = wanted.toLowerCase();
  if (!text.toLowerCase().includes(lower)) return [];
  const found: { line: number; text: string }[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (found.length >= most) break;
    if (line.toLowerCase().includes(lower)) found.push({ line: index + 1, text: cutLine(line.trim(), 200) });
  }
  return found;
}
