/** Parses expressions of the small language by precedence climbing, with JavaScript's own precedences. */
import type { TokenReader } from './token-reader.ts';
import type { BinaryOperator, Expression, MathFunction } from './syntax.ts';
import { InterpreterError } from './syntax.ts';

export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  '||': 1, '&&': 2, '===': 3, '!==': 3, '==': 3, '!=': 3, '<': 4, '<=': 4, '>': 4, '>=': 4, '+': 5, '-': 5, '*': 6, '/': 6, '%': 6,
};

const MATH: Readonly<Record<MathFunction, (count: number) => boolean>> = {
  max: (count) => count >= 1, min: (count) => count >= 1, abs: (count) => count === 1, floor: (count) => count === 1, trunc: (count) => count === 1,
};

/** Deepest nesting accepted, so that hostile text cannot exhaust the stack. */
const MAX_NESTING = 60;

export function parseExpressionFrom(reader: TokenReader): Expression {
  return conditional(reader, 0);
}

function conditional(reader: TokenReader, depth: number): Expression {
  if (depth > MAX_NESTING) {
    throw new InterpreterError('depth', 'The expression is nested too deeply.', reader.next.start);
  }
  const test = binary(reader, 0, depth + 1);
  if (!reader.take('?')) {
    return test;
  }
  const yes = conditional(reader, depth + 1);
  reader.expect(':');
  return { type: 'conditional', test, yes, no: conditional(reader, depth + 1) };
}

function binary(reader: TokenReader, minimum: number, depth: number): Expression {
  let left = unary(reader, depth);
  for (;;) {
    const operator = isBinary(reader.next.text) ? reader.next.text : null;
    if (operator === null || PRECEDENCE[operator] <= minimum) {
      return left;
    }
    reader.advance();
    left = { type: 'binary', operator, left, right: binary(reader, PRECEDENCE[operator], depth + 1) };
  }
}

function isBinary(text: string): text is BinaryOperator {
  return Object.hasOwn(PRECEDENCE, text);
}

function unary(reader: TokenReader, depth: number): Expression {
  if (depth > 2 * MAX_NESTING) {
    throw new InterpreterError('depth', 'The expression is nested too deeply.', reader.next.start);
  }
  for (const operator of ['-', '!'] as const) {
    if (reader.take(operator)) {
      return { type: 'unary', operator, operand: unary(reader, depth + 1) };
    }
  }
  return primary(reader, depth);
}

function primary(reader: TokenReader, depth: number): Expression {
  if (reader.take('(')) {
    const inner = conditional(reader, depth + 1);
    reader.expect(')');
    return inner;
  }
  const token = reader.next;
  if (token.type === 'number') {
    reader.advance();
    return { type: 'number', value: Number(token.text) };
  }
  if (token.text === 'true' || token.text === 'false') {
    reader.advance();
    return { type: 'boolean', value: token.text === 'true' };
  }
  if (token.text === '___') {
    reader.advance();
    return { type: 'hole' };
  }
  if (token.text === 'Math') {
    return mathCall(reader, depth);
  }
  const name = reader.name('a value');
  return reader.next.text === '(' ? { type: 'call', name, arguments: callArguments(reader, depth) } : { type: 'name', name };
}

function mathCall(reader: TokenReader, depth: number): Expression {
  reader.advance();
  reader.expect('.');
  const token = reader.next;
  if (!isMath(token.text)) {
    throw new InterpreterError('unsupported', `Math.${token.text} is not supported; max, min, abs, floor and trunc are.`, token.start);
  }
  reader.advance();
  const given = callArguments(reader, depth);
  if (!MATH[token.text](given.length)) {
    throw new InterpreterError('type', `Math.${token.text} was given ${given.length} arguments.`, token.start);
  }
  return { type: 'math', function: token.text, arguments: given };
}

function isMath(text: string): text is MathFunction {
  return Object.hasOwn(MATH, text);
}

function callArguments(reader: TokenReader, depth: number): Expression[] {
  const given: Expression[] = [];
  reader.expect('(');
  while (!reader.take(')')) {
    given.push(conditional(reader, depth + 1));
    if (reader.next.text !== ')') {
      reader.expect(',');
    }
  }
  return given;
}
