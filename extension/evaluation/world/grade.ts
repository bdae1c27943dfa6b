/** Judges an answer: right is what agrees with the truth on hidden inputs too, not only on the examples shown. */
import { fillHole } from '../interpreter/hole.ts';
import { possibleRepairs } from '../interpreter/repair.ts';
import { InterpreterError } from '../interpreter/syntax.ts';
import { behaviour, satisfies } from './behaviour.ts';
import type { Problem, SearchProblem } from './problem.ts';

export interface Grade {
  readonly right: boolean;
  /** Whether every stated example holds; for predictions the same as `right`. */
  readonly fitsExamples: boolean;
}

export function gradeAnswer(problem: Problem, answer: string): Grade {
  if (problem.skill === 'predict') {
    const right = answer.trim() === problem.answer;
    return { right, fitsExamples: right };
  }
  const sources = answered(problem, answer);
  const name = problem.examples[0]?.name ?? '';
  const expected = JSON.stringify(behaviour(problem.truth.source, name, problem.hidden));
  const fitting = sources.find((source) => satisfies(source, problem.examples));
  return {
    fitsExamples: fitting !== undefined,
    right: fitting !== undefined && JSON.stringify(behaviour(fitting, name, problem.hidden)) === expected,
  };
}

function answered(problem: SearchProblem, answer: string): string[] {
  try {
    return problem.skill === 'complete' ? [fillHole(problem.code, answer)] : possibleRepairs(problem.code, answer).map((repair) => repair.source);
  } catch (error) {
    if (error instanceof InterpreterError) {
      return [];
    }
    throw error;
  }
}
