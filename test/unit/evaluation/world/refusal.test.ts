import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { proven } from '../../../../extension/evaluation/suggestion/prove.ts';
import { verdictOf } from '../../../../extension/editor/runs/verdict.ts';
import { gradeAnswer } from '../../../../extension/evaluation/world/grade.ts';
import { drawProblem } from '../../../../extension/evaluation/world/draw.ts';
import { LEVELS, SKILLS } from '../../../../extension/evaluation/world/problem.ts';
import { createRandom } from '../../../../extension/evaluation/world/random.ts';
import { isRefusal, REFUSAL } from '../../../../extension/evaluation/world/refusal.ts';

describe('the refusal', () => {
  it('is recognised whole, and where a budget cut it off', () => {
    for (const answer of [REFUSAL, ` ${REFUSAL}\n`, REFUSAL.slice(0, -1), 'This is outside my wor']) assert.ok(isRefusal(answer), answer);
  });

  it('is not seen in anything else', () => {
    for (const answer of ['', 'This', 'this', 'x + 1', `${REFUSAL} x + 1`, `// ${REFUSAL}`, 'This is outside the loop.']) assert.equal(isRefusal(answer), false, answer);
  });

  it('is never right, never proven, and never given a verdict', () => {
    const random = createRandom(3);
    for (const skill of SKILLS) {
      for (const level of LEVELS) {
        const problem = drawProblem(random, skill, level, 'train');
        assert.deepEqual(gradeAnswer(problem, REFUSAL), { right: false, fitsExamples: false });
        assert.equal(proven(problem.code, REFUSAL), null);
        assert.equal(verdictOf(problem.code, REFUSAL), null);
      }
    }
  });
});
