/** The held-out problems a model is measured on. */
import { drawProblems, type SetProblem } from '../problems.ts';

export type GateProblem = Pick<SetProblem, 'id' | 'problem'>;

/** `perLevel` problems of each level (rounded up to a multiple of the skills), the same number of each skill. */
export function* drawGateProblems(seed: number, perLevel: number): Generator<GateProblem> {
  for (const { id, problem } of drawProblems(seed, perLevel, 'held-out')) yield { id, problem };
}
