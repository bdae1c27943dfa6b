/** What an answer comes to in the code it is about, believed only as far as our own interpreter can confirm it. */
import { codeOf } from '../answer-text.ts';
import { holdsOnExamples } from '../interpreter/check.ts';
import { runProgram } from '../interpreter/evaluator.ts';
import { fillHole, findHole } from '../interpreter/hole.ts';
import { parseProgram } from '../interpreter/parser.ts';
import { applyRepair, type Repair } from '../interpreter/repair.ts';
import { InterpreterError } from '../interpreter/syntax.ts';

/** What an answer puts into the hole, if it then holds on every example; null otherwise. */
export function proven(source: string, answer: string): string | null {
  const hole = findHole(source);
  if (!hole) return null;
  return whereRun(() => {
    const filled = fillHole(source, codeOf(answer));
    return holdsOnExamples(filled) ? filled.slice(hole.start, filled.length - (source.length - hole.end)) : null;
  });
}

/** The line an answer corrects, if every example holds with it; null otherwise. */
export function provenRepair(source: string, answer: string): Repair | null {
  return whereRun(() => applyRepair(source, codeOf(answer)));
}

/** The value an answer says a program prints, if that is what it prints last; null otherwise. */
export function provenPrint(source: string, answer: string): string | null {
  const printed = lastPrinted(source);
  return printed !== null && codeOf(answer) === printed ? printed : null;
}

/** What a program prints last; null for a program that prints nothing or is not of the small language. */
export function lastPrinted(source: string): string | null {
  return whereRun(() => {
    const printed = runProgram(parseProgram(source)).at(-1);
    return printed === undefined ? null : String(printed);
  });
}

/** Null for what the interpreter refuses; anything else it throws is a fault of ours and goes on. */
function whereRun<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof InterpreterError) return null;
    throw error;
  }
}
