/** Reads the examples a source text states in comments: `// f(2) = 7`, also with `->`, `=>`, `==` and `===`. */

export interface Example {
  readonly name: string;
  readonly arguments: readonly number[];
  readonly expected: number;
}

const NUMBER = String.raw`-?\d{1,12}`;
const EXAMPLE = new RegExp(String.raw`//\s*([A-Za-z_$][\w$]*)\(\s*(${NUMBER}(?:\s*,\s*${NUMBER}){0,3})\s*\)\s*(?:===|==|=>|->|=)\s*(${NUMBER})\s*[;.,]?$`);

export function readExamples(source: string): Example[] {
  const examples: Example[] = [];
  for (const line of source.split(/\r?\n/)) {
    const found = EXAMPLE.exec(line.trimEnd());
    if (found) {
      const [, name = '', given = '', expected = ''] = found;
      examples.push({ name, arguments: given.split(',').map(Number), expected: Number(expected) });
    }
  }
  return examples;
}

/** An example's call as text: `f(2, 3)`. */
export function callText(example: Pick<Example, 'name' | 'arguments'>): string {
  return `${example.name}(${example.arguments.join(', ')})`;
}
