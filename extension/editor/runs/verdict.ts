/** Whether an answer makes the examples of the code it is about hold. Silent about anything the interpreter cannot run. */
import { checkAgainstExamples, type CheckResult, type ExampleResult } from '../../evaluation/interpreter/check.ts';
import { fillHole, findHole } from '../../evaluation/interpreter/hole.ts';
import { applyRepair, editDistance, possibleRepairs, type Repair } from '../../evaluation/interpreter/repair.ts';
import type { AnswerCheck } from '../../trace/messages.ts';
import type { RunView } from '../../trace/view.ts';
import { codeOf } from '../../evaluation/answer-text.ts';

export interface Verdict {
  /** How many of the examples hold. */
  readonly holds: number;
  readonly total: number;
  readonly firstViolation: ExampleResult | null;
}

/** Null where there is nothing to check, or where the answer has no place in the code. */
export function verdictOf(code: string, answer: string): Verdict | null {
  const text = code.replaceAll('\r\n', '\n');
  // Code that holds as it stands is not waiting for a correction.
  const asked = checkAgainstExamples(text);
  if (asked.violated.length === 0) return null;
  const wanted = codeOf(answer);
  const source = filled(text, wanted) ?? repairOf(text, wanted)?.source ?? (standsIn(text, wanted) ? text : null);
  return source === null ? null : asVerdict(checkAgainstExamples(source));
}

const checks = new WeakMap<RunView, AnswerCheck | null>();

/** The same of a run that has answered, in figures alone. Found once for each view: it is asked for whenever the panel is drawn. */
export function checkOf(view: RunView): AnswerCheck | null {
  const { started, outcome, answer } = view;
  if (outcome !== 'answered' || !started?.task.context) return null;
  const known = checks.get(view);
  if (known !== undefined) return known;
  const verdict = verdictOf(started.task.context.code, answer);
  const check = verdict && { holds: verdict.holds, total: verdict.total };
  checks.set(view, check);
  return check;
}

/** The line an answer corrects: where it makes every example hold, else the line it is plainly a wording of. */
export function repairOf(text: string, wanted: string): Repair | null {
  const holding = applyRepair(text, wanted);
  if (holding || standsIn(text, wanted)) return holding;
  const [nearest] = possibleRepairs(text, wanted);
  const old = text.split('\n')[nearest?.line ?? -1]?.trim() ?? '';
  return nearest && editDistance(old, wanted.trim()) * 2 <= Math.max(old.length, wanted.trim().length) ? nearest : null;
}

/** Whether an answer of one line is a line of the text already. */
export function standsIn(text: string, wanted: string): boolean {
  const line = wanted.trim();
  return /\w/.test(line) && text.split('\n').some((old) => old.trim() === line);
}

function filled(text: string, wanted: string): string | null {
  if (!findHole(text)) return null;
  try {
    return fillHole(text, wanted);
  } catch {
    return null; // Not an expression.
  }
}

/** What an example gives must be a value: a sentence there says that the interpreter could not tell. */
function asVerdict({ satisfied, violated }: CheckResult): Verdict | null {
  if (violated.some(({ actual }) => typeof actual === 'string')) return null;
  return { holds: satisfied.length, total: satisfied.length + violated.length, firstViolation: violated[0] ?? null };
}
