/** Draws a problem of a given skill and level from one part of the split. */
import { rivalOf } from './ambiguity.ts';
import { drawComplete } from './complete.ts';
import { drawPredict } from './predict.ts';
import type { Level, Problem, Skill } from './problem.ts';
import type { Random } from './random.ts';
import { drawRepair } from './repair-problem.ts';
import type { Split } from './split.ts';
import { splitOf } from './split.ts';

/**
 * Draws until there is one. Problems to measure with leave one answer among all that `rivalOf` tries. Those to learn from only rule out the rivals
 * their own skill looks for: trying all of them would take hours for as many as a training needs, and a few with two answers do no harm there.
 */
export function drawProblem(random: Random, skill: Skill, level: Level, split: Split): Problem {
  const draw = { predict: drawPredict, complete: drawComplete, repair: drawRepair }[skill];
  for (;;) {
    const problem: Problem | null = draw(random, level);
    if (problem !== null && splitOf(problem) === split && (split === 'train' || isUnambiguous(problem))) {
      return problem;
    }
  }
}

function isUnambiguous(problem: Problem): boolean {
  return problem.skill === 'predict' || rivalOf(problem) === null;
}
