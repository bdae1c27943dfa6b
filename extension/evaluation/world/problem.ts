/** What a problem of the task world is. */
import type { Example } from '../interpreter/examples.ts';

export type Skill = 'predict' | 'complete' | 'repair';
export type Level = 1 | 2 | 3;
export type Effort = 'low' | 'medium' | 'high';

export const SKILLS: readonly Skill[] = ['predict', 'complete', 'repair'];
export const LEVELS: readonly Level[] = [1, 2, 3];
export const EFFORTS: readonly Effort[] = ['low', 'medium', 'high'];

/** Something that may be tried: what would be answered, and the whole source that answer makes. */
export interface Hypothesis {
  readonly answer: string;
  readonly source: string;
}

interface Asked {
  readonly level: Level;
  readonly question: string;
  readonly code: string;
  readonly languageId: 'javascript' | 'typescript';
}

/** What does this program print? The answer is the number. */
export interface PredictProblem extends Asked {
  readonly skill: 'predict';
  readonly answer: string;
}

/**
 * Make the examples true: fill the hole (the answer is the expression) or correct the fault (the answer is the corrected line).
 * `wrong` holds hypotheses that violate an example; a trace draws its failed tries from them.
 */
export interface SearchProblem extends Asked {
  readonly skill: 'complete' | 'repair';
  readonly answer: string;
  readonly truth: Hypothesis;
  readonly wrong: readonly Hypothesis[];
  /** How many of `wrong` come before the truth when hypotheses are tried in their natural order (for a fault: along the source). */
  readonly wrongBefore: number;
  readonly examples: readonly Example[];
  /** Inputs on which an answer must agree with the truth to be right. */
  readonly hidden: readonly (readonly number[])[];
}

export type Problem = PredictProblem | SearchProblem;

/** Every value a program of the world may take while it runs on its examples. */
export const SMALLEST_VALUE = -99;
export const LARGEST_VALUE = 199;
