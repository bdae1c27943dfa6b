/**
 * What of a file is sent with a request about some of its lines. The rule: the lines asked about go whole, or the request is refused; around
 * them goes as much as `around` allows, two thirds of it from above, cut at line ends. The rest of the file is left out, and the model is
 * told so.
 */
import { lineAt, type Lines } from '../world/lines.ts';

export interface Excerpt {
  readonly before: string;
  readonly code: string;
  readonly after: string;
  /** Whether the file has more than this on either side. */
  readonly cutAbove: boolean;
  readonly cutBelow: boolean;
}

/** Most UTF-16 units of the lines asked about. */
export const MOST_ASKED = 24_000;
/** UTF-16 units of surroundings that are sent at most. */
export const MOST_AROUND = 9000;
const SHARE_ABOVE = 2 / 3;

export type ExcerptProblem = 'too-long' | 'binary' | 'nothing';

/** Lines are counted from 0, both ends included. */
export function excerptOf(lines: Lines, first: number, last: number, around = MOST_AROUND): Excerpt | ExcerptProblem {
  const asked: string[] = [];
  let length = 0;
  for (let line = first; line <= last; line += 1) {
    const text = lines.text(line);
    length += text.length + 1;
    if (length > MOST_ASKED) return 'too-long';
    asked.push(text);
  }
  const code = asked.join('\n');
  // Text never has this character; what is read as text but is none does.
  if (code.includes('\0')) return 'binary';
  if (code.trim() === '') return 'nothing';
  const above = taken(lines, first - 1, -1, around * SHARE_ABOVE);
  const below = taken(lines, last + 1, 1, around - above.used);
  return { before: above.lines.reverse().join('\n'), code, after: below.lines.join('\n'), cutAbove: above.cut, cutBelow: below.cut };
}

function taken(lines: Lines, from: number, step: 1 | -1, room: number): { lines: string[]; used: number; cut: boolean } {
  const found: string[] = [];
  let used = 0;
  for (let line = from; line >= 0 && line < lines.count; line += step) {
    const text = lineAt(lines, line);
    // A line too long to be code, and what is not text, is a reason to stop.
    if (text.includes('\0') || used + text.length + 1 > room) return { lines: found, used, cut: true };
    found.push(text);
    used += text.length + 1;
  }
  return { lines: found, used, cut: false };
}
