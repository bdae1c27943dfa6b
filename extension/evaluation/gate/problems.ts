/** The held-out problems a model is measured on: the same for the same seed, whatever the model. */
import { createHash } from 'node:crypto';
import { drawProblem } from '../world/draw.ts';
import { LEVELS, SKILLS, type Problem } from '../world/problem.ts';
import { createRandom } from '../world/random.ts';

export interface GateProblem {
  /** Level, skill, number and a fingerprint of what is asked, so that a result is never taken for another problem's. */
  readonly id: string;
  readonly problem: Problem;
}

/** `perLevel` problems of each level (rounded up to a multiple of the skills), the same number of each skill. */
export function* drawGateProblems(seed: number, perLevel: number): Generator<GateProblem> {
  const each = Math.ceil(perLevel / SKILLS.length);
  for (const level of LEVELS) {
    for (const skill of SKILLS) {
      // A stream of its own for every kind: fewer problems are then the first of more.
      const random = createRandom(seed * 1000 + level * 10 + SKILLS.indexOf(skill));
      const seen = new Set<string>();
      while (seen.size < each) {
        const problem = drawProblem(random, skill, level, 'held-out');
        const print = fingerprint(problem);
        if (seen.has(print)) continue;
        seen.add(print);
        yield { id: `${level}-${skill}-${seen.size}-${print}`, problem };
      }
    }
  }
}

function fingerprint({ question, code, answer }: Problem): string {
  return createHash('sha256').update(JSON.stringify([question, code, answer])).digest('hex').slice(0, 10);
}
