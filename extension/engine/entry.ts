/** Where the engine's code is: bundled beside the extension, or in the source tree; and what to say where there is none. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ReasoningError } from '../reasoning/errors.ts';
import type { Availability } from '../reasoning/port.ts';
import { said } from '../trace/said.ts';

/** Platforms for which ONNX Runtime carries its libraries, by Node's names. For each there is a package of Reins with an engine. */
export const enginePlatforms: readonly string[] = ['darwin-arm64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64'];

/** The engine's entry file under `root`, the folder that holds package.json. Throws `engine-unavailable` when there is none. */
export function findEngineEntry(root: string, platform = `${process.platform}-${process.arch}`): string {
  const places = [join(root, 'dist', 'engine.cjs'), join(root, 'extension', 'engine', 'main.ts')];
  const found = places.find((place) => existsSync(place));
  if (!found) throw new ReasoningError('engine-unavailable', said('This is the universal package of Reins, which uses models on servers only: it carries no ONNX Runtime. {0}', advice(platform)));
  return found;
}

/** Whether this installation can run models itself; if not, the sentence the interface shows. */
export function engineAvailability(root: string, platform?: string): Availability {
  try {
    findEngineEntry(root, platform);
    return { available: true };
  } catch (error) {
    return { available: false, reason: ReasoningError.from(error).message };
  }
}

/** The sentence for an engine whose native library is missing or cannot be loaded. */
export function runtimeError(cause: unknown, platform = `${process.platform}-${process.arch}`): ReasoningError {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return new ReasoningError('engine-unavailable', said('ONNX Runtime could not be loaded, so models on this machine cannot run ({0}). {1}', line.slice(0, 200), advice(platform)), { cause });
}

function advice(platform: string): string {
  return enginePlatforms.includes(platform)
    ? said('Install the package of Reins for {0} to run models on this machine, or connect to a server.', platform)
    : said('For {0} there is no package that can run models itself, so connect to a server.', platform);
}
