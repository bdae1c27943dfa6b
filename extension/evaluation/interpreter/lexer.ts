/** Splits source text of the small language into tokens. Comments are skipped; `examples.ts` reads those that state examples. */
import { InterpreterError } from './syntax.ts';

export interface Token {
  readonly type: 'number' | 'word' | 'mark' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether a line break stands before the token: needed where a semicolon was left out. */
  readonly newLine: boolean;
}

const MARKS = [
  '===', '!==', '=>', '==', '!=', '<=', '>=', '&&', '||', '++', '--', '+=', '-=', '*=',
  '+', '-', '*', '/', '%', '<', '>', '=', '!', '?', ':', ';', ',', '(', ')', '{', '}', '.',
];

/** Longest source accepted; completions and one-function files are far smaller. */
const MAX_LENGTH = 20_000;

export function tokenize(source: string): Token[] {
  if (source.length > MAX_LENGTH) {
    throw new InterpreterError('range', `The source has more than ${MAX_LENGTH} characters.`);
  }
  const tokens: Token[] = [];
  let newLine = false;
  let at = 0;
  while (at < source.length) {
    const blank = /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(source.slice(at));
    if (blank) {
      newLine ||= blank[0].includes('\n');
      at += blank[0].length;
      continue;
    }
    const token = readToken(source, at, newLine);
    tokens.push(token);
    at = token.end;
    newLine = false;
  }
  tokens.push({ type: 'end', text: '', start: at, end: at, newLine: true });
  return tokens;
}

function readToken(source: string, start: number, newLine: boolean): Token {
  const rest = source.slice(start, start + 200);
  const number = /^\d+/.exec(rest);
  if (number) {
    const text = number[0];
    if (/^[.\w]/.test(rest.slice(text.length)) || (text.length > 1 && text.startsWith('0')) || text.length > 15) {
      throw new InterpreterError('unsupported', 'Only plain decimal integers are supported.', start);
    }
    return { type: 'number', text, start, end: start + text.length, newLine };
  }
  const word = /^[A-Za-z_$][\w$]*/.exec(rest);
  if (word) {
    return { type: 'word', text: word[0], start, end: start + word[0].length, newLine };
  }
  const mark = MARKS.find((candidate) => rest.startsWith(candidate));
  if (mark === undefined) {
    throw new InterpreterError('unexpected-character', `The character ${JSON.stringify(rest.charAt(0))} is not part of the supported language.`, start);
  }
  return { type: 'mark', text: mark, start, end: start + mark.length, newLine };
}
