/** Problems of the skill "fill the hole so that the examples hold". */
import { drawSignature, blockFunction, expressionFunction, withExamples } from './functions.ts';
import { hiddenInputs } from './behaviour.ts';
import type { Hypothesis, Level, SearchProblem } from './problem.ts';
import { askQuestion } from './questions.ts';
import type { Random } from './random.ts';
import { settle } from './search.ts';

interface Family {
  readonly parameters: 1 | 2;
  readonly code: string;
  readonly name: string;
  readonly truth: string;
  readonly rivals: readonly string[];
  readonly inputs: readonly (readonly number[])[];
  readonly maxEffects: number;
  readonly highest: number;
}

const range = (low: number, high: number): number[] => Array.from({ length: high - low + 1 }, (_, index) => low + index);

/** Draws until the examples leave one answer. */
export function drawComplete(random: Random, level: Level): SearchProblem {
  for (;;) {
    const family = level === 1 ? lineFamily(random) : level === 2 ? random.chance(0.55) ? choiceFamily(random) : pairFamily(random) : bodyFamily(random);
    const filled = (answer: string): Hypothesis => ({ answer, source: family.code.replace('___', answer) });
    const hidden = hiddenInputs(family.parameters, family.highest);
    const truth = filled(family.truth);
    const rivals = family.rivals.filter((rival) => rival !== family.truth).map(filled);
    const settled = settle({ ...family, truth, rivals, hidden });
    if (settled !== null) {
      const { examples, wrong } = settled;
      const shown = withExamples(random, examples, family.code);
      return { skill: 'complete', level, question: askQuestion(random, 'complete', family.name), ...shown, answer: family.truth, truth, wrong, wrongBefore: 0, examples, hidden };
    }
  }
}

/** `x + c`, `x - c`, `a * x`, `a * x + b`, `a * x - b`. */
function lines(x: string): { one: string[]; two: string[] } {
  const constants = range(1, 9);
  const factors = range(2, 9);
  return {
    one: [...constants.flatMap((c) => [`${x} + ${c}`, `${x} - ${c}`]), ...factors.map((a) => `${a} * ${x}`)],
    two: factors.flatMap((a) => constants.flatMap((b) => [`${a} * ${x} + ${b}`, `${a} * ${x} - ${b}`])),
  };
}

function lineFamily(random: Random): Family {
  const signature = drawSignature(random, 1);
  const { one, two } = lines(signature.parameters[0] ?? 'x');
  const truth = random.chance(0.3) ? random.pick(one) : random.pick(two);
  const inputs = random.shuffled(range(0, 10)).slice(0, random.chance(0.75) ? 2 : 3).map((x) => [x]);
  const code = expressionFunction(random, signature, '___');
  return { parameters: 1, code, name: signature.name, truth, rivals: [...one, ...two], inputs, maxEffects: 4, highest: 10 };
}

/** `x > t ? A : B` with branches of one operation; its examples stand on both sides of the threshold and next to it. */
function choiceFamily(random: Random): Family {
  const signature = drawSignature(random, 1);
  const x = signature.parameters[0] ?? 'x';
  const branches = [...range(1, 5).flatMap((c) => [`${x} + ${c}`, `${x} - ${c}`]), ...range(2, 4).map((a) => `${a} * ${x}`)];
  const threshold = random.integer(2, 6);
  const [yes = '', no = ''] = random.shuffled(branches);
  const truth = `${x} > ${threshold} ? ${yes} : ${no}`;
  const below = random.integer(0, threshold - 1);
  const above = random.integer(threshold + 2, 10);
  const inputs = random.shuffled([below, threshold, threshold + 1, above]).map((given) => [given]);
  // All 9,000 pairs of branches would be slow to test: one branch or the threshold changed covers what can be confused.
  const rivals = [
    ...range(2, 6).map((other) => `${x} > ${other} ? ${yes} : ${no}`),
    ...branches.flatMap((branch) => [`${x} > ${threshold} ? ${branch} : ${no}`, `${x} > ${threshold} ? ${yes} : ${branch}`]),
    `${x} > ${threshold} ? ${no} : ${yes}`,
  ];
  const code = expressionFunction(random, signature, '___');
  return { parameters: 1, code, name: signature.name, truth, rivals, inputs, maxEffects: 4, highest: 10 };
}

function pairFamily(random: Random): Family {
  const signature = drawSignature(random, 2);
  const [x = 'x', y = 'y'] = signature.parameters;
  const rivals = [
    `${x} + ${y}`, `${x} - ${y}`, `${x} * ${y}`,
    ...range(1, 6).flatMap((c) => [`${x} + ${y} + ${c}`, `${x} + ${y} - ${c}`, `${x} * ${y} + ${c}`, `${x} * ${y} - ${c}`]),
    ...range(2, 5).flatMap((a) => [`${a} * ${x} + ${y}`, `${a} * ${x} - ${y}`, `${x} + ${a} * ${y}`, `${a} * ${y} - ${x}`]),
  ];
  const inputs = range(1, random.pick([2, 3])).map(() => [random.integer(0, 9), random.integer(0, 9)]);
  const code = expressionFunction(random, signature, '___');
  return { parameters: 2, code, name: signature.name, truth: random.pick(rivals), rivals, inputs, maxEffects: 4, highest: 5 };
}

/** A hole in one line of a longer body, which has to be executed to be judged. */
function bodyFamily(random: Random): Family {
  const signature = drawSignature(random, 1);
  const x = signature.parameters[0] ?? 'x';
  const [a, b] = random.pick([['a', 'b'], ['s', 't'], ['p', 'q']] as const);
  const looped = random.chance(0.5);
  const operators = ['+', '-'] as const;
  const body = looped
    ? [`let ${a} = ${random.integer(0, 5)};`, `for (let i = 0; i < ${x}; i++) {`, `  ${a} ${random.pick(['+=', '+=', '-='] as const)} ___;`, '}', `return ${a};`]
    : random.chance(0.5)
      ? [`const ${a} = ___;`, `const ${b} = ${a} ${random.pick(operators)} ${random.pick([x, String(random.integer(1, 6))])};`, `return ${b} ${random.pick(operators)} ${random.pick([a, x])};`]
      : [`const ${a} = ${x} ${random.pick(operators)} ${random.integer(1, 6)};`, `const ${b} = ___;`, `return ${b} ${random.pick(operators)} ${random.pick([a, x])};`];
  const scope = looped ? ['i', x] : body[0]?.includes('___') === true ? [x] : [x, a];
  const rivals = [
    ...scope.flatMap((name) => [...range(1, 5).flatMap((c) => [`${name} + ${c}`, `${name} - ${c}`]), ...range(2, 4).map((c) => `${c} * ${name}`)]),
    ...(scope.length > 1 ? [`${scope[0]} + ${scope[1]}`, `${scope[1]} - ${scope[0]}`] : []),
    ...(looped ? [...scope, ...range(1, 6).map(String)] : []),
  ];
  const inputs = random.shuffled(range(looped ? 1 : 0, looped ? 4 : 9)).slice(0, looped ? 2 : random.pick([2, 3])).map((given) => [given]);
  const code = blockFunction(random, signature, body);
  return { parameters: 1, code, name: signature.name, truth: random.pick(rivals), rivals, inputs, maxEffects: 16, highest: looped ? 6 : 10 };
}
