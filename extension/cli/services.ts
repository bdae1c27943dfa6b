/** The same services as the editor's: the engine process for local models, and servers from this process. */
import { join } from 'node:path';
import { EngineClient } from '../engine/client.ts';
import type { ModelRef, RunService } from '../runs/service.ts';
import { environmentSecret } from './model-choice.ts';

/** The service for one model. `root` is the repository; nothing is started before the first request. */
export async function createService(model: ModelRef, root: string, env: Readonly<Record<string, string | undefined>>): Promise<RunService> {
  // From source, so that the command runs what is in the repository and needs no build.
  if (model.kind === 'local') return new EngineClient({ entry: join(root, 'extension', 'engine', 'main.ts') });
  const { RemoteModel } = await import('../models/remote/remote-model.ts');
  const { RemoteRunService } = await import('../runs/remote-service.ts');
  return new RemoteRunService({
    openModel: (ref, key, signal) => RemoteModel.connect({ ref, apiKey: () => Promise.resolve(key) }, signal),
    keyOf: () => Promise.resolve(env[environmentSecret] || undefined),
    offline: () => false,
  });
}
