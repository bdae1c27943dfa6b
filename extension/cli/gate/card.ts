/** Writes a report into a model card, so that it can be written again. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withSection } from '../sections.ts';

export async function writeCard(folder: string, section: string): Promise<void> {
  const path = join(folder, 'README.md');
  const card = await readFile(path, 'utf8').catch(() => '');
  await writeFile(path, withSection(card, 'model:check', section));
}
