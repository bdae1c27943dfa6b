/** The model in the package, if it is in this one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundledModels } from '../../models/catalogue.ts';
import type { ModelRef } from '../../runs/service.ts';

export function bundledModel(extensionPath: string): ModelRef | null {
  const [entry] = bundledModels(extensionPath);
  if (!entry || !existsSync(join(entry.folder, 'config.json'))) return null;
  return { kind: 'local', id: entry.id, name: entry.name, folder: entry.folder };
}
