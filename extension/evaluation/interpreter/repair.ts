/** Puts a corrected line into a source text: the repair skill answers with the one line that changes. */
import { holdsOnExamples } from './check.ts';
import { parseProgram } from './parser.ts';
import { InterpreterError } from './syntax.ts';

export interface Repair {
  readonly source: string;
  /** Zero-based line that was replaced. */
  readonly line: number;
}

/**
 * Every way of replacing one code line by `text` that still parses, nearest in wording first. The line keeps its indentation.
 */
export function possibleRepairs(source: string, text: string): Repair[] {
  const wanted = text.trim();
  if (wanted === '' || /\n|\r|\/\/|\/\*/.test(wanted)) {
    return [];
  }
  const lines = source.split('\n');
  const candidates = lines
    .map((old, line) => ({ line, old: old.trim(), indent: /^\s*/.exec(old)?.[0] ?? '' }))
    .filter(({ old }) => old !== '' && !old.startsWith('//') && !/^[{}]+;?$/.test(old) && old !== wanted)
    .map((candidate) => ({ ...candidate, distance: editDistance(candidate.old, wanted) }))
    .sort((a, b) => a.distance - b.distance);
  return candidates
    .map(({ line, indent }) => ({ line, source: lines.map((old, index) => (index === line ? indent + wanted : old)).join('\n') }))
    .filter((repair) => parses(repair.source));
}

/** The nearest replacement under which every stated example holds, or null. */
export function applyRepair(source: string, text: string): Repair | null {
  return possibleRepairs(source, text).find((repair) => holdsOnExamples(repair.source)) ?? null;
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
