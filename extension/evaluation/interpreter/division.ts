/** Integers stay integers: `/` may stand only directly inside Math.floor or Math.trunc. */
import type { Expression } from './syntax.ts';
import { InterpreterError } from './syntax.ts';
import { operandsOf } from './tree.ts';

export function refuseBareDivision(expression: Expression, allowedHere = false): void {
  if (expression.type === 'binary' && expression.operator === '/' && !allowedHere) {
    throw new InterpreterError('unsupported', 'Division is supported only as Math.floor(a / b) or Math.trunc(a / b).');
  }
  const rounds = expression.type === 'math' && (expression.function === 'floor' || expression.function === 'trunc');
  for (const operand of operandsOf(expression)) {
    refuseBareDivision(operand, rounds);
  }
}
