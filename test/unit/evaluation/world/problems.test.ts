import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkAgainstExamples, holdsOnExamples } from '../../../../extension/evaluation/interpreter/check.ts';
import { runProgram } from '../../../../extension/evaluation/interpreter/evaluator.ts';
import { parseProgram } from '../../../../extension/evaluation/interpreter/parser.ts';
import { fillHole } from '../../../../extension/evaluation/interpreter/hole.ts';
import { applyRepair } from '../../../../extension/evaluation/interpreter/repair.ts';
import { behaviour, satisfies } from '../../../../extension/evaluation/world/behaviour.ts';
import { drawProblem } from '../../../../extension/evaluation/world/draw.ts';
import { gradeAnswer } from '../../../../extension/evaluation/world/grade.ts';
import { LEVELS, SKILLS } from '../../../../extension/evaluation/world/problem.ts';
import type { Problem, SearchProblem } from '../../../../extension/evaluation/world/problem.ts';
import { createRandom } from '../../../../extension/evaluation/world/random.ts';
import { problemKey, splitOf } from '../../../../extension/evaluation/world/split.ts';

const PER_LEVEL = 25;

function drawn(split: 'train' | 'held-out', seed: number, perLevel = PER_LEVEL): Problem[] {
  const random = createRandom(seed);
  return SKILLS.flatMap((skill) => LEVELS.flatMap((level) => Array.from({ length: perLevel }, () => drawProblem(random, skill, level, split))));
}

describe('problems of the task world', () => {
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

  it('name as wrong only what an example refutes', () => {
    for (const problem of searches) {
      assert.ok(problem.wrong.every((hypothesis) => !satisfies(hypothesis.source, problem.examples)));
      assert.ok(problem.wrong.every((hypothesis) => hypothesis.answer !== problem.answer));
    }
  });

  it('have examples that nearly determine the function', () => {
    // A wider pool than the generator's own: the truths of other problems of the same shape, tried on each problem.
    let fitting = 0;
    let ambiguous = 0;
    for (const problem of searches) {
      const rivals = searches.filter((other) => other.skill === 'complete' && problem.skill === 'complete' && other.examples[0]?.arguments.length === problem.examples[0]?.arguments.length);
      const name = problem.examples[0]?.name ?? '';
      const truth = JSON.stringify(behaviour(problem.truth.source, name, problem.hidden));
      for (const rival of rivals) {
        const grade = gradeAnswer(problem, rival.answer);
        fitting += Number(grade.fitsExamples);
        ambiguous += Number(grade.fitsExamples && !grade.right);
      }
      assert.ok(truth.length > 0);
    }
    assert.ok(fitting > 0 && ambiguous / fitting < 0.1, `${ambiguous} of ${fitting} answers fit the examples and are wrong`);
  });
});

describe('the split', () => {
  it('puts no problem on both sides, whatever the seeds', () => {
    const train = new Set(drawn('train', 11).map(problemKey));
    const heldOut = drawn('held-out', 12, 3);
    assert.ok(heldOut.every((problem) => splitOf(problem) === 'held-out' && !train.has(problemKey(problem))));
  });

  it('does not look at the names of variables', () => {
    const base: Problem = { skill: 'predict', level: 1, question: 'What does this print?', code: 'let a = 1;\nlet b = a + 2;\nconsole.log(b);', languageId: 'javascript', answer: '3' };
    const other: Problem = { ...base, question: 'Predict the output.', code: 'let x = 1;\nlet z = x + 2;\nconsole.log(z);' };
    const different: Problem = { ...base, code: 'let a = 1;\nlet b = a + 2;\nconsole.log(a);', answer: '1' };
    assert.equal(problemKey(other), problemKey(base));
    assert.notEqual(problemKey(different), problemKey(base));
  });

  it('tells problems with other examples or another truth apart', () => {
    const random = createRandom(5);
    const keys = Array.from({ length: 60 }, () => problemKey(drawProblem(random, 'complete', 1, 'train')));
    assert.ok(new Set(keys).size > 50);
  });
});
