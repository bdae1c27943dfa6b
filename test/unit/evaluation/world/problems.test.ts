import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkAgainstExamples, holdsOnExamples } from '../../../../extension/evaluation/interpreter/check.ts';
import { runProgram } from '../../../../extension/evaluation/interpreter/evaluator.ts';
import { parseProgram } from '../../../../extension/evaluation/interpreter/parser.ts';
import { fillHole } from '../../../../extension/evaluation/interpreter/hole.ts';
import { applyRepair, editDistance } from '../../../../extension/evaluation/interpreter/repair.ts';
import { satisfies } from '../../../../extension/evaluation/world/behaviour.ts';
import { drawProblem } from '../../../../extension/evaluation/world/draw.ts';
import { gradeAnswer } from '../../../../extension/evaluation/world/grade.ts';
import { LEVELS, SKILLS } from '../../../../extension/evaluation/world/problem.ts';
import type { Problem, SearchProblem } from '../../../../extension/evaluation/world/problem.ts';
import { createRandom } from '../../../../extension/evaluation/world/random.ts';
import type { Split } from '../../../../extension/evaluation/world/split.ts';
import { behaviourKey, renamed, splitOf } from '../../../../extension/evaluation/world/split.ts';

const PER_LEVEL = 25;

function drawn(split: Split, seed: number, perLevel = PER_LEVEL): Problem[] {
  const random = createRandom(seed);
  return SKILLS.flatMap((skill) => LEVELS.flatMap((level) => Array.from({ length: perLevel }, () => drawProblem(random, skill, level, split))));
}

describe('problems of the task world', function () {
  this.timeout(60_000); // Problems whose examples determine them are searched for, on a machine that may be busy.
  const problems = drawn('train', 1);
  const searches = problems.filter((problem): problem is SearchProblem => problem.skill !== 'predict');

  it('are the same for the same seed and different for another', () => {
    assert.deepEqual(drawn('train', 1), problems);
    assert.notDeepEqual(drawn('train', 2), problems);
  });

  it('are answered rightly by their own answer, and by no answer that is empty', () => {
    for (const problem of problems) {
      assert.deepEqual(gradeAnswer(problem, ` ${problem.answer}\n`), { right: true, fitsExamples: true }, problem.code);
      assert.equal(gradeAnswer(problem, '').right, false);
    }
  });

  it('print the number they say', () => {
    for (const problem of problems) {
      if (problem.skill === 'predict') {
        assert.deepEqual(runProgram(parseProgram(problem.code)), [Number(problem.answer)]);
      }
    }
  });

  it('hold on their examples once answered, and not before', () => {
    for (const problem of searches) {
      assert.equal(holdsOnExamples(problem.code), false, problem.code);
      assert.ok(checkAgainstExamples(problem.code).violated.length > 0);
      const solved = problem.skill === 'complete' ? fillHole(problem.code, problem.answer) : applyRepair(problem.code, problem.answer)?.source;
      assert.ok(solved !== undefined && holdsOnExamples(solved), `${problem.code}\n${problem.answer}`);
    }
  });

  it('name as failing only what an example refutes, and the answer last', () => {
    for (const problem of searches) {
      const tried = problem.work.attempts.flatMap(({ hypothesis }) => (hypothesis === null ? [] : [hypothesis]));
      assert.equal(tried.at(-1)?.answer, problem.answer);
      assert.ok(tried.slice(0, -1).every((hypothesis) => !satisfies(hypothesis.source, problem.examples)), problem.code);
    }
  });

  it('have examples that nearly determine the function, at every level', () => {
    // A wider pool than the generator's own: what other problems have for an answer; of repairs, those within two characters of a line.
    for (const level of LEVELS) {
      const own = searches.filter((problem) => problem.level === level);
      const ambiguous = own.filter((problem) => {
        const rivals = searches.filter((other) => other.skill === problem.skill && other.examples[0]?.arguments.length === problem.examples[0]?.arguments.length);
        return rivals.some((rival) => {
          if (problem.skill === 'repair' && !problem.code.split('\n').some((line) => editDistance(line.trim(), rival.answer) <= 2)) {
            return false;
          }
          const grade = gradeAnswer(problem, rival.answer);
          return grade.fitsExamples && !grade.right;
        });
      });
      assert.ok(ambiguous.length / own.length < 0.05, `level ${level}: ${ambiguous.length} of ${own.length}`);
    }
  });
});

describe('the split', function () {
  this.timeout(60_000);
  const parts = { train: drawn('train', 11), calibration: drawn('calibration', 12, 8), 'held-out': drawn('held-out', 13, 8) };

  it('puts no behaviour on two sides, whatever the seeds', () => {
    const keys = Object.values(parts).map((problems) => new Set(problems.map(behaviourKey)));
    for (const [index, own] of keys.entries()) {
      for (const other of keys.slice(index + 1)) {
        assert.ok([...own].every((key) => !other.has(key)));
      }
    }
    for (const [split, problems] of Object.entries(parts)) {
      assert.ok(problems.every((problem) => splitOf(problem) === split));
    }
  });

  it('puts no solved function and no program on two sides, whatever its names and whatever value a program starts from', () => {
    const solved = (problem: Problem): string => (problem.skill === 'predict' ? problem.code.replace(/\d+/, '0') : problem.truth.source);
    const trees = Object.values(parts).map((problems) => new Set(problems.map((problem) => JSON.stringify(renamed(parseProgram(solved(problem)))))));
    assert.ok(trees.every((own) => own.size > SKILLS.length * LEVELS.length));
    for (const [index, own] of trees.entries()) {
      for (const other of trees.slice(index + 1)) {
        assert.ok([...own].every((tree) => !other.has(tree)));
      }
    }
  });

  it('does not look at the names of variables nor at the value a program starts from', () => {
    const base: Problem = { skill: 'predict', level: 1, question: 'What does this print?', code: 'let a = 1;\nlet b = a + 2;\nconsole.log(b);', languageId: 'javascript', answer: '3' };
    const other: Problem = { ...base, question: 'Predict the output.', code: 'let x = 5;\nlet z = x + 2;\nconsole.log(z);', answer: '7' };
    const different: Problem = { ...base, code: 'let a = 1;\nlet b = a + 2;\nconsole.log(a);', answer: '1' };
    assert.equal(behaviourKey(other), behaviourKey(base));
    assert.notEqual(behaviourKey(different), behaviourKey(base));
  });
});
