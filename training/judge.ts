/**
 * Judges answers as they come, for training: problems and answers as JSON Lines in, grades as JSON Lines out, one line for one line.
 *
 *   {"problem": …, "attempts": [{"answer": "x + 1", "thinking": "try x + 1\n…"}]}
 *   {"grades": [{"right": true, "fitsExamples": true, "satisfied": 3, "tried": 3, "examples": 3}]}
 *
 * A line that cannot be judged gives {"error": "…"}. The process lives as long as its input.
 */
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { fillHole } from '../extension/evaluation/interpreter/hole.ts';
import { possibleRepairs } from '../extension/evaluation/interpreter/repair.ts';
import { InterpreterError } from '../extension/evaluation/interpreter/syntax.ts';
import { satisfies } from '../extension/evaluation/world/behaviour.ts';
import { gradeAnswer } from '../extension/evaluation/world/grade.ts';
import type { Problem, SearchProblem } from '../extension/evaluation/world/problem.ts';
import { REFUSAL } from '../extension/evaluation/world/refusal.ts';

/** A question outside the world: right is the refusal. */
const outsideSchema = v.object({ skill: v.literal('outside') });

/** The problem was printed by this project's own generator a moment ago; what it lacks shows when it is graded. */
const isProblem = (value: unknown): boolean => typeof value === 'object' && value !== null && 'skill' in value && 'code' in value;

const requestSchema = v.object({
  problem: v.union([outsideSchema, v.custom<Problem>(isProblem)], 'problem is not a problem of the task world'),
  attempts: v.array(v.object({ answer: v.string(), thinking: v.optional(v.string(), '') })),
});

interface Grading {
  readonly right: boolean;
  readonly fitsExamples: boolean;
  /** Examples that hold under the answer, of `examples`; a prediction has one, itself. */
  readonly satisfied: number;
  /** Examples that hold under the last hypothesis the thinking tried: how far the thinking has got. 0 when it tried none, as predictions do. */
  readonly tried: number;
  readonly examples: number;
}

function grade(problem: Problem | v.InferOutput<typeof outsideSchema>, answer: string, thinking: string): Grading {
  if (problem.skill === 'outside') {
    const right = answer.trim() === REFUSAL;
    return { right, fitsExamples: right, satisfied: Number(right), tried: 0, examples: 1 };
  }
  const { right, fitsExamples } = gradeAnswer(problem, answer);
  if (problem.skill === 'predict') {
    return { right, fitsExamples, satisfied: Number(right), tried: 0, examples: 1 };
  }
  const hypothesis = lastTried(thinking);
  const tried = hypothesis === undefined ? 0 : satisfied(problem, hypothesis);
  return { right, fitsExamples, satisfied: satisfied(problem, answer), tried, examples: problem.examples.length };
}

/** The hypothesis of the last complete `try …` line. */
function lastTried(thinking: string): string | undefined {
  return [...thinking.matchAll(/^try (.+)\n/gm)].at(-1)?.[1];
}

/** Most examples that hold under any way of reading the answer. */
function satisfied(problem: SearchProblem, answer: string): number {
  return Math.max(0, ...sources(problem, answer).map((source) => problem.examples.filter((example) => satisfies(source, [example])).length));
}

function sources(problem: SearchProblem, answer: string): string[] {
  try {
    return problem.skill === 'complete' ? [fillHole(problem.code, answer)] : possibleRepairs(problem.code, answer).map(({ source }) => source);
  } catch (error) {
    if (error instanceof InterpreterError) return [];
    throw error;
  }
}

function judge(line: string): { grades: Grading[] } | { error: string } {
  try {
    const { problem, attempts } = v.parse(requestSchema, JSON.parse(line));
    return { grades: attempts.map(({ answer, thinking }) => grade(problem, answer, thinking)) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(judge(line))}\n`);
}
