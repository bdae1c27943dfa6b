/** Runs a source text on the examples it states. */
import { callFunction } from './evaluator.ts';
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
  for (const result of results(source)) {
    (holds(result) ? satisfied : violated).push(result);
  }
  return { satisfied, violated };
}

/** Whether a source states at least one example and all of them hold. */
export function holdsOnExamples(source: string): boolean {
  let stated = false;
  for (const result of results(source)) {
    // What stands behind the first that does not hold need not be run, and may run for long.
    if (!holds(result)) {
      return false;
    }
    stated = true;
  }
  return stated;
}

function holds({ actual, expected }: ExampleResult): boolean {
  return actual === expected;
}

/** One example after another, run when it is asked for. */
function* results(source: string): Generator<ExampleResult> {
  const examples = readExamples(source);
  if (examples.length === 0) {
    return;
  }
  const program = attempted(() => parseProgram(source));
  for (const example of examples) {
    const actual = typeof program === 'string' ? program : attempted(() => callFunction(program, example.name, example.arguments));
    yield { call: callText(example), expected: example.expected, actual };
  }
}

/** What the work gives, or the interpreter's sentence that says why it could not be done. */
function attempted<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof InterpreterError) {
      return error.message;
    }
    throw error;
  }
}
