/** Works an expression out on paper: `a * 2 + 1` with a = 3 becomes `3*2+1`, `6+1`, `7`. */
import { applyBinary, applyMath } from '../interpreter/arithmetic.ts';
import type { Lookup } from '../interpreter/evaluator.ts';
import { PRECEDENCE } from '../interpreter/expressions.ts';
import type { Value } from '../interpreter/scope.ts';
import type { Expression } from '../interpreter/syntax.ts';

/** The successive forms of an expression, from its names replaced by values down to its value. Conditionals and calls are not handled here. */
export function reductions(expression: Expression, lookup: Lookup): string[] {
  let current = substitute(expression, lookup);
  const forms = [compact(current, 0, false)];
  while (current.type !== 'number' && current.type !== 'boolean') {
    current = reduceOnce(current);
    forms.push(compact(current, 0, false));
  }
  return forms;
}

function literal(value: Value): Expression {
  return typeof value === 'number' ? { type: 'number', value } : { type: 'boolean', value };
}

function substitute(expression: Expression, lookup: Lookup): Expression {
  switch (expression.type) {
    case 'name':
      return literal(lookup(expression.name));
    case 'binary':
      return { ...expression, left: substitute(expression.left, lookup), right: substitute(expression.right, lookup) };
    case 'unary': {
      const operand = substitute(expression.operand, lookup);
      return operand.type === 'number' && expression.operator === '-' ? literal(0 - operand.value) : { ...expression, operand };
    }
    case 'math':
      return { ...expression, arguments: expression.arguments.map((given) => substitute(given, lookup)) };
    case 'number':
    case 'boolean':
      return expression;
    case 'conditional':
    case 'call':
    case 'hole':
      throw new TypeError(`An expression of type ${expression.type} has no reductions.`);
  }
}

function known(expression: Expression): expression is Extract<Expression, { type: 'number' | 'boolean' }> {
  return expression.type === 'number' || expression.type === 'boolean';
}

/** Carries out the leftmost operation whose operands are known. */
function reduceOnce(expression: Expression): Expression {
  switch (expression.type) {
    case 'binary': {
      const { left, right, operator } = expression;
      if (!known(left)) {
        return { ...expression, left: reduceOnce(left) };
      }
      if (!known(right)) {
        return { ...expression, right: reduceOnce(right) };
      }
      if (operator === '&&' || operator === '||') {
        return literal(operator === '&&' ? left.value && right.value : left.value || right.value);
      }
      return literal(applyBinary(operator, left.value, right.value));
    }
    case 'unary': {
      const { operand } = expression;
      if (!known(operand)) {
        return { ...expression, operand: reduceOnce(operand) };
      }
      return literal(expression.operator === '!' ? !operand.value : applyBinary('-', 0, operand.value));
    }
    case 'math': {
      const unknown = expression.arguments.findIndex((given) => !known(given));
      if (unknown >= 0) {
        return { ...expression, arguments: expression.arguments.map((given, index) => (index === unknown ? reduceOnce(given) : given)) };
      }
      return literal(applyMath(expression.function, expression.arguments.filter(known).map((given) => given.value)));
    }
    case 'number':
    case 'boolean':
    case 'name':
    case 'conditional':
    case 'call':
    case 'hole':
      return expression;
  }
}

/** Source text without spaces; a negative number to the right of an operator stands in parentheses. */
function compact(expression: Expression, needed: number, onRight: boolean): string {
  switch (expression.type) {
    case 'number':
      return expression.value < 0 && onRight ? `(${expression.value})` : String(expression.value);
    case 'binary': {
      const own = PRECEDENCE[expression.operator];
      const text = compact(expression.left, own, onRight) + expression.operator + compact(expression.right, own + 1, true);
      return own < needed ? `(${text})` : text;
    }
    case 'unary':
      return `${expression.operator}(${compact(expression.operand, 0, false)})`;
    case 'math':
      return `${expression.function}(${expression.arguments.map((given) => compact(given, 0, false)).join(',')})`;
    case 'boolean':
      return String(expression.value);
    case 'name':
    case 'conditional':
    case 'call':
    case 'hole':
      throw new TypeError(`An expression of type ${expression.type} has no compact form.`);
  }
}
