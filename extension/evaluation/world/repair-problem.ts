/** Problems of the skill "one line is wrong: correct it". */
import type { Example } from '../interpreter/examples.ts';
import { behaviour, hiddenInputs, isTame, satisfies } from './behaviour.ts';
import { blockFunction, drawSignature, expressionFunction, withExamples } from './functions.ts';
import { isPlacedBy, mutations, wideMutations } from './mutations.ts';
import type { Attempt, Hypothesis, Level, SearchProblem } from './problem.ts';
import { askQuestion } from './questions.ts';
import type { Random } from './random.ts';

/** Changes that may fail before the right one, least and most, by level. */
const FAILING: Readonly<Record<Level, readonly [number, number]>> = { 1: [0, 4], 2: [0, 6], 3: [0, 5], 4: [3, 8] };
const MAX_EFFECTS: Readonly<Record<Level, number>> = { 1: 2, 2: 8, 3: 12, 4: 17 };

/** One draw; null where it does not make a sound problem. */
export function drawRepair(random: Random, level: Level): SearchProblem | null {
  const signature = drawSignature(random, 1);
  const [x = 'x'] = signature.parameters;
  const { name } = signature;
  const looped = level === 3 ? random.chance(0.6) : level === 4 && random.chance(0.7);
  const code = level === 1 ? expressionFunction(random, signature, oneLine(random, x)) : blockFunction(random, signature, body(random, x, level, looped));
  const faulty = random.pick(mutations(code)).source;
  const fixes = distinct(mutations(faulty)).filter((fix) => isPlacedBy(faulty, fix));
  if (!fixes.some((fix) => fix.source === code)) {
    return null;
  }
  const inputs = random.shuffled(Array.from({ length: looped ? 4 : 9 }, (_, index) => index + (looped ? 1 : 0))).slice(0, random.pick([2, 3])).sort((a, b) => a - b);
  if (!inputs.every((given) => isTame(code, name, [given], MAX_EFFECTS[level]) && isTame(faulty, name, [given], MAX_EFFECTS[level] + 8))) {
    return null;
  }
  const examples = stated(code, name, inputs);
  const shows = examples.find((example) => !satisfies(faulty, [example]));
  if (shows === undefined) {
    return null;
  }
  // The example that shows the fault is stated first: that is the one a person would run.
  const ordered = [shows, ...examples.filter((example) => example !== shows)];
  const hidden = hiddenInputs(1, looped ? 6 : 10);
  const expected = JSON.stringify(behaviour(code, name, hidden));
  const rivals = [...fixes.map((fix) => fix.source), ...wideMutations(faulty)].filter((source) => satisfies(source, examples));
  if (rivals.some((source) => JSON.stringify(behaviour(source, name, hidden)) !== expected)) {
    return null;
  }
  // Several changes may do: the answer is the first that a search along the source comes to.
  const truth = fixes.find((fix) => satisfies(fix.source, examples));
  if (truth === undefined) {
    return null;
  }
  const attempts = tries(fixes, truth, shows);
  const [least, most] = FAILING[level];
  if (attempts.length - 1 < least || attempts.length - 1 > most) {
    return null;
  }
  const shown = withExamples(random, ordered, faulty);
  const asked = { question: askQuestion(random, 'repair', name), ...shown };
  return asked.languageId === 'javascript'
    ? { skill: 'repair', level, ...asked, answer: truth.answer, truth, examples: ordered, hidden, work: { kind: 'faults', attempts } }
    : null;
}

function stated(code: string, name: string, inputs: readonly number[]): Example[] {
  return behaviour(code, name, inputs.map((given) => [given])).map((value, index) => ({ name, arguments: [inputs[index] ?? 0], expected: value ?? 0 }));
}

function distinct(fixes: readonly Hypothesis[]): Hypothesis[] {
  return [...new Map(fixes.map((fix) => [fix.answer, fix])).values()];
}

/** Every single change along the source up to the one that does. One order, so that after each the next is known. */
function tries(fixes: readonly Hypothesis[], truth: Hypothesis, shows: Example): Attempt[] {
  const before = fixes.slice(0, fixes.indexOf(truth)).filter((fix) => isTame(fix.source, shows.name, shows.arguments, 40));
  return [...before, truth].map((hypothesis) => ({ note: null, hypothesis }));
}

