/** Random programs for the interpreter's property tests: well scoped, with loops that end. */
import fc from 'fast-check';
import type { BinaryOperator, Expression, Program, Statement } from '../../../../extension/evaluation/interpreter/syntax.ts';

const NUMERIC: readonly BinaryOperator[] = ['+', '-', '*', '%'];
const COMPARING: readonly BinaryOperator[] = ['<', '<=', '>', '>=', '===', '!==', '==', '!='];
const JOINING: readonly BinaryOperator[] = ['&&', '||'];

function binary(operators: readonly BinaryOperator[], side: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  return plain({ type: fc.constant('binary' as const), operator: fc.constantFrom(...operators), left: side, right: side });
}

/** A record with an ordinary prototype, as the parser makes them. */
function plain<T>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(parts, { noNullPrototype: true });
}

/** Expressions with an integer value over the given names. */
export function integerExpressions(names: readonly string[]): fc.Arbitrary<Expression> {
  const { integer } = fc.letrec<{ integer: Expression; truth: Expression }>((tie) => ({
    integer: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.integer({ min: 0, max: 40 }).map((value): Expression => ({ type: 'number', value })),
      fc.constantFrom(...names).map((name): Expression => ({ type: 'name', name })),
      binary(NUMERIC, tie('integer')),
      plain({ type: fc.constant('unary' as const), operator: fc.constant('-' as const), operand: tie('integer') }),
      plain({ type: fc.constant('conditional' as const), test: tie('truth'), yes: tie('integer'), no: tie('integer') }),
      plain({ type: fc.constant('math' as const), function: fc.constantFrom('max' as const, 'min' as const), arguments: fc.array(tie('integer'), { minLength: 1, maxLength: 3 }) }),
      tie('integer').map((given): Expression => ({ type: 'math', function: 'abs', arguments: [given] })),
      plain({ left: tie('integer'), right: tie('integer'), rounding: fc.constantFrom('floor' as const, 'trunc' as const) }).map(
        ({ left, right, rounding }): Expression => ({ type: 'math', function: rounding, arguments: [{ type: 'binary', operator: '/', left, right }] }),
      ),
    ),
    truth: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      binary(COMPARING, tie('integer')),
      binary(JOINING, tie('truth')),
      plain({ type: fc.constant('unary' as const), operator: fc.constant('!' as const), operand: tie('truth') }),
    ),
  }));
  return integer;
}

const NAMES = ['x', 'a', 'b'];

const statements: fc.Arbitrary<Statement> = fc.letrec<{ statement: Statement }>((tie) => {
  const block = fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map((body): Statement => ({ type: 'block', body }));
  const expression = integerExpressions(NAMES);
  const test = binary(COMPARING, expression);
  return {
    statement: fc.oneof(
      { depthSize: 'small', maxDepth: 2, withCrossShrink: true },
      plain({ type: fc.constant('assign' as const), operator: fc.constantFrom('=' as const, '+=' as const, '-=' as const, '*=' as const), name: fc.constantFrom(...NAMES), value: expression }),
      plain({ type: fc.constant('update' as const), operator: fc.constantFrom('++' as const, '--' as const), name: fc.constantFrom(...NAMES) }),
      plain({ type: fc.constant('if' as const), test, yes: block, no: fc.option(block, { nil: null }) }),
      plain({ body: block, turns: fc.integer({ min: 0, max: 4 }) }).map(({ body, turns }): Statement => ({
        type: 'for',
        start: { type: 'declare', kind: 'let', name: 'i', value: { type: 'number', value: 0 } },
        test: { type: 'binary', operator: '<', left: { type: 'name', name: 'i' }, right: { type: 'number', value: turns } },
        step: { type: 'update', operator: '++', name: 'i' },
        body,
      })),
      plain({ type: fc.constant('return' as const), value: expression }),
    ),
  };
}).statement;

/** A program that defines `f` of one argument, with two variables of its own. */
export const programs: fc.Arbitrary<Program> = plain({ a: integerExpressions(['x']), b: integerExpressions(['x', 'a']), body: fc.array(statements, { maxLength: 4 }), result: integerExpressions(NAMES), style: fc.constantFrom('arrow' as const, 'declaration' as const) })
  .map(({ a, b, body, result, style }) => ({
    body: [
      {
        type: 'function',
        style,
        name: 'f',
        parameters: ['x'],
        concise: false,
        body: [
          { type: 'declare', kind: 'let', name: 'a', value: a },
          { type: 'declare', kind: 'let', name: 'b', value: b },
          ...body,
          { type: 'return', value: result },
        ],
      },
    ],
  }));
