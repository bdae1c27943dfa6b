/** The same services as the editor's: the engine process for local models, and servers from this process. */
import { join } from 'node:path';
import { EngineClient } from '../engine/client.ts';
import type { ModelRef, RunService } from '../runs/service.ts';
import { environmentSecret } from './model-choice.ts';

/** Who asked for a reading in a terminal waits for it. */
const LAST_WAIT_MS = 60_000;

/** The service for one model. `root` is the repository; nothing is started before the first request. `reader`: reads the thoughts of a server's model. */
export async function createService(model: ModelRef, root: string, env: Readonly<Record<string, string | undefined>>, reader?: ModelRef): Promise<RunService> {
  // From source, so that the command runs what is in the repository and needs no build.
  const engine = (): EngineClient => new EngineClient({ entry: join(root, 'extension', 'engine', 'main.ts') });
  if (model.kind === 'local') return engine();
  const service = await serverService(env);
  if (!reader) return service;
  const { ReadingRunService } = await import('../runs/reading/reading-service.ts');
  const reads = engine();
  const reading = new ReadingRunService(service, { by: () => reader, reader: reads, lastWaitMs: LAST_WAIT_MS });
  const dispose = async (): Promise<void> => void (await Promise.all([reading.dispose(), reads.dispose()]));
  return { describe: (ref, signal) => reading.describe(ref, signal), run: (request, onEvents, signal) => reading.run(request, onEvents, signal), steer: (run, command) => reading.steer(run, command), dispose };
}

async function serverService(env: Readonly<Record<string, string | undefined>>): Promise<RunService> {
  const { RemoteModel } = await import('../models/remote/remote-model.ts');
  const { RemoteRunService } = await import('../runs/remote-service.ts');
  // A connection under way would be waited for at the end, and a silent server makes that minutes: nobody else wants it here.
  const over = new AbortController();
  const service = new RemoteRunService({
    openModel: (ref, key, signal) => RemoteModel.connect({ ref, apiKey: () => Promise.resolve(key) }, AbortSignal.any([signal, over.signal])),
    keyOf: () => Promise.resolve(env[environmentSecret] || undefined),
    offline: () => false,
  });
  return {
    describe: (ref, signal) => service.describe(ref, signal),
    run: (request, onEvents, signal) => service.run(request, onEvents, signal),
    steer: (run, command) => service.steer(run, command),
    dispose: () => {
      over.abort();
      return service.dispose();
    },
  };
}
