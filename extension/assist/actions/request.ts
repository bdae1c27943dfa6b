/** The question an action asks, and the code an answer to it holds. */
import type { Excerpt } from './excerpt.ts';
import { actions, type ActionKind } from './kinds.ts';

export interface ActionAsk {
  readonly kind: ActionKind;
  readonly languageId: string;
  readonly excerpt: Excerpt;
  /** What the editor complains about in these lines. */
  readonly problems?: readonly string[];
  /** What the person adds in words. */
  readonly remark?: string | undefined;
}

/** The lines asked about follow the question as the run's context. */
export function actionQuestion({ kind, languageId, excerpt, problems = [], remark }: ActionAsk): string {
  const { instruction, result } = actions[kind];
  const parts = [instruction];
  if (remark !== undefined && remark.trim() !== '') parts.push(remark.trim());
  if (problems.length > 0) parts.push(`The editor reports:\n${problems.map((problem) => `- ${problem.replaceAll(/\s+/g, ' ')}`).join('\n')}`);
  if (result === 'edit') parts.push('Answer with the new text of exactly the lines at the end of this message, all of them and no others, in one fenced code block.');
  if (result === 'file') parts.push('Answer with one file in one fenced code block.');
  if (excerpt.before.trim() !== '') parts.push(surroundings('above', excerpt.before, languageId, excerpt.cutAbove));
  if (excerpt.after.trim() !== '') parts.push(surroundings('below', excerpt.after, languageId, excerpt.cutBelow));
  if (excerpt.before.trim() !== '' || excerpt.after.trim() !== '') parts.push('The lines this is about:');
  return parts.join('\n\n');
}

/** The longest fenced block of an answer; null where it has none: prose is never put into a file. */
export function fencedCode(answer: string): string | null {
  const blocks = [...answer.replaceAll('\r\n', '\n').matchAll(/^(`{3,}|~{3,})[^\n]*\n([\s\S]*?)^\1[ \t]*$/gm)].map(([, , code = '']) => code.replace(/\n$/, ''));
  return blocks.reduce<string | null>((longest, block) => (longest === null || block.length > longest.length ? block : longest), null);
}

/** The code with the indentation its place has: models often answer from the left margin. */
export function indentedLike(code: string, asked: string): string {
  const wanted = indentOf(asked);
  const given = indentOf(code);
  if (wanted === given) return code;
  return code.split('\n').map((line) => (line.trim() === '' ? line : line.startsWith(given) ? wanted + line.slice(given.length) : line)).join('\n');
}

function indentOf(text: string): string {
  const first = text.split('\n').find((line) => line.trim() !== '') ?? '';
  return /^[ \t]*/.exec(first)?.[0] ?? '';
}

function surroundings(where: 'above' | 'below', text: string, languageId: string, cut: boolean): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length + 1)));
  const more = cut ? (where === 'above' ? ' (the file begins earlier)' : ' (the file goes on)') : '';
  return `Only to know, this stands ${where}${more}:\n${fence}${languageId}\n${text}\n${fence}`;
}
