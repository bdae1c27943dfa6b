/** The shape of expressions: what they are made of, and how deep that goes. */
import type { Expression } from './syntax.ts';
import { InterpreterError } from './syntax.ts';

/** A sum makes a tree as deep as it is long, and whatever walks a tree calls itself as often: the stack must hold this for every call inside a call. */
const MAX_HEIGHT = 120;

/** The expressions an expression is made of, in the order they are written. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'conditional':
      return [expression.test, expression.yes, expression.no];
    case 'math':
    case 'call':
      return expression.arguments;
    case 'number':
    case 'boolean':
    case 'name':
    case 'hole':
      return [];
  }
}

export function refuseDeep(expression: Expression, left = MAX_HEIGHT): void {
  if (left === 0) {
    throw new InterpreterError('depth', 'The expression is too long or nested too deeply.');
  }
  for (const operand of operandsOf(expression)) {
    refuseDeep(operand, left - 1);
  }
}
