/** Hunks as edits of a document, which knows characters and line breaks and not only lines. */
import type { Hunk } from './line-diff.ts';

export interface TextEdit {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  /** With \n between lines; the document puts its own line breaks. */
  readonly text: string;
}

export function editsOf(lines: readonly string[], hunks: readonly Hunk[]): TextEdit[] {
  return hunks.map((hunk) => editOf(lines, hunk));
}

function editOf(lines: readonly string[], { start, removed, added }: Hunk): TextEdit {
  const end = start + removed.length;
  const lengthOf = (line: number): number => lines[line]?.length ?? 0;
  if (removed.length > 0 && added.length > 0) return { startLine: start, startCharacter: 0, endLine: end - 1, endCharacter: lengthOf(end - 1), text: added.join('\n') };
  const text = added.map((line) => `${line}\n`).join('');
  if (end < lines.length) return { startLine: start, startCharacter: 0, endLine: end, endCharacter: 0, text };
  // At the end of the text there is no line break below, so the one above goes with it.
  const last = { endLine: lines.length - 1, endCharacter: lengthOf(lines.length - 1) };
  if (start === 0) return { startLine: 0, startCharacter: 0, ...last, text: added.join('\n') };
  return { startLine: start - 1, startCharacter: lengthOf(start - 1), ...last, text: added.map((line) => `\n${line}`).join('') };
}
