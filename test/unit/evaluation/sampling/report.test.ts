import assert from 'node:assert/strict';
import { samplingReport } from '../../../../extension/evaluation/sampling/report.ts';
import type { Sampled, WayName } from '../../../../extension/evaluation/sampling/ways.ts';

const result = (problem: number, way: WayName, right: boolean, tokens: number, drops = 0): Sampled => ({
  model: 'm', problem: String(problem), level: 1, way, samples: 4, answer: '', right, thinking: tokens, solution: 0, tokens, drops,
});

describe('the report on several lines of thought', () => {
  it('sets the ways side by side on the same problems', () => {
    const problems = Array.from({ length: 20 }, (_, index) => index);
    const text = samplingReport(problems.flatMap((problem) => [result(problem, 'one', problem < 10, 100), result(problem, 'vote', problem < 15, 400), result(problem, 'particles', problem < 12, 350, problem % 2)]));
    assert.match(text, /^20 held-out problems/);
    assert.match(text, /\| one line of thought, greedy \| 50 % \| 100 \| +\| +\|/);
    assert.match(text, /\| 4 runs whose answers vote \| 75 % \| 400 \| \+25\.0 \[/);
    assert.match(text, /\| 4 lines of a particle filter \| 60 % \| 350 \| \+10\.0 .* \| −15\.0 /);
    assert.match(text, /dropped lines of thought in 10 of 20 runs, 0\.5 times/);
    assert.match(text, /50 \[50 to 50\] fewer tokens than the vote/);
  });
});
