/** The hole `___` in a source text and what may be put there. */
import { parseExpression, parseProgram } from './parser.ts';
import { printExpression } from './printer.ts';
import { InterpreterError } from './syntax.ts';

export interface Hole {
  readonly start: number;
  readonly end: number;
}

/** The only hole of a source text outside its comments, or null where there is none or more than one. */
export function findHole(source: string): Hole | null {
  const bare = source.replace(/\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//g, (comment) => ' '.repeat(comment.length));
  const holes = [...bare.matchAll(/(?<![\w$])___(?![\w$])/g)];
  const [only] = holes;
  return only !== undefined && holes.length === 1 ? { start: only.index, end: only.index + 3 } : null;
}

/**
 * The source with an expression in its hole, in parentheses where the place needs them.
 *
 * The text is a model's and is trusted in nothing: it must be one expression of the small language, without a comment or another hole,
 * and the filled source must parse to the same tree as the hole replaced by that expression.
 */
export function fillHole(source: string, text: string): string {
  const hole = findHole(source);
  if (hole === null) {
    throw new InterpreterError('hole', 'The source does not have exactly one hole ___.');
  }
  const expression = text.trim();
  if (/\/\/|\/\*|[\n\r\u2028\u2029]|___/.test(expression)) {
    throw new InterpreterError('unsupported', 'The completion is not a single plain expression.');
  }
  const parsed = parseExpression(expression);
  const before = source.slice(0, hole.start);
  const after = source.slice(hole.end);
  const bare = before + expression + after;
  const wrapped = `${before}(${expression})${after}`;
  return structure(bare) === structure(wrapped) || isWhole(parsed.type) ? bare : wrapped;
}

function isWhole(type: string): boolean {
  return ['number', 'name', 'boolean', 'math', 'call'].includes(type);
}

/** A text's tree as a string, or null where it does not parse. */
function structure(source: string): string | null {
  try {
    return JSON.stringify(parseProgram(source));
  } catch {
    return null;
  }
}

/** An expression in its normal form, for comparing and for showing. */
export function normalExpression(text: string): string {
  return printExpression(parseExpression(text));
}
