import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { callFunction } from '../../../../extension/evaluation/interpreter/evaluator.ts';
import { parseExpression, parseProgram } from '../../../../extension/evaluation/interpreter/parser.ts';
import { printExpression, printProgram } from '../../../../extension/evaluation/interpreter/printer.ts';
import { InterpreterError } from '../../../../extension/evaluation/interpreter/syntax.ts';
import { integerExpressions, programs } from './programs.ts';

/** What Node itself makes of a generated program: the oracle, used in tests only, on programs the test has written itself. */
function nodeValue(source: string, given: number): unknown {
  const run = new Function('x', `'use strict'; ${source}; return f(x);`) as (x: number) => unknown;
  return run(given);
}

describe('interpreter properties', () => {
  it('parses what it prints to the same expression', () => {
    fc.assert(fc.property(integerExpressions(['x', 'y']), (expression) => assert.deepEqual(parseExpression(printExpression(expression)), expression)));
  });

  it('parses what it prints to the same program', () => {
    fc.assert(fc.property(programs, (program) => assert.deepEqual(parseProgram(printProgram(program)), program)));
  });

  it('agrees with Node on every program it accepts', () => {
    let compared = 0;
    fc.assert(
      fc.property(programs, fc.integer({ min: -20, max: 20 }), (program, given) => {
        let own: unknown;
        try {
          own = callFunction(program, 'f', [given]);
        } catch (error) {
          // Division by zero and numbers beyond 2^53 are refused here and allowed by Node.
          assert.ok(error instanceof InterpreterError && error.kind === 'range', String(error));
          return;
        }
        compared += 1;
        assert.equal(own, Number(nodeValue(printProgram(program), given)) + 0);
      }),
      { numRuns: 400 },
    );
    assert.ok(compared > 200, `only ${compared} programs could be compared`);
  });

  it('throws nothing but its own error, whatever the text', () => {
    const fragments = ['x', '(', ')', '{', '}', '=>', '+', '-', '*', '/', 'if', 'for', 'while', 'return', 'const', 'let', 'f', '1', '2', ';', ',', '?', ':', '___', 'Math', '.', 'max', '!', '=', '<', '\n', '//', '`', '@', 'é'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join(' ')), (source) => {
        try {
          parseProgram(source);
        } catch (error) {
          assert.ok(error instanceof InterpreterError, String(error));
        }
      }),
    );
  });
});
