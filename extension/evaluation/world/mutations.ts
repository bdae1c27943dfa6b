/** Every way of changing one token of a source, as mutation testing does: the faults a repair problem may have and the fixes a trace may try. */
import { tokenize } from '../interpreter/lexer.ts';
import { editDistance } from '../interpreter/repair.ts';
import type { Hypothesis } from './problem.ts';

const SWAPS: Readonly<Record<string, readonly string[]>> = {
  '+': ['-', '*'], '-': ['+'], '*': ['+'], '+=': ['-='], '-=': ['+='], '<': ['<='], '<=': ['<'], '>': ['>='], '>=': ['>'],
};

/** What else a person might put in a token's place: the examples must rule these out too. */
const WIDE_SWAPS: readonly (readonly string[])[] = [['+', '-', '*'], ['+=', '-='], ['<', '<=', '>', '>=']];
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

/** Sources with one token changed to anything of its kind: a wider pool than faults are drawn from. */
export function wideMutations(source: string): string[] {
  const names = [...new Set(declaredNames(source))];
  const tokens = tokenize(source);
  return tokens.flatMap((token, index) => {
    const kind = token.type === 'number' ? DIGITS : names.includes(token.text) && tokens[index - 1]?.text !== 'const' && tokens[index - 1]?.text !== 'let' ? names : (WIDE_SWAPS.find((swaps) => swaps.includes(token.text)) ?? []);
    return kind.filter((text) => text !== token.text).map((text) => source.slice(0, token.start) + text + source.slice(token.end));
  });
}

/** Changed sources, each with the trimmed text of the one line that changed. Heads of loops and functions keep their names. */
export function mutations(source: string): Hypothesis[] {
  const tokens = tokenize(source);
  const names = [...new Set(declaredNames(source))];
  const found: Hypothesis[] = [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1]?.text ?? '';
    const after = tokens[index + 1]?.text ?? '';
    for (const text of replacements(token.type, token.text, before, after, names)) {
      const mutated = source.slice(0, token.start) + text + source.slice(token.end);
      found.push({ answer: lineAt(mutated, token.start), source: mutated });
    }
  });
  return found;
}

function replacements(type: string, text: string, before: string, after: string, names: readonly string[]): readonly string[] {
  if (type === 'number') {
    const value = Number(text);
    return value === 0 ? ['1'] : [String(value + 1), ...(value > 1 || before === '=' ? [String(value - 1)] : [])];
  }
  if (type === 'mark') {
    return SWAPS[text] ?? [];
  }
  const isUse = names.includes(text) && !['const', 'let', 'function'].includes(before) && !['=', '+=', '-=', '*=', '++', '=>'].includes(after);
  const isSwappable = isUse && ['=', '+', '-', '*', '+=', '-=', '*=', 'return'].includes(before);
  return isSwappable ? names.filter((name) => name !== text) : [];
}

/** Parameters and local variables, without loop counters. */
function declaredNames(source: string): string[] {
  const parameters = /\(([a-z](?:, [a-z])*)\)(?: =>| \{)/.exec(source)?.[1]?.split(', ') ?? [];
  return [...parameters, ...[...source.matchAll(/^\s+(?:let|const) ([a-z]) =/gm)].map((found) => found[1] ?? '')];
}

function lineAt(source: string, offset: number): string {
  const start = source.lastIndexOf('\n', offset) + 1;
  const end = source.indexOf('\n', offset);
  return source.slice(start, end < 0 ? source.length : end).trim();
}

/** Whether a hypothesis' line can be told from every other line of the source: the line it replaces must be the nearest in wording. */
export function isPlacedBy(source: string, hypothesis: Hypothesis): boolean {
  const lines = source.split('\n').map((line) => line.trim());
  const changed = hypothesis.source.split('\n').findIndex((line, index) => line.trim() !== lines[index]);
  const distance = (index: number): number => editDistance(lines[index] ?? '', hypothesis.answer);
  return changed >= 0 && lines.every((_, index) => index === changed || distance(index) > distance(changed));
}
