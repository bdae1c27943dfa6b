/** Runs a source text on the examples it states. */
import { callFunction } from './evaluator.ts';
import type { Example } from './examples.ts';
import { callText, readExamples } from './examples.ts';
import { parseProgram } from './parser.ts';
import type { Value } from './scope.ts';
import { InterpreterError } from './syntax.ts';

export interface ExampleResult {
  readonly call: string;
  readonly expected: number;
  /** What the call returned, or the sentence that says why it could not be run. */
  readonly actual: Value | string;
}

export interface CheckResult {
  readonly satisfied: readonly ExampleResult[];
  readonly violated: readonly ExampleResult[];
}

/** Never throws: a source that cannot be parsed violates every example, with the reason as its actual value. */
export function checkAgainstExamples(source: string): CheckResult {
  const satisfied: ExampleResult[] = [];
  const violated: ExampleResult[] = [];
  for (const example of readExamples(source)) {
    const result = { call: callText(example), expected: example.expected, actual: attempt(source, example) };
    (result.actual === example.expected ? satisfied : violated).push(result);
  }
  return { satisfied, violated };
}

/** Whether a source states at least one example and all of them hold. */
export function holdsOnExamples(source: string): boolean {
  const { satisfied, violated } = checkAgainstExamples(source);
  return satisfied.length > 0 && violated.length === 0;
}

function attempt(source: string, example: Example): Value | string {
  try {
    return callFunction(parseProgram(source), example.name, example.arguments);
  } catch (error) {
    if (error instanceof InterpreterError) {
      return error.message;
    }
    throw error;
  }
}
