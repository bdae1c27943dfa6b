/** A cursor over tokens with the few moves a recursive-descent parser makes. */
import type { Token } from './lexer.ts';
import { tokenize } from './lexer.ts';
import { InterpreterError } from './syntax.ts';

/** Words that mean something in JavaScript and so can never be names here. */
const RESERVED = new Set([
  'let', 'const', 'var', 'if', 'else', 'while', 'for', 'return', 'function', 'true', 'false', 'Math', 'console', 'new', 'this', 'class',
  'import', 'export', 'async', 'await', 'yield', 'break', 'continue', 'switch', 'do', 'try', 'catch', 'throw', 'typeof', 'null', 'undefined',
  'delete', 'in', 'of', 'instanceof', 'void', 'with', 'eval', 'arguments', 'NaN', 'Infinity', '___',
]);

export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(source: string) {
    this.#tokens = tokenize(source);
  }

  get next(): Token {
    return this.peek(0);
  }

  peek(distance: number): Token {
    const token = this.#tokens[Math.min(this.#at + distance, this.#tokens.length - 1)];
    if (token === undefined) {
      throw new InterpreterError('unexpected-token', 'The source is empty.');
    }
    return token;
  }

  advance(): Token {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  /** Moves past `text` if it comes next. */
  take(text: string): boolean {
    const found = this.next.type !== 'end' && this.next.text === text;
    if (found) {
      this.#at += 1;
    }
    return found;
  }

  expect(text: string): void {
    if (!this.take(text)) {
      throw this.unexpected(`"${text}"`);
    }
  }

  name(wanted: string): string {
    const token = this.next;
    if (token.type !== 'word') {
      throw this.unexpected(wanted);
    }
    if (RESERVED.has(token.text)) {
      throw new InterpreterError('unsupported', `"${token.text}" is not supported here.`, token.start);
    }
    this.#at += 1;
    return token.text;
  }

  unexpected(wanted: string): InterpreterError {
    const token = this.next;
    const found = token.type === 'end' ? 'the source ends' : `"${token.text}" stands there`;
    return new InterpreterError('unexpected-token', `Expected ${wanted}, but ${found}.`, token.start);
  }
}
