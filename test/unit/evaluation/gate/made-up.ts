/** Results as a model might have given them, made up so that every figure of the gate is known. */
import type { Measured } from '../../../../extension/evaluation/gate/bars.ts';
import { hardest, keyOf, nameOf, SAMPLES, SHARES, type Mode } from '../../../../extension/evaluation/gate/modes.ts';
import type { GateProblem } from '../../../../extension/evaluation/gate/problems.ts';
import { Results, type Result } from '../../../../extension/evaluation/gate/results.ts';
import { EFFORTS, LEVELS } from '../../../../extension/evaluation/world/problem.ts';

/** Problems of each level. */
export const EACH = 120;

export const problems: readonly GateProblem[] = LEVELS.flatMap((level) =>
  Array.from({ length: EACH }, (_, index): GateProblem => ({
    id: `${level}-${index}`,
    problem: { skill: 'predict', level, question: 'What does this print?', code: `console.log(${index});`, languageId: 'javascript', answer: String(index) },
  })),
);

/** What a made-up model does in a mode on a level; `share` of the problems are right, the same ones first in every mode. */
export interface Behaviour {
  readonly share: number;
  readonly thinking?: number;
  readonly answered?: boolean;
}
export type MadeUp = (level: number, mode: Mode) => Behaviour;

const HIGH: Readonly<Record<number, number>> = { 1: 1, 2: 0.9, 3: 0.9 };
const LOW: Readonly<Record<number, number>> = { 1: 0.95, 2: 0.7, 3: 0.75 };

/** A model that reaches every bar. */
export const good: MadeUp = (level, mode) => {
  const high = HIGH[level] ?? 0.5;
  switch (mode.kind) {
    case 'natural':
      return mode.effort === 'high' ? { share: high, thinking: 200 } : mode.effort === 'medium' ? { share: high - 0.05, thinking: 100 } : { share: LOW[level] ?? 0.45, thinking: 50 };
    case 'direct':
      return { share: 0.1, thinking: 0 };
    case 'sampled':
      // Three of ten problems are always right, four more in two of eight samples.
      return { share: mode.sample <= 2 ? 0.7 : 0.3, thinking: 200 };
    case 'ended':
      return { share: high * (0.4 + (0.6 * mode.share) / 100), thinking: mode.share };
  }
};

export const modes: readonly Mode[] = [
  ...EFFORTS.map((effort): Mode => ({ kind: 'natural', effort })),
  { kind: 'direct' },
  ...Array.from({ length: SAMPLES }, (_, index): Mode => ({ kind: 'sampled', sample: index + 1 })),
  ...SHARES.map((share): Mode => ({ kind: 'ended', share })),
];

export function resultsOf(model: string, behaves: MadeUp): Results {
  const made = problems.flatMap((problem, index): Result[] => {
    const { level } = problem.problem;
    return modes
      .filter((mode) => mode.kind !== 'sampled' || level === hardest)
      .map((mode): Result => {
        const { share, thinking = 10, answered = true } = behaves(level, mode);
        return { model, key: keyOf(problem, mode), answer: answered ? '1' : '', right: (index % EACH) / EACH < share - 1e-9, answered, natural: mode.kind === 'natural', thinking, solution: 3 };
      });
  });
  return new Results(model, made);
}

/** A measurement of the good model, or with parts of it replaced. */
export function measured(change: Partial<Measured> = {}): Measured {
  return { problems, results: resultsOf('good', good), control: null, ambiguity: new Map(LEVELS.map((level) => [level, { ambiguous: 1, looked: 80 }])), ...change };
}

/** The good model but for one thing. */
export function but(where: (level: number, mode: string) => boolean, instead: Partial<Behaviour>): Results {
  return resultsOf('spoilt', (level, mode) => ({ ...good(level, mode), ...(where(level, nameOf(mode)) ? instead : {}) }));
}
