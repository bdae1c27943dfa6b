/**
 * Which part of the split a problem belongs to, decided by the problem itself.
 *
 * The key is what the solved function does on a fixed grid of inputs; of a program to predict it is what it prints for every start value of
 * its first variable. Functions with the same syntax tree up to the names of variables do the same, so parts are disjoint by tree and by
 * behaviour, whatever the seeds. Of sixteen parts one is held out for measuring and one is kept for calibration and for looking at while training.
 */
import { runProgram } from '../interpreter/evaluator.ts';
import { parseProgram } from '../interpreter/parser.ts';
import type { Program } from '../interpreter/syntax.ts';
import { InterpreterError } from '../interpreter/syntax.ts';
import { behaviour, hiddenInputs } from './behaviour.ts';
import type { Problem } from './problem.ts';

export const SPLITS = ['train', 'calibration', 'held-out'] as const;
export type Split = (typeof SPLITS)[number];

const PARTS = 16;

export function splitOf(problem: Problem): Split {
  const part = fnv1a(behaviourKey(problem)) % PARTS;
  return part === 0 ? 'held-out' : part === 1 ? 'calibration' : 'train';
}

/** What the solved problem does, on the grid. Two problems with the same key are the same as far as an answer can tell. */
export function behaviourKey(problem: Problem): string {
  if (problem.skill === 'predict') {
    return JSON.stringify(['predict', STARTS.map((start) => printedFrom(problem.code, start))]);
  }
  const [example] = problem.examples;
  const grid = hiddenInputs(example?.arguments.length ?? 1, 12);
  return JSON.stringify(['function', behaviour(problem.truth.source, example?.name ?? '', grid)]);
}

const STARTS = Array.from({ length: 13 }, (_, index) => index);

/** The program with the first number of its source replaced. */
function printedFrom(code: string, start: number): number | null {
  try {
    const [printed] = runProgram(parseProgram(code.replace(/\d+/, String(start))), { maxSteps: 600 });
    return typeof printed === 'number' ? printed : null;
  } catch (error) {
    if (error instanceof InterpreterError) {
      return null;
    }
    throw error;
  }
}

/** A program with every name replaced by its order of first appearance. */
export function renamed(program: Program): unknown {
  const order = new Map<string, string>();
  const rename = (name: string): string => {
    const known = order.get(name) ?? `v${order.size}`;
    order.set(name, known);
    return known;
  };
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) {
      return node.map(walk);
    }
    if (typeof node === 'object' && node !== null) {
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, renames(key, value) ? walkNames(value) : walk(value)]));
    }
    return node;
  };
  const walkNames = (value: unknown): unknown => (Array.isArray(value) ? value.map(walkNames) : rename(String(value)));
  const renames = (key: string, value: unknown): boolean => (key === 'name' && typeof value === 'string') || key === 'parameters';
  return walk(program.body);
}

/** 32-bit FNV-1a (Fowler, Noll, Vo) followed by a final mixing, since its low bits alone are uneven. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
