/** Where the engine's code is: bundled beside the extension, or in the source tree. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ReasoningError } from '../reasoning/errors.ts';

/** The engine's entry file under `root`, the folder that holds package.json. Throws `engine-unavailable` when there is none. */
export function findEngineEntry(root: string): string {
  const places = [join(root, 'dist', 'engine.cjs'), join(root, 'extension', 'engine', 'main.ts')];
  const found = places.find((place) => existsSync(place));
  if (!found) throw new ReasoningError('engine-unavailable', 'The engine that runs local models is not part of this installation. Install Reins again.');
  return found;
}
