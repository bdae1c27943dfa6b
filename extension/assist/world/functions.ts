/** Finds whole functions of the small language in somebody's file. */
import { parseProgram } from '../../evaluation/interpreter/parser.ts';
import { range } from './lines.ts';

/** Longer functions are beyond what a small model was made for. */
export const MOST_LINES = 24;

/** The shortest stretch of lines around `line` that is one function definition and nothing else. */
export function functionAround(textOf: (index: number) => string, count: number, line: number): { name: string; first: number; last: number } | null {
  for (let first = line; first >= 0 && line - first < MOST_LINES; first -= 1) {
    if (textOf(first).trim() === '') return null;
    if (!/^\s*(?:export\s+)?(?:const|let|function)\b/.test(textOf(first))) continue;
    for (let last = line; last < count && last - first < MOST_LINES; last += 1) {
      const name = functionName(range(first, last).map(textOf).join('\n'));
      if (name !== null) return { name, first, last };
    }
  }
  return null;
}

/** The name of the one function a text defines, its hole included; null for any other text. */
function functionName(text: string): string | null {
  const name = /^\s*(?:export\s+)?(?:const|let|function)\s+([A-Za-z_$][\w$]*)/.exec(text)?.[1];
  if (name === undefined) return null;
  try {
    const { body } = parseProgram(text);
    return body.length === 1 && body[0]?.type === 'function' ? name : null;
  } catch {
    return null;
  }
}

/** Without `export` and without the indentation all lines share: what is left is what the model knows. */
export function dedented(lines: readonly string[]): string[] {
  const indents = lines.filter((text) => text.trim() !== '').map((text) => text.length - text.trimStart().length);
  const shared = Math.min(...indents);
  return lines.map((text, index) => (index === 0 ? text.slice(shared).replace(/^export\s+/, '') : text.slice(shared)));
}
