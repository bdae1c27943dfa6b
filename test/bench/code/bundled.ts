/** The bundled model in a real engine process, and the suggester in front of it as the editor has it. */
import { join } from 'node:path';
import { Suggester } from '../../../extension/assist/world/suggester.ts';
import { EngineClient } from '../../../extension/engine/client.ts';
import { bundledModels } from '../../../extension/models/catalogue.ts';
import type { RunRequest, RunService } from '../../../extension/runs/service.ts';
import { JudgedRunService } from '../../../extension/runs/judged-service.ts';

const root = join(import.meta.dirname, '..', '..', '..');

export interface Bundled {
  readonly suggester: Suggester;
  /** Most requests that were in flight at once, and how many there were. */
  readonly flights: { most: number; all: number };
  dispose(): Promise<void>;
}

export function startBundled(): Bundled {
  const [entry] = bundledModels(root);
  if (!entry) throw new Error('There is no bundled model.');
  const { id, name, folder } = entry;
  const client = new EngineClient({ entry: join(root, 'extension', 'engine', 'main.ts') });
  const flights = { most: 0, all: 0, now: 0 };
  const counted: RunService = {
    describe: (model, signal) => client.describe(model, signal),
    steer: (run, command) => client.steer(run, command),
    dispose: () => client.dispose(),
    run: async (request: RunRequest, onEvents, signal) => {
      flights.all += 1;
      flights.now += 1;
      flights.most = Math.max(flights.most, flights.now);
      try {
        return await client.run(request, onEvents, signal);
      } finally {
        flights.now -= 1;
      }
    },
  };
  const service = new JudgedRunService(counted);
  const suggester = new Suggester({ service: () => Promise.resolve(service), model: { kind: 'local', id, name, folder }, log: () => undefined });
  return { suggester, flights, dispose: () => client.dispose() };
}
