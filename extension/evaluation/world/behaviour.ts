/** What functions do on given inputs: the ground on which hypotheses are compared. */
import { callFunction } from '../interpreter/evaluator.ts';
import type { Example } from '../interpreter/examples.ts';
import { parseProgram } from '../interpreter/parser.ts';
import type { Program } from '../interpreter/syntax.ts';
import { InterpreterError } from '../interpreter/syntax.ts';
import { LARGEST_VALUE, SMALLEST_VALUE } from './problem.ts';

/** Steps a function of the world may take on one input. */
export const MAX_STEPS = 400;

/** A function's values on inputs, `null` where it cannot be run. */
export function behaviour(source: string, name: string, inputs: readonly (readonly number[])[]): (number | null)[] {
  const program = parsed(source);
  return inputs.map((given) => (program === null ? null : valueOrNull(program, name, given)));
}

export function satisfies(source: string, examples: readonly Example[]): boolean {
  const program = parsed(source);
  return program !== null && examples.every((example) => valueOrNull(program, example.name, example.arguments) === example.expected);
}

/** Whether a call stays within the world's values at every step and ends soon. */
export function isTame(source: string, name: string, given: readonly number[], maxEffects: number): boolean {
  const program = parsed(source);
  if (program === null) {
    return false;
  }
  let effects = 0;
  let tame = true;
  const look = (value: unknown): void => {
    effects += 1;
    tame &&= effects <= maxEffects && (typeof value !== 'number' || (value >= SMALLEST_VALUE && value <= LARGEST_VALUE));
  };
  try {
    const result = callFunction(program, name, given, { maxSteps: MAX_STEPS, observer: (effect) => look(effect.value) });
    return tame && typeof result === 'number';
  } catch (error) {
    return refuseOthers(error);
  }
}

function parsed(source: string): Program | null {
  try {
    return parseProgram(source);
  } catch (error) {
    return refuseOthers(error) || null;
  }
}

function valueOrNull(program: Program, name: string, given: readonly number[]): number | null {
  try {
    const value = callFunction(program, name, given, { maxSteps: MAX_STEPS });
    return typeof value === 'number' ? value : null;
  } catch (error) {
    return refuseOthers(error) || null;
  }
}

/** False for the interpreter's own errors; anything else is a fault of ours and goes on. */
function refuseOthers(error: unknown): false {
  if (error instanceof InterpreterError) {
    return false;
  }
  throw error;
}

/** 0 … highest for one argument; every pair up to five for two. */
export function hiddenInputs(parameters: number, highest: number): number[][] {
  const line = Array.from({ length: highest + 1 }, (_, index) => index);
  return parameters === 1 ? line.map((x) => [x]) : line.slice(0, 6).flatMap((x) => line.slice(0, 6).map((y) => [x, y]));
}
