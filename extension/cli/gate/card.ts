/** Writes a report into a model card, between two markers, so that it can be written again. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const BEGIN = '<!-- Written by model:check. Changes between these two lines are lost. -->';
const END = '<!-- The end of what model:check writes. -->';

/** The card with the section in the place of an earlier one, or at its end. */
export function withSection(card: string, section: string): string {
  const block = `${BEGIN}\n\n${section.trim()}\n\n${END}`;
  const from = card.indexOf(BEGIN);
  const to = card.indexOf(END, from);
  if (from >= 0 && to >= 0) return card.slice(0, from) + block + card.slice(to + END.length);
  return `${card.trimEnd()}\n\n## Measured\n\n${block}\n`;
}

export async function writeCard(folder: string, section: string): Promise<void> {
  const path = join(folder, 'README.md');
  const card = await readFile(path, 'utf8').catch(() => '');
  await writeFile(path, withSection(card, section));
}
