import assert from 'node:assert/strict';
import { atCaret } from '../../../extension/editor/runs/own-line.ts';
import { repairOf, verdictOf } from '../../../extension/editor/runs/verdict.ts';

const TRIPLE = '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;\n';
const SUM = '// f(2) = 12\n// f(3) = 18\nfunction f(n) {\n  let s = 0;\n  for (let i = 1; i <= n; i++) {\n    s += i + 2;\n  }\n  return s;\n}\n';

describe('the verdict on an answer', () => {
  it('counts the examples that hold with the hole filled', () => {
    assert.deepEqual(verdictOf(TRIPLE, '3 * x + 1'), { holds: 2, total: 2, firstViolation: null });
    assert.deepEqual(verdictOf(TRIPLE, '```js\n2 * x + 3\n```'), { holds: 1, total: 2, firstViolation: { call: 'f(5)', expected: 16, actual: 13 } });
  });

  it('reads a corrected line, with either line ending', () => {
    const faulty = '// f(2) = 5\n// f(4) = 9\nfunction f(x) {\n  let s = 2 * x;\n  return s + 2;\n}\n';
    for (const code of [faulty, faulty.replaceAll('\n', '\r\n')]) {
      assert.equal(verdictOf(code, 'return s + 1;')?.firstViolation, null);
      assert.equal(verdictOf(code, 'return s + 3;')?.firstViolation?.actual, 7);
    }
    assert.equal(repairOf(faulty, 'return s + 3;')?.line, 4);
  });

  it('finds that a line which stands there already changes nothing', () => {
    assert.equal(verdictOf(SUM, 's += i + 2;')?.firstViolation?.actual, 7);
    assert.equal(repairOf(SUM, 's += i + 2;'), null);
  });

  it('is silent about what it cannot check', () => {
    assert.equal(verdictOf('const f = (x) => ___;', '3 * x'), null);
    assert.equal(verdictOf(TRIPLE, 'I do not know.'), null);
    assert.equal(verdictOf(TRIPLE, 'y + 1'), null);
    assert.equal(verdictOf(`${TRIPLE}class A {}\n`, '3 * x + 1'), null);
    assert.equal(verdictOf(TRIPLE.replace('___', '3 * x + 1'), '7'), null);
    assert.equal(verdictOf(TRIPLE.replace('___', '3 * x'), '7'), null);
    assert.equal(verdictOf('', ''), null);
  });
});

describe('an answer at the cursor', () => {
  it('gets a line of its own when it is a statement and the line is taken', () => {
    assert.deepEqual(atCaret('// f(2) = 12', 0, 's += i + 2;'), { character: 0, text: 's += i + 2;\n' });
    assert.deepEqual(atCaret('  let s = 0;', 6, 'return s;'), { character: 12, text: '\n  return s;' });
  });

  it('goes right there otherwise', () => {
    assert.deepEqual(atCaret('f();', 2, '4'), { character: 2, text: '4' });
    assert.deepEqual(atCaret('  ', 2, 'return s;'), { character: 2, text: 'return s;' });
  });
});
