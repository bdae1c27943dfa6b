/** Problems drawn for measuring and for calibrating: the same for the same seed, whatever the model. */
import { createHash } from 'node:crypto';
import { drawProblem } from './world/draw.ts';
import { LEVELS, SKILLS, type Problem } from './world/problem.ts';
import { createRandom } from './world/random.ts';
import type { Split } from './world/split.ts';

export interface SetProblem {
  /** Level, skill, number and a fingerprint of what is asked, so that a result is never taken for another problem's. */
  readonly id: string;
  readonly problem: Problem;
  readonly split: Split;
}

/** `perLevel` problems of each level (rounded up to a multiple of the skills), the same number of each skill. */
export function* drawProblems(seed: number, perLevel: number, split: Split): Generator<SetProblem> {
  const each = Math.ceil(perLevel / SKILLS.length);
  for (const level of LEVELS) {
    for (const skill of SKILLS) {
      // A stream of its own for every kind: fewer problems are then the first of more.
      const random = createRandom(seed * 1000 + level * 10 + SKILLS.indexOf(skill));
      const seen = new Set<string>();
      while (seen.size < each) {
        const problem = drawProblem(random, skill, level, split);
        const print = fingerprint(problem);
        if (seen.has(print)) continue;
        seen.add(print);
        yield { id: `${level}-${skill}-${seen.size}-${print}`, problem, split };
      }
    }
  }
}

function fingerprint({ question, code, answer }: Problem): string {
  return createHash('sha256').update(JSON.stringify([question, code, answer])).digest('hex').slice(0, 10);
}
