/** Problems of the skill "one line is wrong: correct it". */
import { hiddenInputs } from './behaviour.ts';
import { blockFunction, drawSignature, expressionFunction, withExamples } from './functions.ts';
import { isPlacedBy, mutations } from './mutations.ts';
import type { Level, SearchProblem } from './problem.ts';
import { askQuestion } from './questions.ts';
import type { Random } from './random.ts';
import { settle } from './search.ts';

/** Draws until one mutation of a sound function can be told, by the examples, from every other single change. */
export function drawRepair(random: Random, level: Level): SearchProblem {
  for (;;) {
    const signature = drawSignature(random, 1);
    const x = signature.parameters[0] ?? 'x';
    const looped = level === 3 && random.chance(0.65);
    const sound = level === 1 ? oneLine(random, x) : blockFunction(random, signature, level === 2 ? straightBody(random, x) : looped ? loopBody(random, x) : choiceBody(random, x));
    const code = level === 1 ? expressionFunction(random, signature, sound) : sound;
    const faulty = random.pick(mutations(code));
    const fixes = mutations(faulty.source);
    const truth = fixes.find((fix) => fix.source === code);
    const highest = looped ? 4 : 9;
    const inputs = random.shuffled(Array.from({ length: highest }, (_, index) => index + (looped ? 1 : 0))).slice(0, level === 1 ? 2 : random.pick([2, 2, 3])).map((given) => [given]);
    if (truth === undefined || !isPlacedBy(faulty.source, truth)) {
      continue;
    }
    const hidden = hiddenInputs(1, looped ? 6 : 10);
    const rivals = [{ answer: '', source: faulty.source }, ...fixes.filter((fix) => fix !== truth)];
    const settled = settle({ name: signature.name, truth, rivals, inputs, hidden, maxEffects: 16 });
    // The fault must show on an example: the faulty source itself has to be among the refuted.
    if (settled === null || !settled.wrong.some((hypothesis) => hypothesis.source === faulty.source)) {
      continue;
    }
    const wrong = settled.wrong.filter((hypothesis) => hypothesis.answer !== '' && hypothesis.answer !== truth.answer && isPlacedBy(faulty.source, hypothesis));
    const wrongBefore = wrong.filter((hypothesis) => fixes.indexOf(hypothesis) < fixes.indexOf(truth)).length;
    const shown = withExamples(random, settled.examples, faulty.source);
    if (wrong.length > 0 && shown.languageId === 'javascript') {
      return { skill: 'repair', level, question: askQuestion(random, 'repair', signature.name), ...shown, answer: truth.answer, truth, wrong, wrongBefore, examples: settled.examples, hidden };
    }
  }
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
