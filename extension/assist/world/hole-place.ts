/**
 * Finds the function to complete around the cursor: one with a hole `___`, or a one-line function whose body is still empty, standing under
 * at least two examples in comments. Pure text work, so that it can be tested without an editor.
 */
import { readExamples } from '../../evaluation/interpreter/examples.ts';
import { findHole } from '../../evaluation/interpreter/hole.ts';
import { dedented, functionAround, MOST_LINES } from './functions.ts';
import { lineAt, range, type Lines } from './lines.ts';

export interface Place {
  readonly name: string;
  /** The examples and the function, with exactly one hole `___`: what the model is asked about and what is checked. */
  readonly source: string;
  /** What is to be replaced, on one line of the document. Empty where the body is empty. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Spaces the completion needs before it, for an arrow written `=>` without one. */
  readonly lead: '' | ' ';
  /** Lines of the document the function takes, its examples included. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** One example leaves nearly everything possible. */
const LEAST_EXAMPLES = 2;

/** The place at the cursor itself, for ghost text. */
export function placeAt(lines: Lines, line: number, character: number): Place | null {
  const text = lineAt(lines, line);
  const hole = holeIn(text);
  if (hole) return character === hole.start || character === hole.end ? placeOf(lines, line, hole, '') : null;
  const before = text.slice(0, character);
  const after = text.slice(character);
  const open = /(?:=>|\breturn)\s*$/.exec(before);
  const nothingFollows = /^\s*;?\s*\}?\s*;?\s*$/.test(after);
  if (!open || !nothingFollows) return null;
  const lead = /\s$/.test(before) ? '' : ' ';
  return placeOf(lines, line, { start: character, end: character }, lead);
}

/** The place in the function around the cursor, for a command: the hole may be anywhere in it. */
export function placeAround(lines: Lines, line: number, character: number): Place | null {
  const here = placeAt(lines, line, character);
  if (here) return here;
  for (let distance = 0; distance < MOST_LINES; distance += 1) {
    for (const near of distance === 0 ? [line] : [line + distance, line - distance]) {
      const hole = holeIn(lineAt(lines, near));
      const place = hole && placeOf(lines, near, hole, '');
      if (place && place.firstLine <= line && line <= place.lastLine) return place;
    }
  }
  return null;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function holeIn(text: string): Span | null {
  return text.includes('___') ? findHole(text) : null;
}

function placeOf(lines: Lines, line: number, span: Span, lead: '' | ' '): Place | null {
  const text = lineAt(lines, line);
  const withHole = `${text.slice(0, span.start)}${lead}___${text.slice(span.end)}`;
  const textOf = (index: number): string => (index === line ? withHole : lineAt(lines, index));
  const body = functionAround(textOf, lines.count, line);
  if (!body) return null;
  let firstComment = body.first;
  while (firstComment > 0 && textOf(firstComment - 1).trim().startsWith('//') && body.first - firstComment < MOST_LINES) firstComment -= 1;
  const comments = range(firstComment, body.first - 1).map(textOf).map((comment) => comment.trim());
  const examples = comments.filter((comment) => readExamples(comment).some((example) => example.name === body.name));
  if (examples.length < LEAST_EXAMPLES) return null;
  const source = [...examples, ...dedented(range(body.first, body.last).map(textOf))].join('\n');
  if (!findHole(source)) return null;
  return { name: body.name, source, line, ...span, lead, firstLine: firstComment, lastLine: body.last };
}
