/** Problems whose hole lies in a loop: a hypothesis has to be run to be judged. */
import type { Example } from '../interpreter/examples.ts';
import { behaviour, hiddenInputs, isTame } from './behaviour.ts';
import { blockFunction, drawSignature } from './functions.ts';
import type { DrawnHole } from './needs.ts';
import type { Attempt, Level, Note } from './problem.ts';
import { LARGEST_VALUE, SMALLEST_VALUE } from './problem.ts';
import type { Random } from './random.ts';
import { LARGEST_OFFSET, operand, withOffset } from './shapes.ts';

/** What the loop adds in turn i of a call with x. */
interface Summand {
  readonly answer: string;
  readonly valueAt: (i: number, x: number) => number;
}

const FAILING: Readonly<Record<Level, readonly [number, number]>> = { 1: [0, 0], 2: [0, 0], 3: [0, 4], 4: [3, 8] };
const FACTORS = [2, 3, 4, 5] as const;

/** One draw; null where it does not make a sound problem. */
export function drawLoopHole(random: Random, level: Level): DrawnHole | null {
  const signature = drawSignature(random, 1);
  const [x = 'x'] = signature.parameters;
  const from = random.pick([0, 0, 1]);
  const start = random.integer(0, 6);
  const sign = random.pick([1, 1, -1]);
  const s = random.pick(['s', 't', 'a'] as const);
  const code = blockFunction(random, signature, [
    `let ${s} = ${start};`,
    `for (let i = ${from}; i ${from === 1 ? '<=' : '<'} ${x}; i++) {`,
    `  ${s} ${sign > 0 ? '+=' : '-='} ___;`,
    '}',
    `return ${s};`,
  ]);
  const total = (summand: Summand, given: number): number => {
    let sum = start;
    for (let turn = 0; turn < given; turn++) {
      sum += sign * summand.valueAt(from + turn, given);
    }
    return sum;
  };
  const truth = random.pick(pool(x, level).filter(() => random.chance(0.5)));
  const inputs = [1, ...random.shuffled([2, 3, 4]).slice(0, random.pick([1, 2])).sort((a, b) => a - b)];
  const expected = inputs.map((given) => total(truth, given));
  if (expected.some((value) => value < SMALLEST_VALUE || value > LARGEST_VALUE)) {
    return null;
  }
  const hidden = hiddenInputs(1, 6);
  const holds = (summand: Summand): boolean => inputs.every((given, index) => total(summand, given) === expected[index]);
  const same = (summand: Summand): boolean => hidden.every(([given = 0]) => total(summand, given) === total(truth, given));
  const worth = sign * ((expected[0] ?? 0) - start);
  const equation = sign > 0 ? `${expected[0]}-${start}=${worth}` : `${start}-${operand(expected[0] ?? 0)}=${worth}`;
  const first: Note = { full: [equation], short: [String(worth)], brief: [equation] };
  const attempts: Attempt[] = [];
  let failing = 0;
  for (const { note, summand } of proposed(worth, from, x, level)) {
    const hypothesis = summand === null ? null : { answer: summand.answer, source: code.replace('___', summand.answer) };
    attempts.push({ note, hypothesis });
    if (summand === null || hypothesis === null) {
      continue;
    }
    if (inputs.some((given) => !isTame(hypothesis.source, signature.name, [given], 40))) {
      return null;
    }
    if (holds(summand)) {
      const [least, most] = FAILING[level];
      const unambiguous = same(summand) && pool(x, 4).every((rival) => !holds(rival) || same(rival));
      const examples: Example[] = inputs.map((given, index) => ({ name: signature.name, arguments: [given], expected: expected[index] ?? 0 }));
      const agreed = JSON.stringify(behaviour(hypothesis.source, signature.name, inputs.map((given) => [given]))) === JSON.stringify(expected);
      return agreed && unambiguous && failing >= least && failing <= most
        ? { signature, code, answer: summand.answer, examples, hidden, work: { kind: 'runs', first, attempts } }
        : null;
    }
    failing += 1;
  }
  return null;
}

