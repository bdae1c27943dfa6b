/** Problems whose hole is evaluated at most once a call, so that what it must be worth follows from each example. */
import { callFunction } from '../interpreter/evaluator.ts';
import type { Example } from '../interpreter/examples.ts';
import { parseExpression, parseProgram } from '../interpreter/parser.ts';
import { InterpreterError } from '../interpreter/syntax.ts';
import { behaviour, hiddenInputs } from './behaviour.ts';
import { blockFunction, drawSignature, expressionFunction } from './functions.ts';
import type { Signature } from './functions.ts';
import type { Attempt, Level, NeedCase, SearchWork } from './problem.ts';
import { LARGEST_VALUE, SMALLEST_VALUE } from './problem.ts';
import type { Random } from './random.ts';
import { reductions } from './reductions.ts';
import type { Candidate, Point } from './shapes.ts';
import { allCandidates, operand, proposals, withOffset } from './shapes.ts';

/** A function with a hole: what stands before it, whether it is reached, and what is done with its value. */
interface Frame {
  readonly signature: Signature;
  readonly code: string;
  readonly before: readonly { readonly expression: string; readonly name: string }[];
  readonly test: { readonly expression: string; readonly reachedWhen: boolean } | null;
  /** What is added to or taken from the hole's value to give the result. */
  readonly after: { readonly operator: '+' | '-'; readonly operand: string } | null;
  /** Names the hole may use. */
  readonly names: readonly string[];
}

export interface DrawnHole {
  readonly signature: Signature;
  readonly code: string;
  readonly answer: string;
  readonly examples: readonly Example[];
  readonly hidden: readonly (readonly number[])[];
  readonly work: SearchWork;
}

/** Tries that may fail before the right one, least and most, by level. */
const FAILING: Readonly<Record<Level, readonly [number, number]>> = { 1: [0, 1], 2: [1, 4], 3: [3, 7], 4: [5, 9] };

/** One draw; null where it does not make a sound problem. */
export function drawNeeds(random: Random, level: Level): DrawnHole | null {
  const frame = level === 1 ? plainFrame(random) : level === 2 ? random.pick([pairFrame, bodyFrame, choiceFrame])(random) : level === 3 ? random.pick([wideFrame, choiceFrame])(random) : wideFrame(random);
  const truth = random.pick([...allCandidates(frame.names)].filter((candidate) => weight(random, candidate.answer, level)));
  const inputs = drawInputs(random, frame, level);
  const source = frame.code.replace('___', truth.answer);
  const { name } = frame.signature;
  const examples: Example[] = [];
  for (const [index, expected] of behaviour(source, name, inputs).entries()) {
    if (expected === null || expected < SMALLEST_VALUE || expected > LARGEST_VALUE) {
      return null;
    }
    examples.push({ name, arguments: inputs[index] ?? [], expected });
  }
  const cases = examples.map((example) => needCase(frame, example));
  if (cases.some((found) => found === null)) {
    return null;
  }
  return solved(frame, truth, level, cases.filter((found) => found !== null), examples);
}

/** The search of a careful person over the cases; what it finds first is the answer, if it is right on hidden inputs too. */
function solved(frame: Frame, truth: Candidate, level: Level, cases: readonly NeedCase[], examples: readonly Example[]): DrawnHole | null {
  const points: Point[] = cases.flatMap((found) => (found.need === null ? [] : [{ values: found.values, value: found.need.value }]));
  if (points.length < 2) {
    return null;
  }
  const hidden = hiddenInputs(frame.signature.parameters.length, 10);
  const places = hidden.map((given) => valuesAt(frame, given)).filter((place) => place !== null && place.reached).map((place) => place?.values ?? {});
  const same = (candidate: Candidate): boolean => places.every((values) => candidate.valueAt(values) === truth.valueAt(values));
  const holds = (candidate: Candidate): boolean => points.every((point) => candidate.valueAt(point.values) === point.value);
  const attempts: Attempt[] = [];
  let failing = 0;
  for (const { note, candidate } of proposals(points, frame.names)) {
    const hypothesis = candidate === null ? null : { answer: candidate.answer, source: frame.code.replace('___', candidate.answer) };
    attempts.push({ note, hypothesis });
    if (candidate !== null && hypothesis !== null && holds(candidate)) {
      const [least, most] = FAILING[level];
      const unambiguous = same(candidate) && [...allCandidates(frame.names)].every((rival) => !holds(rival) || same(rival));
      return unambiguous && failing >= least && failing <= most
        ? { signature: frame.signature, code: frame.code, answer: candidate.answer, examples, hidden, work: { kind: 'needs', cases, attempts } }
        : null;
    }
    failing += 1;
  }
  return null;
}

