/** Models the product knows by name. Nothing else knows that the bundled one is special. */
import { join } from 'node:path';

export interface CatalogueEntry {
  readonly kind: 'local';
  readonly id: string;
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
  /** What to expect of it, for the model picker. */
  readonly description: string;
}

/** Bundled models, given the extension's root folder. */
export function bundledModels(root: string): readonly CatalogueEntry[] {
  return [
    {
      kind: 'local',
      id: 'reins-tiny',
      name: 'Reins Tiny',
      folder: join(root, 'media', 'models', 'reins-tiny'),
      description: 'Small, offline, ready at once. Completes and repairs one-line functions from their examples.',
    },
  ];
}
