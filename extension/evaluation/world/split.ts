/**
 * Which side of the split a problem belongs to, decided by the problem itself.
 *
 * Two problems are the same if their code has the same syntax tree up to the names of variables, they state the same examples and have the
 * same behaviour. The key is hashed and one part in sixteen is held out, so no problem can be on both sides, whatever the seeds.
 */
import { readExamples } from '../interpreter/examples.ts';
import { parseProgram } from '../interpreter/parser.ts';
import type { Program } from '../interpreter/syntax.ts';
import type { Problem } from './problem.ts';
import { behaviour } from './behaviour.ts';

export type Split = 'train' | 'held-out';

const HELD_OUT_PARTS = 16;

export function splitOf(problem: Problem): Split {
  return fnv1a(problemKey(problem)) % HELD_OUT_PARTS === 0 ? 'held-out' : 'train';
}

export function problemKey(problem: Problem): string {
  const tree = renamed(parseProgram(problem.code));
  if (problem.skill === 'predict') {
    return JSON.stringify(['predict', tree, problem.answer]);
  }
  const examples = readExamples(problem.code).map((example) => [example.arguments, example.expected]);
  const values = behaviour(problem.truth.source, problem.examples[0]?.name ?? '', problem.hidden);
  return JSON.stringify([problem.skill, tree, examples.sort(), values]);
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