/** Small numbers are likelier, as in code people write. */
function weight(random: Random, answer: string, level: Level): boolean {
  const offset = Number(/[+-] (\d+)$/.exec(answer)?.[1] ?? 0);
  const factor = Number(/^(\d+) \*/.exec(answer)?.[1] ?? 1);
  const joined = /[a-z] [-+*] [a-z]/.test(answer);
  const wanted = level === 1 ? 1 : joined ? 1 : 0.3;
  return random.chance(wanted) && (offset <= 5 || random.chance(0.5)) && (factor <= 5 || random.chance(0.5));
}

function drawInputs(random: Random, frame: Frame, level: Level): number[][] {
  const two = frame.signature.parameters.length === 2;
  const count = frame.test !== null || two || level > 2 ? random.pick([3, 3, 4]) : random.pick([2, 2, 3]);
  if (two) {
    return Array.from({ length: count }, () => [random.integer(0, 9), random.integer(0, 9)]);
  }
  return random.shuffled(Array.from({ length: 10 }, (_, index) => index)).slice(0, count).sort((a, b) => a - b).map((x) => [x]);
}

function needCase(frame: Frame, example: Example): NeedCase | null {
  const place = valuesAt(frame, example.arguments);
  if (place === null) {
    return null;
  }
  const before = [...frame.before, ...(frame.test === null ? [] : [{ expression: frame.test.expression, name: null }])];
  if (!place.reached) {
    return { example, values: place.values, before, need: null };
  }
  const { after } = frame;
  if (after === null) {
    return { example, values: place.values, before, need: { value: example.expected, equation: String(example.expected) } };
  }
  const added = place.values[after.operand] ?? Number(after.operand);
  const value = after.operator === '+' ? example.expected - added : example.expected + added;
  return { example, values: place.values, before, need: { value, equation: `${example.expected}${after.operator === '+' ? '-' : '+'}${operand(added)}=${value}` } };
}

/** Values of all names where the hole stands, and whether the call gets there; null where a value leaves the world. */
function valuesAt(frame: Frame, given: readonly number[]): { values: Record<string, number>; reached: boolean } | null {
  const values: Record<string, number> = {};
  frame.signature.parameters.forEach((name, index) => (values[name] = given[index] ?? 0));
  for (const { expression, name } of frame.before) {
    const value = worth(expression, values);
    if (typeof value !== 'number' || value < SMALLEST_VALUE || value > LARGEST_VALUE) {
      return null;
    }
    values[name] = value;
  }
  return { values, reached: frame.test === null || worth(frame.test.expression, values) === frame.test.reachedWhen };
}

function worth(expression: string, values: Readonly<Record<string, number>>): number | boolean | null {
  const last = reductions(parseExpression(expression), (name) => values[name] ?? 0).at(-1);
  return last === 'true' || last === 'false' ? last === 'true' : Number(last);
}

/** The hole is the whole result, or all but a last step of it. */
function plainFrame(random: Random): Frame {
  const signature = drawSignature(random, 1);
  const [x = 'x'] = signature.parameters;
  const after = random.chance(0.25) ? { operator: random.pick(['+', '-'] as const), operand: random.chance(0.3) ? x : String(random.integer(1, 9)) } : null;
  const result = after === null ? '___' : `___ ${after.operator} ${after.operand}`;
  return { signature, code: expressionFunction(random, signature, result), before: [], test: null, after, names: [x] };
}