/** The natural order: a constant, a name with an offset, a multiple; at level 4 also both names, a multiple with an offset and a square. */
function* proposed(worth: number, i: number, x: string, level: Level): Generator<{ note: Note | null; summand: Summand | null }> {
  const noted = (text: string): Note => ({ full: [text], short: [], brief: [] });
  const within = (offset: number): boolean => Math.abs(offset) <= LARGEST_OFFSET;
  if (worth >= 0) {
    yield { note: null, summand: constant(worth) };
  }
  if (within(worth - i)) {
    yield { note: i === 0 ? null : noted(`${worth}-${i}=${worth - i}`), summand: counter(worth - i) };
  }
  if (within(worth - 1)) {
    yield { note: noted(`${worth}-1=${worth - 1}`), summand: argument(x, worth - 1) };
  }
  if (i === 1 && worth >= 2 && worth <= 9) {
    yield { note: null, summand: multiple(worth) };
  }
  if (worth >= 2 && worth <= 9) {
    yield { note: null, summand: multipleOfArgument(x, worth) };
  }
  if (i === 0 && worth === 0) {
    for (const factor of FACTORS) {
      yield { note: null, summand: multiple(factor) };
    }
  }
  if (level < 4) {
    return;
  }
  const both = worth - i - 1;
  if (within(both)) {
    yield { note: noted(`${worth}-${i + 1}=${both}`), summand: { answer: withOffset(`i + ${x}`, both), valueAt: (turn, given) => turn + given + both } };
  }
  const difference = worth - (1 - i);
  if (within(difference)) {
    yield { note: noted(`${worth}-${1 - i}=${difference}`), summand: { answer: withOffset(`${x} - i`, difference), valueAt: (turn, given) => given - turn + difference } };
  }
  for (const factor of FACTORS) {
    const offset = worth - factor * i;
    if (offset !== 0 && within(offset)) {
      yield { note: i === 0 ? null : noted(`${worth}-${factor}=${offset}`), summand: { answer: withOffset(`${factor} * i`, offset), valueAt: (turn) => factor * turn + offset } };
    }
  }
  const square = worth - i * i;
  if (within(square)) {
    yield { note: null, summand: { answer: withOffset('i * i', square), valueAt: (turn) => turn * turn + square } };
  }
}

const constant = (value: number): Summand => ({ answer: String(value), valueAt: () => value });
const counter = (offset: number): Summand => ({ answer: withOffset('i', offset), valueAt: (i) => i + offset });
const argument = (x: string, offset: number): Summand => ({ answer: withOffset(x, offset), valueAt: (_, given) => given + offset });
const multiple = (factor: number): Summand => ({ answer: `${factor} * i`, valueAt: (i) => factor * i });
const multipleOfArgument = (x: string, factor: number): Summand => ({ answer: `${factor} * ${x}`, valueAt: (_, given) => factor * given });

function pool(x: string, level: Level): Summand[] {
  const offsets = Array.from({ length: 13 }, (_, index) => index - 6);
  const simple = [
    ...offsets.filter((offset) => offset >= 0).map(constant),
    ...offsets.map(counter),
    ...offsets.map((offset) => argument(x, offset)),
    ...FACTORS.map(multiple),
    ...FACTORS.map((factor) => multipleOfArgument(x, factor)),
  ];
  if (level < 4) {
    return simple;
  }
  return [
    ...simple,
    ...offsets.map((offset): Summand => ({ answer: withOffset(`i + ${x}`, offset), valueAt: (i, given) => i + given + offset })),
    ...offsets.map((offset): Summand => ({ answer: withOffset(`${x} - i`, offset), valueAt: (i, given) => given - i + offset })),
    ...FACTORS.flatMap((factor) => offsets.filter((offset) => offset !== 0).map((offset): Summand => ({ answer: withOffset(`${factor} * i`, offset), valueAt: (i) => factor * i + offset }))),
    ...offsets.map((offset): Summand => ({ answer: withOffset('i * i', offset), valueAt: (i) => i * i + offset })),
  ];
}
