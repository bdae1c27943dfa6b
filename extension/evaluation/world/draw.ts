/** Draws a problem of a given skill and level from one part of the split. */
import { drawComplete } from './complete.ts';
import { drawPredict } from './predict.ts';
import type { Level, Problem, Skill } from './problem.ts';
import type { Random } from './random.ts';
import { drawRepair } from './repair-problem.ts';
import type { Split } from './split.ts';
import { splitOf } from './split.ts';

/** Draws until there is one. */
export function drawProblem(random: Random, skill: Skill, level: Level, split: Split): Problem {
  const draw = { predict: drawPredict, complete: drawComplete, repair: drawRepair }[skill];
  for (;;) {
    const problem: Problem | null = draw(random, level);
    if (problem !== null && splitOf(problem) === split) {
      return problem;
    }
  }
}
