import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rivalOf } from '../../../../extension/evaluation/world/ambiguity.ts';
import { endedJobs, firstJobs, keyOf, sampledJobs, SAMPLES, SHARES, hardest } from '../../../../extension/evaluation/gate/modes.ts';
import { expressions } from '../../../../extension/evaluation/world/pool.ts';
import { drawGateProblems } from '../../../../extension/evaluation/gate/problems.ts';
import { fillHole } from '../../../../extension/evaluation/interpreter/hole.ts';
import { behaviour, hiddenInputs, satisfies } from '../../../../extension/evaluation/world/behaviour.ts';
import { EFFORTS, LEVELS, SKILLS, type SearchProblem } from '../../../../extension/evaluation/world/problem.ts';
import { splitOf } from '../../../../extension/evaluation/world/split.ts';

describe("the gate's problems", function () {
  this.timeout(120_000);
  const few = [...drawGateProblems(5, 3)];

  it('are held out, as many of each skill on each level, and no two alike', () => {
    for (const level of LEVELS) for (const skill of SKILLS) assert.equal(few.filter(({ problem }) => problem.level === level && problem.skill === skill).length, 1);
    assert.ok(few.every(({ problem }) => splitOf(problem) === 'held-out'));
    assert.equal(new Set(few.map(({ id }) => id)).size, few.length);
  });

  it('leave one answer each', () => {
    for (const { problem } of few) if (problem.skill !== 'predict') assert.equal(rivalOf(problem), null, problem.code);
  });

  it('are the same for the same seed, the first of more, and others for another', () => {
    const more = new Set([...drawGateProblems(5, 4)].map(({ id }) => id));
    assert.equal(more.size, few.length * 2);
    assert.ok(few.every(({ id }) => more.has(id)));
    const print = (id: string): string => id.split('-').at(-1) ?? '';
    const others = new Set([...drawGateProblems(6, 3)].map(({ id }) => print(id)));
    assert.ok(few.some(({ id }) => !others.has(print(id))));
  });

  it('become one job for every mode, each under a key of its own', () => {
    const jobs = [...firstJobs(few), ...sampledJobs(few, () => 40), ...endedJobs(few, () => 40)];
    const harder = few.filter(({ problem }) => problem.level >= 2).length;
    const last = few.filter(({ problem }) => problem.level === hardest).length;
    assert.equal(jobs.length, few.length * (EFFORTS.length + SHARES.length) + harder + last * SAMPLES);
    assert.equal(new Set(jobs.map(({ problem, mode }) => keyOf(problem, mode))).size, jobs.length);
    const budgets = jobs.flatMap(({ mode, thinking }) => (mode.kind === 'ended' ? [[mode.share, thinking]] : []));
    assert.ok(budgets.every(([share, thinking]) => thinking === (40 * (share ?? 0)) / 100));
    assert.ok(jobs.every(({ mode, thinking }) => (mode.kind === 'direct' ? thinking === 0 : mode.kind === 'ended' || thinking === null)));
  });
});

function search(skill: SearchProblem['skill'], code: string, answer: string, truth: string, examples: readonly (readonly [number, number])[]): SearchProblem {
  const comments = examples.map(([x, y]) => `// f(${x}) = ${y}\n`).join('');
  return {
    skill, level: 1, question: 'Complete f', code: comments + code, languageId: 'javascript', answer, truth: { answer, source: comments + truth },
    examples: examples.map(([x, expected]) => ({ name: 'f', arguments: [x], expected })), hidden: hiddenInputs(1, 10), work: { kind: 'faults', attempts: [] },
  };
}

describe('ambiguity', () => {
  it('is found where another expression fits the examples and does something else', () => {
    const line = (examples: readonly (readonly [number, number])[]): SearchProblem => search('complete', 'const f = (x) => ___;', '7 * x - 7', 'const f = (x) => 7 * x - 7;', examples);
    const rival = rivalOf(line([[6, 35], [1, 0]]));
    assert.ok(rival !== null && satisfies(rival, line([[6, 35], [1, 0]]).examples));
    assert.notDeepEqual(behaviour(rival, 'f', [[3]]), [14]);
    assert.equal(rivalOf(line([[6, 35], [1, 0], [3, 14]])), null);
  });

  it('is found in branches nobody sees an example of', () => {
    const choice = (examples: readonly (readonly [number, number])[]): SearchProblem => search('complete', 'const f = (x) => ___;', 'x > 4 ? x + 1 : x - 3', 'const f = (x) => x > 4 ? x + 1 : x - 3;', examples);
    assert.ok(rivalOf(choice([[6, 7], [9, 10]])));
    assert.ok(rivalOf(choice([[1, -2], [2, -1], [7, 8], [9, 10]])), 'the threshold is anywhere from 2 to 6');
    assert.equal(rivalOf(choice([[1, -2], [2, -1], [4, 1], [5, 6], [7, 8], [9, 10]])), null);
  });

  it('is found where another single change repairs the examples', () => {
    const fault = (examples: readonly (readonly [number, number])[]): SearchProblem => search('repair', 'const f = (x) => 2 * x + 3;', 'const f = (x) => 2 * x + 1;', 'const f = (x) => 2 * x + 1;', examples);
    assert.ok(rivalOf(fault([[2, 5]])), 'x + 3 fits one example too');
    assert.equal(rivalOf(fault([[2, 5], [4, 9]])), null);
  });

  it('tries every expression once, the way it is written', () => {
    const all = expressions(['x', 'i'], 2);
    assert.equal(new Set(all).size, all.length);
    for (const text of ['x', '7', 'x + 3', '4 * x', 'x * i', 'i - x']) assert.ok(all.some((other) => same(other, text)), text);
    assert.ok(all.some((text) => same(text, '3 * x + 1')) && all.some((text) => same(text, 'x * i - 2')));
    assert.equal(expressions(['x'], 2).filter((text) => same(text, '2 * x')).length, 1);
  });
});

/** Whether two expressions give the same on some inputs. */
function same(one: string, other: string): boolean {
  const inputs = [[0, 0], [1, 4], [5, 2], [7, 7], [3, 9]];
  const values = (text: string): (number | null)[] => behaviour(fillHole('const f = (x, i) => ___;', text), 'f', inputs);
  return JSON.stringify(values(one)) === JSON.stringify(values(other));
}
