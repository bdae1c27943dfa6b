/** The parts functions of the world are written with: names, heads, example comments. */
import type { Example } from '../interpreter/examples.ts';
import { callText } from '../interpreter/examples.ts';
import type { Random } from './random.ts';

export interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
}

export function drawSignature(random: Random, count: number): Signature {
  const name = random.weighted([['f', 8], ['g', 1], ['h', 1]]);
  const first = random.weighted([['x', 8], ['n', 2]] as const);
  return { name, parameters: count === 1 ? [first] : random.pick([['x', 'y'], ['a', 'b']]) };
}

/** A function whose body is one expression, mostly as an arrow function. */
export function expressionFunction(random: Random, { name, parameters }: Signature, expression: string): string {
  const list = parameters.join(', ');
  return random.chance(0.8) ? `const ${name} = (${list}) => ${expression};` : `function ${name}(${list}) {\n  return ${expression};\n}`;
}

/** A function with a body of several lines, given without indentation of their own. */
export function blockFunction(random: Random, { name, parameters }: Signature, lines: readonly string[]): string {
  const list = parameters.join(', ');
  const body = lines.map((line) => `  ${line}`).join('\n');
  return random.chance(0.5) ? `const ${name} = (${list}) => {\n${body}\n};` : `function ${name}(${list}) {\n${body}\n}`;
}

/** Examples as comments, then the code, sometimes with TypeScript's annotations. */
export function withExamples(random: Random, examples: readonly Example[], code: string): { code: string; languageId: 'javascript' | 'typescript' } {
  const arrow = random.weighted([['=', 7], ['=>', 1], ['->', 1], ['===', 1]] as const);
  const comments = examples.map((example) => `// ${callText(example)} ${arrow} ${example.expected}\n`).join('');
  const typed = random.chance(0.06);
  return { code: comments + (typed ? annotate(code) : code), languageId: typed ? 'typescript' : 'javascript' };
}

function annotate(code: string): string {
  return code.replace(/\(([a-z](?:, [a-z])*)\)( =>| \{)/, (_, list: string, rest: string) => `(${list.replace(/[a-z]/g, '$&: number')}): number${rest}`);
}
