/** Filling a gap in words, for models that only answer questions, and reading the text out of what they say. */
import type { Infill } from '../../reasoning/port.ts';
import { withoutThoughts } from './first-line.ts';

const GAP = '<GAP/>';

export function infillQuestion(infill: Infill, languageId: string): string {
  // Other files may be in any language.
  const others = infill.snippets.map(({ path, text }) => `${path}:\n${fenced(text, '')}`);
  return [
    `Below is code with a gap, marked ${GAP}. Answer with exactly the text that belongs into the gap and nothing else: no explanation, no code fence, none of the text around it.`,
    ...(others.length > 0 ? [`From other files, only to know:\n${others.join('\n')}`] : []),
    fenced(infill.prefix + GAP + infill.suffix, languageId),
  ].join('\n\n');
}

/** Models fence code even when told not to. */
export function infillAnswer(text: string): string {
  const bare = withoutThoughts(text);
  const fence = /^\s*(`{3,})[^\n]*\n([\s\S]*?)(?:\n\1[ \t]*(?:\n[\s\S]*)?|$)/.exec(bare);
  return (fence?.[2] ?? bare).replaceAll(GAP, '');
}

function fenced(code: string, languageId: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...code.matchAll(/`{3,}/g)].map(([run]) => run.length + 1)));
  return `${fence}${languageId}\n${code}\n${fence}`;
}
