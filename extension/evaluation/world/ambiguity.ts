/**
 * Whether a problem's examples leave one answer. An answer counts against a problem when it fits every example shown and does something
 * else on a hidden input. Looked for among answers as complex as the true one: expressions for a hole, one token changed for a fault.
 */
import { fillHole } from '../interpreter/hole.ts';
import { tokenize } from '../interpreter/lexer.ts';
import { InterpreterError } from '../interpreter/syntax.ts';
import { behaviour, satisfies } from './behaviour.ts';
import type { SearchProblem } from './problem.ts';
import { expressions, tests } from './pool.ts';

/** A rival answer as the source it makes; null when the examples leave only one behaviour among all that was tried. */
export function rivalOf(problem: SearchProblem): string | null {
  const name = problem.examples[0]?.name ?? '';
  const behaves = (source: string): string => JSON.stringify(behaviour(source, name, problem.hidden));
  const expected = behaves(problem.truth.source);
  for (const source of problem.skill === 'complete' ? completions(problem) : changes(problem.code, name)) {
    if (satisfies(source, problem.examples) && behaves(source) !== expected) return source;
  }
  return null;
}

function* completions(problem: SearchProblem): Generator<string> {
  const { code, answer } = problem;
  const names = namesIn(code, problem.examples[0]?.name ?? '');
  for (const text of expressions(names, Math.min(2, operatorsIn(answer)))) yield* filled(code, text);
  if (answer.includes('?')) yield* withConditionals(problem);
}

/**
 * Conditionals over the parameters. Only branches that fit the examples on their side of the test are joined, since all pairs of all
 * branches would be hundreds of thousands.
 */
function* withConditionals({ code, examples }: SearchProblem): Generator<string> {
  const parameters = parametersIn(code);
  const branches = expressions(parameters, 1).map((text) => {
    const [source] = filled(code, text);
    return { text, fits: examples.map((example) => source !== undefined && satisfies(source, [example])) };
  });
  for (const { text, name, holds } of tests(parameters)) {
    const chosen = examples.map((example) => holds(example.arguments[parameters.indexOf(name)] ?? 0));
    const fitting = (side: boolean): string[] => branches.filter(({ fits }) => chosen.every((taken, index) => taken !== side || fits[index] === true)).map((branch) => branch.text);
    for (const yes of fitting(true)) for (const no of fitting(false)) if (yes !== no) yield* filled(code, `${text} ? ${yes} : ${no}`);
  }
}

/** The source with the text in its hole, where that is allowed. */
function filled(code: string, text: string): string[] {
  try {
    return [fillHole(code, text)];
  } catch (error) {
    if (error instanceof InterpreterError) return [];
    throw error;
  }
}

const ALIKE: readonly (readonly string[])[] = [['+', '-', '*'], ['+=', '-=', '*='], ['<', '<=', '>', '>='], ['++', '--']];
const LARGEST_CONSTANT = 12;

/** Every source that differs in one token: another number, operator of its kind, or name. */
function* changes(source: string, name: string): Generator<string> {
  const names = namesIn(source, name);
  for (const { type, text, start, end } of tokenize(source)) {
    const others = type === 'number' ? Array.from({ length: LARGEST_CONSTANT + 1 }, (_, value) => String(value)) : type === 'mark' ? (ALIKE.find((kind) => kind.includes(text)) ?? []) : names.includes(text) ? names : [];
    for (const other of others) if (other !== text) yield source.slice(0, start) + other + source.slice(end);
  }
}

const WORDS = new Set(['const', 'let', 'function', 'return', 'if', 'else', 'for', 'while', 'number', 'true', 'false', 'Math', '___']);

/** Parameters and variables of a source, in order of appearance. */
function namesIn(source: string, functionName: string): string[] {
  const words = tokenize(source).filter(({ type, text }) => type === 'word' && text !== functionName && !WORDS.has(text));
  return [...new Set(words.map(({ text }) => text))];
}

function parametersIn(source: string): string[] {
  return /\(([a-z]\w*(?:: number)?(?:, [a-z]\w*(?:: number)?)*)\)(?:: number)?(?: =>| \{)/.exec(source)?.[1]?.split(', ').map((parameter) => parameter.replace(': number', '')) ?? [];
}

function operatorsIn(expression: string): number {
  return tokenize(expression).filter(({ type, text }) => type === 'mark' && ['+', '-', '*'].includes(text)).length;
}
