import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { callFunction, runProgram } from '../../../../extension/evaluation/interpreter/evaluator.ts';
import { parseExpression, parseProgram } from '../../../../extension/evaluation/interpreter/parser.ts';
import { printProgram } from '../../../../extension/evaluation/interpreter/printer.ts';
import type { ProblemKind } from '../../../../extension/evaluation/interpreter/syntax.ts';
import { InterpreterError } from '../../../../extension/evaluation/interpreter/syntax.ts';

function refusal(run: () => unknown): { kind: ProblemKind; message: string } {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof InterpreterError, String(error));
    return { kind: error.kind, message: error.message };
  }
  return assert.fail('nothing was refused');
}

const value = (source: string, ...given: number[]): unknown => callFunction(parseProgram(source), 'f', given);

describe('parser and evaluator', () => {
  it('runs functions in every supported form', () => {
    assert.equal(value('const f = (x) => 3 * x + 1;', 2), 7);
    assert.equal(value('const f = x => x > 4 ? x * 2 : x + 1', 4), 5);
    assert.equal(value('const f = (x, y) => { const s = x + y; return s % 5; };', 4, 3), 2);
    assert.equal(value('export function f(x) { let s = 0; for (let i = 0; i < x; i++) s += i; return s }', 4), 6);
    assert.equal(value('function f(x) { while (x > 10) { x -= 3; } if (x === 9 || !(x < 8)) { return 1; } else return Math.floor(-x / 2); }', 12), 1);
  });

  it('reads and drops annotations', () => {
    assert.equal(value('const f = (x: number, y: number): number => x * y;', 3, 4), 12);
    assert.equal(value('function f(x: number): number {\n  let s: number = x;\n  return s;\n}', 3), 3);
  });

  it('collects what a program prints', () => {
    assert.deepEqual(runProgram(parseProgram('const f = (x) => x * x;\nlet a = f(3)\na -= 1\nconsole.log(a);\nconsole.log(a > 7);')), [8, true]);
  });

  it('takes a line break for a semicolon where JavaScript does, and only there', () => {
    assert.equal(value('const f = (x) => x\n// a comment\nconst g = (x) => x', 5), 5);
    assert.equal(refusal(() => parseProgram('let a = 1 let b = 2')).kind, 'unexpected-token');
  });

  it('takes every line break of JavaScript for one, behind a comment too', () => {
    for (const ending of ['\n', '\r\n', '\r', '\u2028', '\u2029']) {
      assert.deepEqual(runProgram(parseProgram(['// one', 'let a = 1', 'a += 1 // two', 'console.log(a)'].join(ending))), [2], JSON.stringify(ending));
    }
  });

  it('knows no name of a block before its declaration, not even as that of one outside', () => {
    assert.deepEqual(runProgram(parseProgram('let a = 1;\n{\n  let a = 5;\n  a += 1;\n  console.log(a);\n}\nconsole.log(a);')), [6, 1]);
    for (const source of [
      'let a = 1;\n{\n  a = 2;\n  let a = 3;\n}',
      'let a = 1;\n{\n  let a = a + 1;\n}',
      'let i = 1;\nfor (let i = i; i < 3; i++) {}',
      'let a = 1;\nconst g = (x) => {\n  const b = a;\n  let a = x;\n  return b;\n};\nconsole.log(g(1));',
    ]) {
      assert.equal(refusal(() => runProgram(parseProgram(source))).kind, 'name', source);
      assert.throws(() => { new Function('console', source)({ log: () => undefined }); }, ReferenceError, source);
    }
  });

  const refused: readonly (readonly [string, ProblemKind])[] = [
    ['let a = "text";', 'unexpected-character'],
    ['let a = 1.5;', 'unsupported'],
    ['let a = 0x10;', 'unsupported'],
    ['let a = 7 / 2;', 'unsupported'],
    ['const f = (x) => { const g = (y) => y; return g(x); };', 'unsupported'],
    ['const f = (x: string) => x;', 'unsupported'],
    ['let a = Math.random();', 'unsupported'],
    ['console.error(1);', 'unsupported'],
    ['eval(1);', 'unsupported'],
    ['let a = x.y;', 'unexpected-token'],
    ['return 1;', 'unexpected-token'],
    ['let a = (1 + 2;', 'unexpected-token'],
    ['try { let a = 1; } catch {}', 'unsupported'],
    ['const f = (x) => {\n  return\n  x;\n};', 'unsupported'],
    ['if (true) let a = 1;', 'unsupported'],
    ['while (true) const a = 1;', 'unsupported'],
    ['{ const f = (x) => x; }', 'unsupported'],
    [`console.log(1${' + 1'.repeat(4900)});`, 'depth'],
    [`let a = ${'('.repeat(500)}1${')'.repeat(500)};`, 'depth'],
    [`let a = ${'-'.repeat(1)}${'!'.repeat(500)}1;`, 'depth'],
  ];
  for (const [source, kind] of refused) {
    it(`refuses ${source.slice(0, 40)} with a sentence`, () => {
      const { kind: actual, message } = refusal(() => parseProgram(source));
      assert.equal(actual, kind);
      assert.match(message, /^["A-Z].*\.$/s);
    });
  }

  it('ends programs that run too long or too deep', () => {
    assert.equal(refusal(() => value('function f(x) { while (true) { x += 1; } return x; }', 1)).kind, 'steps');
    assert.equal(refusal(() => value('const f = (x) => f(x + 1);', 1)).kind, 'depth');
    assert.equal(refusal(() => runProgram(parseProgram('for (;;) {}'))).kind, 'steps');
    assert.equal(refusal(() => value(`const f = (x) => f(x - 1)${' + 1'.repeat(115)};`, 1)).kind, 'depth');
  });

  it('names what goes wrong while running', () => {
    assert.equal(refusal(() => value('const f = (x) => y;', 1)).kind, 'name');
    assert.equal(refusal(() => value('const f = (x) => x % 0;', 1)).kind, 'range');
    assert.equal(refusal(() => value('const f = (x) => x + (x > 1);', 1)).kind, 'type');
    assert.equal(refusal(() => value('function f(x) { x = 1; }', 1)).kind, 'type');
    assert.equal(refusal(() => value('const f = (x) => ___;', 1)).kind, 'hole');
    assert.equal(refusal(() => value('function f(x) { const a = 1; a = 2; return a; }', 1)).kind, 'type');
    assert.equal(refusal(() => value('function f(x) { for (let i = 0; i < 60; i++) x *= 9; return x; }', 9)).kind, 'range');
  });

  it('accepts one expression and nothing after it', () => {
    assert.deepEqual(parseExpression(' x '), { type: 'name', name: 'x' });
    assert.equal(refusal(() => parseExpression('x; x')).kind, 'unexpected-token');
    assert.equal(refusal(() => parseExpression('')).kind, 'unexpected-token');
  });

  it('prints as a formatter would', () => {
    const source = 'const f = (x) => {\n  let s = (x + 1) * 2;\n  if (s > 3) {\n    s -= 1;\n  } else {\n    s++;\n  }\n  return s;\n};';
    assert.equal(printProgram(parseProgram(source)), source);
  });
});
