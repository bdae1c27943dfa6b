/** Puts a corrected line into a source text: the repair skill answers with the one line that changes. */
import { holdsOnExamples } from './check.ts';
import { MAX_LENGTH } from './lexer.ts';
import { parseProgram } from './parser.ts';
import { InterpreterError } from './syntax.ts';

export interface Repair {
  readonly source: string;
  /** Zero-based line that was replaced. */
  readonly line: number;
}

/**
 * Every way of replacing one code line by `text` that still parses, nearest in wording first. The line keeps its indentation and the comment
 * behind its code, which may state an example.
 */
export function possibleRepairs(source: string, text: string): Repair[] {
  return [...repairs(source, text)];
}

/** The same one after another, since parsing each takes its time and mostly the first will do. */
function* repairs(source: string, text: string): Generator<Repair> {
  const wanted = text.trim();
  if (wanted === '' || /[\n\r\u2028\u2029]|\/\/|\/\*/.test(wanted)) {
    return;
  }
  const lines = source.split('\n');
  const candidates = lines
    .map((old, line) => ({ line, ...parted(old) }))
    .filter(({ code }) => code !== '' && !/^[{}]+;?$/.test(code) && code !== wanted && source.length - code.length + wanted.length <= MAX_LENGTH)
    .map((candidate) => ({ ...candidate, distance: editDistance(candidate.code, wanted) }))
    .sort((a, b) => a.distance - b.distance);
  for (const { line, indent, rest } of candidates) {
    const repair = { line, source: lines.with(line, indent + wanted + rest).join('\n') };
    if (parses(repair.source)) {
      yield repair;
    }
  }
}

/** A line's indentation, its code, and what follows that: blanks, a comment. The language has no text in which `//` could stand. */
function parted(line: string): { indent: string; code: string; rest: string } {
  const comment = line.indexOf('//');
  const before = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
  const code = before.trimStart();
  return { indent: before.slice(0, before.length - code.length), code, rest: line.slice(before.length) };
}

/** The nearest replacement under which every stated example holds, or null. */
export function applyRepair(source: string, text: string): Repair | null {
  for (const repair of repairs(source, text)) {
    if (holdsOnExamples(repair.source)) {
      return repair;
    }
  }
  return null;
}

function parses(source: string): boolean {
  try {
    parseProgram(source);
    return true;
  } catch (error) {
    if (error instanceof InterpreterError) {
      return false;
    }
    throw error;
  }
}

/** Levenshtein's distance, one row at a time. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const change = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
