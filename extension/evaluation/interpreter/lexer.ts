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
export const MAX_LENGTH = 20_000;

const BLANK = /(?:\s+|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)+/y;
/** What ends a line in JavaScript, and a comment with it. */
const LINE_BREAK = /[\n\r\u2028\u2029]/;
const NUMBER = /\d+/y;
const AFTER_NUMBER = /[.\w]/y;
const WORD = /[A-Za-z_$][\w$]*/y;

export function tokenize(source: string): Token[] {
  if (source.length > MAX_LENGTH) {
    throw new InterpreterError('range', `The source has more than ${MAX_LENGTH} characters.`);
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const blank = matchAt(BLANK, source, at);
    at += blank.length;
    if (at < source.length) {
      const token = readToken(source, at, LINE_BREAK.test(blank));
      tokens.push(token);
      at = token.end;
    }
  }
  tokens.push({ type: 'end', text: '', start: at, end: at, newLine: true });
  return tokens;
}

/** What a sticky pattern matches at an offset, or the empty text. */
function matchAt(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
}

function readToken(source: string, start: number, newLine: boolean): Token {
  const number = matchAt(NUMBER, source, start);
  if (number !== '') {
    const end = start + number.length;
    if (matchAt(AFTER_NUMBER, source, end) !== '' || (number.length > 1 && number.startsWith('0')) || number.length > 15) {
      throw new InterpreterError('unsupported', 'Only plain decimal integers are supported.', start);
    }
    return { type: 'number', text: number, start, end, newLine };
  }
  const word = matchAt(WORD, source, start);
  if (word !== '') {
    return { type: 'word', text: word, start, end: start + word.length, newLine };
  }
  const mark = MARKS.find((candidate) => source.startsWith(candidate, start));
  if (mark === undefined) {
    throw new InterpreterError('unexpected-character', `The character ${JSON.stringify(source.charAt(start))} is not part of the supported language.`, start);
  }
  return { type: 'mark', text: mark, start, end: start + mark.length, newLine };
}