function body(random: Random, x: string, level: Level, looped: boolean): string[] {
  if (level === 2) {
    return straightBody(random, x);
  }
  if (level === 3) {
    return looped ? loopBody(random, x) : choiceBody(random, x);
  }
  return looped ? conditionalLoop(random, x) : longBody(random, x);
}

/** A loop that adds one of two things. */
function conditionalLoop(random: Random, x: string): string[] {
  const s = random.pick(['s', 't', 'a'] as const);
  const change = (): string => `${s} ${random.pick(['+=', '+=', '-='] as const)} ${random.pick(['i', String(random.integer(1, 5)), `i + ${random.integer(1, 4)}`])};`;
  return [
    `let ${s} = ${random.integer(0, 6)};`,
    `for (let i = ${random.pick([0, 1])}; i ${random.pick(['<', '<='] as const)} ${x}; i++) {`,
    `  if (i ${random.pick(['>', '<'] as const)} ${random.integer(1, 3)}) {`,
    `    ${change()}`,
    '  } else {',
    `    ${change()}`,
    '  }',
    '}',
    `return ${s}${random.chance(0.5) ? '' : ` ${random.pick(['+', '-'] as const)} ${random.integer(1, 5)}`};`,
  ];
}

function longBody(random: Random, x: string): string[] {
  const [a, b, c] = random.pick([['a', 'b', 'c'], ['p', 'q', 'r'], ['s', 't', 'u']] as const);
  return [
    `const ${a} = ${step(random, [x])};`,
    `const ${b} = ${step(random, [a, x])};`,
    `let ${c} = ${step(random, [b, a])};`,
    `if (${random.pick([a, b])} ${random.pick(['>', '<'] as const)} ${random.integer(2, 8)}) {`,
    `  ${c} ${random.pick(['+=', '-='] as const)} ${random.pick([x, String(random.integer(1, 6))])};`,
    '}',
    `return ${step(random, [c, b, x])};`,
  ];
}

function oneLine(random: Random, x: string): string {
  const line = `${random.integer(2, 6)} * ${x} ${random.pick(['+', '-'] as const)} ${random.integer(1, 9)}`;
  return random.chance(0.6) ? line : `${line} ${random.pick(['+', '-'] as const)} ${random.pick([x, String(random.integer(1, 9))])}`;
}

function step(random: Random, names: readonly string[]): string {
  const left = random.pick(names);
  const others = names.filter((name) => name !== left);
  const constant = String(random.integer(1, 7));
  return random.chance(0.25) ? `${left} * ${random.integer(2, 3)}` : `${left} ${random.pick(['+', '-'] as const)} ${others.length > 0 && random.chance(0.5) ? random.pick(others) : constant}`;
}

function straightBody(random: Random, x: string): string[] {
  const [a, b] = random.pick([['a', 'b'], ['s', 't'], ['p', 'q']] as const);
  return [`const ${a} = ${step(random, [x])};`, `const ${b} = ${step(random, [a, x])};`, `return ${step(random, [b, a, x])};`];
}

function loopBody(random: Random, x: string): string[] {
  const s = random.pick(['s', 't', 'a'] as const);
  const added = random.weighted([['i', 4], [String(random.integer(1, 5)), 2], [`i ${random.pick(['+', '-'] as const)} ${random.integer(1, 4)}`, 3], [`${random.integer(2, 3)} * i`, 2], [x, 1]]);
  const from = random.pick([0, 0, 1]);
  const end = random.chance(0.6) ? `return ${s};` : `return ${s} ${random.pick(['+', '-'] as const)} ${random.pick([x, String(random.integer(1, 5))])};`;
  return [`let ${s} = ${random.integer(0, 6)};`, `for (let i = ${from}; i ${random.pick(['<', '<='] as const)} ${x}; i++) {`, `  ${s} ${random.pick(['+=', '+=', '-='] as const)} ${added};`, '}', end];
}

function choiceBody(random: Random, x: string): string[] {
  const a = random.pick(['a', 's', 'p'] as const);
  const change = (): string => `  ${a} ${random.pick(['+=', '-='] as const)} ${random.pick([x, String(random.integer(1, 6))])};`;
  return [
    `let ${a} = ${step(random, [x])};`,
    `if (${random.pick([a, x])} ${random.pick(['>', '<', '>=', '<='] as const)} ${random.integer(2, 8)}) {`,
    change(),
    ...(random.chance(0.6) ? ['} else {', change()] : []),
    '}',
    `return ${random.chance(0.5) ? a : step(random, [a, x])};`,
  ];
}
