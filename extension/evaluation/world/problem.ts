/** What a problem of the task world is. */
import type { Example } from '../interpreter/examples.ts';

export type Skill = 'predict' | 'complete' | 'repair';
/** 1: a try or two; 2 and 3: more steps or candidates than fit one glance; 4: more than can be worked through reliably. */
export type Level = 1 | 2 | 3 | 4;
export type Effort = 'low' | 'medium' | 'high';

export const SKILLS: readonly Skill[] = ['predict', 'complete', 'repair'];
export const LEVELS: readonly Level[] = [1, 2, 3, 4];
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

/** Make the examples true: fill the hole (the answer is the expression) or correct the fault (the answer is the corrected line). */
export interface SearchProblem extends Asked {
  readonly skill: 'complete' | 'repair';
  readonly answer: string;
  readonly truth: Hypothesis;
  readonly examples: readonly Example[];
  /** Inputs on which an answer must agree with the truth to be right. */
  readonly hidden: readonly (readonly number[])[];
  readonly work: SearchWork;
}

/** How the answer is found: what may be worked out first, and what is tried, in order, up to and including the truth. */
export type SearchWork =
  /** The hole is evaluated once a call: what it must be worth follows from every example. */
  | { readonly kind: 'needs'; readonly cases: readonly NeedCase[]; readonly attempts: readonly Attempt[] }
  /** The hole lies in a loop: a hypothesis has to be run. `first` is what the first example tells of it. */
  | { readonly kind: 'runs'; readonly first: Note; readonly attempts: readonly Attempt[] }
  /** One line is wrong: changes are tried along the source. */
  | { readonly kind: 'faults'; readonly attempts: readonly Attempt[] };

/** Equations worked out before a try: at high, at medium and at low effort, which has fewer tries and so misses more by a wrong number in one. */
export interface Note {
  readonly full: readonly string[];
  readonly short: readonly string[];
  readonly brief: readonly string[];
}

/** A try. Without a hypothesis the note has shown that there is none of this shape. */
export interface Attempt {
  readonly note: Note | null;
  readonly hypothesis: Hypothesis | null;
}

/** One example of a hole that is evaluated at most once a call. */
export interface NeedCase {
  readonly example: Example;
  /** Values of the names the hole may use. */
  readonly values: Readonly<Record<string, number>>;
  /** Statements before the hole, or the test that decides whether it is reached: source text and the name that gets the value. */
  readonly before: readonly { readonly expression: string; readonly name: string | null }[];
  /** What the hole must be worth and the equation that says so (`7-2=5`); null where the hole is not reached. */
  readonly need: { readonly value: number; readonly equation: string } | null;
}

export type Problem = PredictProblem | SearchProblem;

/** Every value a program of the world may take while it runs on its examples. */
export const SMALLEST_VALUE = -99;
export const LARGEST_VALUE = 199;
