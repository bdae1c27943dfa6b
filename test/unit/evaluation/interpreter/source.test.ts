import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkAgainstExamples, holdsOnExamples } from '../../../../extension/evaluation/interpreter/check.ts';
import { readExamples } from '../../../../extension/evaluation/interpreter/examples.ts';
import { fillHole, findHole, normalExpression } from '../../../../extension/evaluation/interpreter/hole.ts';
import { applyRepair, editDistance, possibleRepairs } from '../../../../extension/evaluation/interpreter/repair.ts';
import { InterpreterError } from '../../../../extension/evaluation/interpreter/syntax.ts';

const DEMO = '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;\n';

describe('examples in comments', () => {
  it('are read in every spelling', () => {
    const source = ['// f(2) = 7', '  // f(2) -> 7', '// f(2) => 7', '// f(2) === 7;', 'const a = 1; // f(-2, 3) == -7'].join('\n');
    assert.deepEqual(
      readExamples(source).map(({ arguments: given, expected }) => [given, expected]),
      [[[2], 7], [[2], 7], [[2], 7], [[2], 7], [[-2, 3], -7]],
    );
  });

  it('are not read from prose or code', () => {
    assert.deepEqual(readExamples('f(2) = 7\n// see f(2)\n// f(2) = seven\n// f(x) = 7\n// f(2) = 7.5\n// f(2) = 7 or so'), []);
  });
});

describe('a line that is only nearly an example', () => {
  it('is turned down at once, however long it is', () => {
    assert.deepEqual(readExamples(`// f(2) = 7${' '.repeat(300_000)}x`), []);
    assert.equal(readExamples(`// f(2) = 7${' '.repeat(300_000)}`).length, 1);
  });
});

describe('the hole', () => {
  it('is found once, outside comments', () => {
    assert.deepEqual(findHole(DEMO), { start: DEMO.indexOf('___'), end: DEMO.indexOf('___') + 3 });
    assert.equal(findHole('// fill ___\nconst f = (x) => x;'), null);
    assert.equal(findHole('const f = (x) => ___ + ___;'), null);
    assert.equal(findHole('const f = (x) => a___b;'), null);
  });

  it('is filled, with parentheses where the place needs them', () => {
    assert.equal(fillHole(DEMO, '3 * x + 1'), DEMO.replace('___', '3 * x + 1'));
    assert.equal(fillHole('const f = (x) => 2 * ___;', 'x + 1'), 'const f = (x) => 2 * (x + 1);');
    assert.equal(fillHole('const f = (x) => 2 + ___;', 'x * 3'), 'const f = (x) => 2 + x * 3;');
    assert.equal(fillHole('const f = (x) => 9 - ___;', 'x - 1'), 'const f = (x) => 9 - (x - 1);');
  });

  for (const hostile of ['x; process.exit()', 'x // comment', 'x /* y */', '', '___', 'x)\n(x', '(() => 1)()', '`x`', 'x; // f(2) = 7', 'x = 1', 'x\u2028+ 1', 'require("fs")']) {
    it(`refuses ${JSON.stringify(hostile)}`, () => {
      assert.throws(() => fillHole(DEMO, hostile), InterpreterError);
    });
  }

  it('has a normal form for what fills it', () => {
    assert.equal(normalExpression('(3*x)+1'), '3 * x + 1');
  });
});

describe('checking a source on its examples', () => {
  it('tells what holds and what does not', () => {
    const { satisfied, violated } = checkAgainstExamples(fillHole(DEMO, 'x + 5'));
    assert.deepEqual(satisfied, [{ call: 'f(2)', expected: 7, actual: 7 }]);
    assert.deepEqual(violated, [{ call: 'f(5)', expected: 16, actual: 10 }]);
    assert.ok(holdsOnExamples(fillHole(DEMO, 'x * 3 + 1')));
  });

  it('gives a reason where a call cannot be run', () => {
    assert.match(String(checkAgainstExamples(DEMO).violated[0]?.actual), /hole/);
    assert.match(String(checkAgainstExamples('// f(1) = 1\nclass A {}').violated[0]?.actual), /not supported/);
  });

  it('does not call a source sound that states no example', () => {
    assert.equal(holdsOnExamples('const f = (x) => x;'), false);
  });
});

describe('repair by one line', () => {
  const faulty = '// f(2) = 3\n// f(4) = 10\nfunction f(x) {\n  let s = 0;\n  for (let i = 1; i < x; i++) {\n    s += i;\n  }\n  return s;\n}';

  it('replaces the nearest line under which the examples hold', () => {
    const repaired = applyRepair(faulty, 'for (let i = 1; i <= x; i++) {');
    assert.equal(repaired?.line, 4);
    assert.equal(repaired?.source.split('\n')[4], '  for (let i = 1; i <= x; i++) {');
  });

  it('offers nothing that leaves an example violated or does not parse', () => {
    assert.equal(applyRepair(faulty, 's += i + 1;'), null);
    assert.equal(applyRepair(faulty, '}} alert(1)'), null);
    assert.equal(applyRepair(faulty, 's += i; // f(2) = 1'), null);
  });

  it('keeps the comment behind the line, and with it the example it states', () => {
    const source = '// f(2) = 3\r\n  const f = (x) => x - 1; // f(3) = 4\r\n';
    assert.equal(applyRepair(source, 'const f = (x) => x + 1;')?.source, source.replace('x - 1', 'x + 1'));
    assert.equal(applyRepair(source.replace('= 4', '= 9'), 'const f = (x) => x + 1;'), null);
    assert.deepEqual(possibleRepairs(source, 'const f = (x) => x - 1;'), []);
  });

  it('looks at no source that is too long to be run', () => {
    const long = `// f(2) = 3\nconst f = (x) => x - 1;\n// ${'x'.repeat(20_000)}`;
    assert.deepEqual(possibleRepairs(long, 'const f = (x) => x + 1;'), []);
  });

  it('gives up a line at the first example it does not make true: each may run to the step limit', () => {
    const examples = Array.from({ length: 500 }, (_, index) => `// f(${index}) = ${index}`);
    const source = [...examples, 'const f = (x) => {', ...Array.from({ length: 100 }, () => '  x += 1;'), '  while (true) {', '    x += 1;', '  }', '  return x;', '};'].join('\n');
    const begun = process.cpuUsage();
    assert.equal(applyRepair(source, 'x += 2;'), null);
    // All examples of all lines are 50,000 runs of 10,000 steps, which take many seconds.
    assert.ok(process.cpuUsage(begun).user < 3e6);
  });

  it('measures distance by insertions, deletions and changes', () => {
    assert.equal(editDistance('kitten', 'sitting'), 3);
    assert.equal(editDistance('', 'ab'), 2);
  });
});
