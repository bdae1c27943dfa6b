/** Problems of the skill "what does this program print?". */
import { runProgram } from '../interpreter/evaluator.ts';
import { parseProgram } from '../interpreter/parser.ts';
import { InterpreterError } from '../interpreter/syntax.ts';
import type { Level, PredictProblem } from './problem.ts';
import { LARGEST_VALUE, SMALLEST_VALUE } from './problem.ts';
import { askQuestion } from './questions.ts';
import type { Random } from './random.ts';

const NAMES = [['a', 'b', 'c'], ['x', 'y', 'z'], ['m', 'n', 'k'], ['p', 'q', 'r'], ['s', 't', 'u']] as const;
/** Statements that take effect, least and most, by level. */
const EFFECTS: Readonly<Record<Level, readonly [number, number]>> = { 1: [2, 4], 2: [4, 8], 3: [7, 15], 4: [15, 27] };

/** One draw; null where the program leaves the world's values or is not of its level's length. */
export function drawPredict(random: Random, level: Level): PredictProblem | null {
  const code = random.chance(LOOPED[level]) ? loopProgram(random, level) : straightProgram(random, level);
  const printed = outcome(code, level);
  return printed === null ? null : { skill: 'predict', level, question: askQuestion(random, 'predict', ''), code, languageId: 'javascript', answer: String(printed) };
}

const LOOPED: Readonly<Record<Level, number>> = { 1: 0, 2: 0.15, 3: 0.6, 4: 0.75 };

function outcome(code: string, level: Level): number | null {
  const [fewest, most] = EFFECTS[level];
  let effects = 0;
  let tame = true;
  try {
    const [printed] = runProgram(parseProgram(code), {
      maxSteps: 600,
      observer: ({ type, value }) => {
        effects += type === 'count' ? 0 : 1;
        tame &&= typeof value !== 'number' || (value >= SMALLEST_VALUE && value <= LARGEST_VALUE);
      },
    });
    return tame && effects >= fewest && effects <= most && typeof printed === 'number' ? printed : null;
  } catch (error) {
    if (error instanceof InterpreterError) {
      return null;
    }
    throw error;
  }
}

/** One or two operations on known names and small constants. */
function operation(random: Random, names: readonly string[], two: boolean): string {
  const left = random.pick(names);
  const others = names.filter((name) => name !== left);
  const right = others.length > 0 && random.chance(0.5) ? random.pick(others) : String(random.integer(1, 9));
  const operator = random.weighted([['+', 4], ['-', 4], ['*', 2]] as const);
  const factor = operator === '*' ? String(random.integer(2, 4)) : right;
  const one = `${left} ${operator} ${factor}`;
  return two ? `${one} ${random.pick(['+', '-'] as const)} ${random.chance(0.5) ? random.pick(names) : random.integer(1, 9)}` : one;
}

/** Statements after the first of a program without a loop. */
const STATEMENTS: Readonly<Record<Level, readonly [number, number]>> = { 1: [1, 2], 2: [3, 5], 3: [5, 8], 4: [10, 15] };

function straightProgram(random: Random, level: Level): string {
  const all = random.pick(NAMES);
  const count = level === 1 ? 2 : random.pick([2, 3]);
  const names: string[] = all.slice(0, 1);
  const lines = [`let ${all[0]} = ${random.integer(1, 12)};`];
  const statements = random.integer(...STATEMENTS[level]);
  for (let made = 0; made < statements; made++) {
    const fresh = names.length < count ? all[names.length] : undefined;
    const two = level > 1 && random.chance(0.35);
    if (fresh !== undefined && random.chance(0.7)) {
      lines.push(`let ${fresh} = ${operation(random, names, two)};`);
      names.push(fresh);
    } else if (level > 1 && random.chance(0.2)) {
      lines.push(conditional(random, names));
    } else {
      lines.push(reassignment(random, names, two));
    }
  }
  // The last name changed is printed, or joined to another: a program should not print what its later lines never touch.
  const last = /([a-z]) (?:[-+]?=) [^\n]*(?:\n\})?$/.exec(lines.join('\n'))?.[1] ?? random.pick(names);
  return [...lines, `console.log(${random.chance(0.6) ? last : operation(random, names, false)});`].join('\n');
}

function reassignment(random: Random, names: readonly string[], two: boolean): string {
  const name = random.pick(names);
  if (random.chance(0.4)) {
    const value = random.chance(0.5) && names.length > 1 ? random.pick(names.filter((other) => other !== name)) : random.integer(1, 9);
    return `${name} ${random.pick(['+=', '-='] as const)} ${value};`;
  }
  return `${name} = ${operation(random, names, two)};`;
}

function conditional(random: Random, names: readonly string[]): string {
  const test = `${random.pick(names)} ${random.pick(['>', '<'] as const)} ${random.chance(0.6) ? random.integer(2, 15) : random.pick(names)}`;
  const no = random.chance(0.5) ? ` else {\n  ${reassignment(random, names, false)}\n}` : '';
  return `if (${test}) {\n  ${reassignment(random, names, false)}\n}${no}`;
}

function loopProgram(random: Random, level: Level): string {
  const [first, second] = random.pick(NAMES);
  const names = random.chance(level === 2 ? 0.2 : 0.6) ? [first, second] : [first];
  const starts = names.map((name) => `let ${name} = ${random.integer(0, 9)};`);
  const from = random.pick([0, 0, 1]);
  const turns = level === 2 ? 2 : level === 3 ? random.integer(2, 4) : random.integer(3, 5);
  const head = `for (let i = ${from}; i < ${from + turns}; i++) {`;
  const body = Array.from({ length: level === 2 ? 1 : level === 3 ? random.weighted([[1, 5], [2, 4]]) : random.integer(2, 3) }, () => loopStatement(random, names));
  const nested = level === 4 && random.chance(0.4) ? [`if (${random.pick([...names, 'i'])} ${random.pick(['>', '<'] as const)} ${random.integer(1, 12)}) {`, `  ${loopStatement(random, names)}`, '}'] : [];
  const after = random.chance(0.3) ? [reassignment(random, names, false)] : [];
  return [...starts, head, ...[...body, ...nested].map((line) => `  ${line}`), '}', ...after, `console.log(${random.chance(0.7) ? random.pick(names) : operation(random, names, false)});`].join('\n');
}

function loopStatement(random: Random, names: readonly string[]): string {
  const name = random.pick(names);
  const other = random.weighted([['i', 5], [String(random.integer(1, 6)), 4], [random.pick(names), 3]]);
  const form = random.integer(1, 10);
  if (form <= 5) {
    return `${name} ${random.weighted([['+=', 3], ['-=', 1]] as const)} ${other};`;
  }
  return form <= 8 ? `${name} = ${random.pick(names)} ${random.pick(['+', '-'] as const)} ${other};` : `${name} = ${name} * 2 - ${other};`;
}
