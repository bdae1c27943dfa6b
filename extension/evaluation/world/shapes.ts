/**
 * The natural order in which to look for an expression with known values: a constant, one name with an offset, one with a factor, two names
 * with an offset, a straight line. Each shape's numbers follow from the first points, so a shape is tried once or seen to be impossible.
 */
import type { Note } from './problem.ts';

/** What an expression must be worth where its names have these values. */
export interface Point {
  readonly values: Readonly<Record<string, number>>;
  readonly value: number;
}

/** An expression as source text and as a function of its names' values. */
export interface Candidate {
  readonly answer: string;
  readonly valueAt: (values: Readonly<Record<string, number>>) => number;
}

/** A shape with its numbers worked out; `candidate` is null when they do not come out. */
export interface Proposal {
  readonly note: Note | null;
  readonly candidate: Candidate | null;
}

export const LARGEST_OFFSET = 9;
export const LARGEST_FACTOR = 9;

/** A number as it stands to the right of an operator. */
export function operand(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}

function note(full: readonly string[], short: readonly string[], brief = short): Note {
  return { full, short, brief };
}

/** `base`, `base + 3` or `base - 3`. */
export function withOffset(base: string, offset: number): string {
  return offset === 0 ? base : `${base} ${offset > 0 ? '+' : '-'} ${Math.abs(offset)}`;
}

const at = (values: Readonly<Record<string, number>>, name: string): number => values[name] ?? 0;
const fits = (offset: number): boolean => Math.abs(offset) <= LARGEST_OFFSET;

/** All proposals for the points, in order. Nothing is proposed twice. */
export function* proposals(points: readonly Point[], names: readonly string[]): Generator<Proposal> {
  const [first, ...others] = points;
  if (first === undefined) {
    return;
  }
  const { values, value } = first;
  if (value >= 0 && others.every((point) => point.value === value)) {
    yield { note: null, candidate: { answer: String(value), valueAt: () => value } };
  }
  for (const name of names) {
    yield offsetOf(name, at(values, name), value);
  }
  for (const name of names) {
    const proposal = factorOf(name, at(values, name), value);
    if (proposal !== null) {
      yield proposal;
    }
  }
  yield* pairs(names, first);
  for (const name of names) {
    const proposal = lineOf(name, points);
    if (proposal !== null) {
      yield proposal;
    }
  }
}

function offsetOf(name: string, known: number, value: number): Proposal {
  const offset = value - known;
  const equation = `${value}-${operand(known)}=${offset}`;
  if (!fits(offset)) {
    return { note: note([equation], [equation]), candidate: null };
  }
  return { note: note([equation], [equation]), candidate: { answer: withOffset(name, offset), valueAt: (values) => at(values, name) + offset } };
}

/** Null where the division does not come out, which shows at a glance. */
function factorOf(name: string, known: number, value: number): Proposal | null {
  const factor = value / known;
  if (known === 0 || !Number.isInteger(factor) || factor < 2 || factor > LARGEST_FACTOR) {
    return null;
  }
  return { note: note([`${value}/${operand(known)}=${factor}`], [`${value}/${operand(known)}=${factor}`]), candidate: { answer: `${factor} * ${name}`, valueAt: (values) => factor * at(values, name) } };
}

const JOINS = [
  { sign: '+', apply: (a: number, b: number): number => a + b },
  { sign: '-', apply: (a: number, b: number): number => a - b },
  { sign: '*', apply: (a: number, b: number): number => a * b },
] as const;

function* pairs(names: readonly string[], first: Point): Generator<Proposal> {
  for (const [index, left] of names.entries()) {
    for (const right of names.slice(index + 1)) {
      for (const { sign, apply } of JOINS) {
        yield pairOf(left, sign, right, apply, first);
        if (sign === '-') {
          yield pairOf(right, sign, left, apply, first);
        }
      }
    }
  }
}

function pairOf(left: string, sign: string, right: string, apply: (a: number, b: number) => number, { values, value }: Point): Proposal {
  const [a, b] = [at(values, left), at(values, right)];
  const joined = apply(a, b);
  const offset = value - joined;
  const equation = `${value}-${operand(joined)}=${offset}`;
  const worked = note([`${a}${sign}${operand(b)}=${joined}`, equation], [equation]);
  if (!fits(offset)) {
    return { note: worked, candidate: null };
  }
  return { note: worked, candidate: { answer: withOffset(`${left} ${sign} ${right}`, offset), valueAt: (given) => apply(at(given, left), at(given, right)) + offset } };
}

/** A straight line through two points with different values of the name. Null where there is none of a whole slope above one. */
function lineOf(name: string, points: readonly Point[]): Proposal | null {
  const [first] = points;
  const second = points.find((point) => first !== undefined && at(point.values, name) !== at(first.values, name));
  if (first === undefined || second === undefined) {
    return null;
  }
  const [x, y] = [at(first.values, name), first.value];
  const [run, rise] = [at(second.values, name) - x, second.value - y];
  const slope = rise / run;
  const risen = `${second.value}-${operand(y)}=${rise}`;
  const steps = [risen, `${at(second.values, name)}-${operand(x)}=${run}`];
  if (!Number.isInteger(slope) || slope < 2 || slope > LARGEST_FACTOR) {
    return null;
  }
  const offset = y - slope * x;
  const division = `${rise}/${operand(run)}=${slope}`;
  const product = `${slope}*${operand(x)}=${slope * x}`;
  const rest = `${y}-${operand(slope * x)}=${offset}`;
  const worked = note([...steps, division, product, rest], [division, rest], [risen, division, rest]);
  if (offset === 0 || !fits(offset)) {
    return { note: worked, candidate: null };
  }
  return { note: worked, candidate: { answer: withOffset(`${slope} * ${name}`, offset), valueAt: (values) => slope * at(values, name) + offset } };
}

/** Every expression of every shape over the names: the pool a problem's examples must tell apart. */
export function* allCandidates(names: readonly string[]): Generator<Candidate> {
  const offsets = Array.from({ length: 2 * LARGEST_OFFSET + 1 }, (_, index) => index - LARGEST_OFFSET);
  const factors = Array.from({ length: LARGEST_FACTOR - 1 }, (_, index) => index + 2);
  for (const [index, name] of names.entries()) {
    for (const offset of offsets) {
      yield { answer: withOffset(name, offset), valueAt: (values) => at(values, name) + offset };
      for (const factor of factors) {
        yield { answer: withOffset(`${factor} * ${name}`, offset), valueAt: (values) => factor * at(values, name) + offset };
      }
    }
    for (const other of names.slice(index + 1)) {
      for (const { sign, apply } of JOINS) {
        for (const offset of offsets) {
          yield { answer: withOffset(`${name} ${sign} ${other}`, offset), valueAt: (values) => apply(at(values, name), at(values, other)) + offset };
          if (sign === '-') {
            yield { answer: withOffset(`${other} - ${name}`, offset), valueAt: (values) => at(values, other) - at(values, name) + offset };
          }
        }
      }
    }
  }
}
