/**
 * Expressions somebody might try in a hole: everything up to a number of operators over some names and small constants, one of each kind
 * that behaves alike. Wider than what the world draws its own problems from, on purpose.
 */

const CONSTANTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const OPERATORS = ['+', '-', '*'] as const;

/** An expression with its values in a few environments, by which equal ones are known. */
interface Candidate {
  readonly text: string;
  readonly values: readonly number[];
}

/** As many environments as make two different expressions of this size very unlikely to agree in all. */
const ENVIRONMENTS = 7;

/** Expressions of at most `operators` (0 to 2) operators. A name's value in environment e is a fixed, uneven number. */
export function expressions(names: readonly string[], operators: number): string[] {
  return grown(names, operators).map(({ text }) => text);
}

/** Tests a conditional may have: a name against a small threshold. */
export function tests(names: readonly string[]): Test[] {
  return names.flatMap((name) => CONSTANTS.flatMap((threshold) => [{ text: `${name} > ${threshold}`, name, holds: (value: number) => value > threshold }, { text: `${name} < ${threshold}`, name, holds: (value: number) => value < threshold }]));
}

export interface Test {
  readonly text: string;
  readonly name: string;
  holds(value: number): boolean;
}

function grown(names: readonly string[], operators: number): Candidate[] {
  const atoms: Candidate[] = [
    ...names.map((text, index) => ({ text, values: Array.from({ length: ENVIRONMENTS }, (_, e) => ((index + 2) * 37 + e * (index + 3) * 11) % 101) })),
    ...CONSTANTS.map((value) => ({ text: String(value), values: Array.from({ length: ENVIRONMENTS }, () => value) })),
  ];
  let known = distinct(atoms);
  for (let round = 0; round < operators; round += 1) {
    known = distinct([...known, ...known.flatMap((left) => atoms.flatMap((right) => OPERATORS.flatMap((operator) => [joined(left, operator, right), joined(right, operator, left)])))]);
  }
  return known;
}

function joined(left: Candidate, operator: (typeof OPERATORS)[number], right: Candidate): Candidate {
  const values = left.values.map((value, index) => {
    const other = right.values[index] ?? 0;
    return operator === '+' ? value + other : operator === '-' ? value - other : value * other;
  });
  return { text: `${bracketed(left.text)} ${operator} ${bracketed(right.text)}`, values };
}

function bracketed(text: string): string {
  return text.includes(' ') ? `(${text})` : text;
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = candidate.values.join();
    if (!seen.has(key)) seen.set(key, candidate);
  }
  return [...seen.values()];
}
