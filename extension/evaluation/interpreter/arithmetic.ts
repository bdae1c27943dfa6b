/** What the operators of the small language do to values, as in JavaScript but with integers only and a named error for the rest. */
import type { Value } from './scope.ts';
import type { BinaryOperator, MathFunction } from './syntax.ts';
import { InterpreterError } from './syntax.ts';

type Arithmetic = (left: number, right: number) => number;
type Comparison = (left: number, right: number) => boolean;

const ARITHMETIC: Partial<Readonly<Record<BinaryOperator, Arithmetic>>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

const COMPARISON: Partial<Readonly<Record<BinaryOperator, Comparison>>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** Every operator but `&&` and `||`, which the evaluator handles because they may skip their right side. */
export function applyBinary(operator: BinaryOperator, left: Value, right: Value): Value {
  if (operator === '===' || operator === '==') {
    return sameKind(operator, left, right) && left === right;
  }
  if (operator === '!==' || operator === '!=') {
    return !(sameKind(operator, left, right) && left === right);
  }
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw new InterpreterError('type', `"${operator}" needs two numbers.`);
  }
  const compare = COMPARISON[operator];
  if (compare !== undefined) {
    return compare(left, right);
  }
  const compute = ARITHMETIC[operator];
  if (compute === undefined) {
    throw new InterpreterError('type', `"${operator}" is not supported.`);
  }
  if ((operator === '%' || operator === '/') && right === 0) {
    throw new InterpreterError('range', 'A number was divided by zero.');
  }
  return operator === '/' ? compute(left, right) : integer(compute(left, right));
}

function sameKind(operator: BinaryOperator, left: Value, right: Value): boolean {
  if (typeof left !== typeof right) {
    throw new InterpreterError('type', `"${operator}" was given a number and a boolean.`);
  }
  return true;
}

export function applyMath(name: MathFunction, given: readonly Value[]): number {
  const numbers = given.map((value) => {
    if (typeof value !== 'number') {
      throw new InterpreterError('type', `Math.${name} needs numbers.`);
    }
    return value;
  });
  return integer(Math[name](...(numbers as [number])));
}

/** Refuses what is no longer exact; adding zero turns -0, which integers do not have, into 0. */
export function integer(value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new InterpreterError('range', 'A number became too large to be exact.');
  }
  return value + 0;
}