function pairFrame(random: Random): Frame {
  const signature = drawSignature(random, 2);
  return { signature, code: expressionFunction(random, signature, '___'), before: [], test: null, after: null, names: signature.parameters };
}

const LOCALS = [['a', 'b'], ['s', 't'], ['p', 'q'], ['u', 'v']] as const;

function lastStep(random: Random, operands: readonly string[]): Frame['after'] {
  return random.chance(0.7) ? { operator: random.pick(['+', '-'] as const), operand: random.pick(operands) } : null;
}

/** One statement, the hole, and the result. */
function bodyFrame(random: Random): Frame {
  const signature = drawSignature(random, 1);
  const [x = 'x'] = signature.parameters;
  const [a, b] = random.pick(LOCALS);
  const expression = random.chance(0.25) ? `${random.integer(2, 4)} * ${x}` : withOffset(x, random.integer(1, 6) * (random.chance(0.5) ? 1 : -1));
  return bodied(random, signature, [{ expression, name: a }], b, [x, a]);
}

/** Two arguments and a statement: three names to choose from. */
function wideFrame(random: Random): Frame {
  const signature = drawSignature(random, 2);
  const [x = 'x', y = 'y'] = signature.parameters;
  const [s, t] = random.pick([['s', 't'], ['p', 'q'], ['u', 'v']] as const);
  const expression = random.pick([`${x} + ${y}`, `${x} - ${y}`, `${y} - ${x}`, `${random.integer(2, 3)} * ${random.pick([x, y])}`, withOffset(random.pick([x, y]), random.integer(1, 5))]);
  return bodied(random, signature, [{ expression, name: s }], t, [x, y, s]);
}

function bodied(random: Random, signature: Signature, before: Frame['before'], hole: string, names: readonly string[]): Frame {
  const after = lastStep(random, [...names, String(random.integer(1, 6))]);
  const lines = [...before.map(({ expression, name }) => `const ${name} = ${expression};`)];
  const last = after === null ? 'return ___;' : `return ${hole} ${after.operator} ${after.operand};`;
  return { signature, code: blockFunction(random, signature, after === null ? [...lines, last] : [...lines, `const ${hole} = ___;`, last]), before, test: null, after, names };
}

/** One branch is known, the other is the hole. */
function choiceFrame(random: Random): Frame {
  const signature = drawSignature(random, 1);
  const [x = 'x'] = signature.parameters;
  const test = `${x} ${random.pick(['>', '<', '>=', '<='] as const)} ${random.integer(3, 6)}`;
  const known = random.pick([`${x} + ${random.integer(1, 9)}`, `${random.integer(2, 5)} * ${x}`, String(random.integer(0, 9))]);
  const reachedWhen = random.chance(0.5);
  const [yes, no] = reachedWhen ? ['___', known] : [known, '___'];
  const code = random.chance(0.6)
    ? expressionFunction(random, signature, `${test} ? ${yes} : ${no}`)
    : blockFunction(random, signature, [`if (${test}) {`, `  return ${yes};`, '}', `return ${no};`]);
  return { signature, code, before: [], test: { expression: test, reachedWhen }, after: null, names: [x] };
}

/** Whether every value on the way stays within the world. */
export function staysTame(source: string, name: string, inputs: readonly (readonly number[])[]): boolean {
  const program = parseProgram(source);
  try {
    return inputs.every((given) => {
      let tame = true;
      callFunction(program, name, given, { maxSteps: 400, observer: ({ value }) => (tame &&= typeof value !== 'number' || (value >= SMALLEST_VALUE && value <= LARGEST_VALUE)) });
      return tame;
    });
  } catch (error) {
    if (error instanceof InterpreterError) {
      return false;
    }
    throw error;
  }
}
