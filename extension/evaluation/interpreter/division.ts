/** Integers stay integers: `/` may stand only directly inside Math.floor or Math.trunc. */
import type { Expression } from './syntax.ts';
import { InterpreterError } from './syntax.ts';

export function refuseBareDivision(expression: Expression, allowedHere = false): void {
  switch (expression.type) {
    case 'binary':
      if (expression.operator === '/' && !allowedHere) {
        throw new InterpreterError('unsupported', 'Division is supported only as Math.floor(a / b) or Math.trunc(a / b).');
      }
      refuseBareDivision(expression.left);
      refuseBareDivision(expression.right);
      break;
    case 'unary':
      refuseBareDivision(expression.operand);
      break;
    case 'conditional':
      refuseBareDivision(expression.test);
      refuseBareDivision(expression.yes);
      refuseBareDivision(expression.no);
      break;
    case 'math': {
      const rounds = expression.function === 'floor' || expression.function === 'trunc';
      for (const given of expression.arguments) {
        refuseBareDivision(given, rounds);
      }
      break;
    }
    case 'call':
      for (const given of expression.arguments) {
        refuseBareDivision(given);
      }
      break;
    case 'number':
    case 'boolean':
    case 'name':
    case 'hole':
      break;
  }
}
