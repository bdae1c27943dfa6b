/** What every engine process does: local models behind a run service, served to the parent until it is gone. */
import type { LocalModelPlace } from '../models/local/load.ts';
import { ReasoningError } from '../reasoning/errors.ts';
import type { Model } from '../reasoning/port.ts';
import type { LoadModel } from '../runs/model-run-service.ts';
import type { ThoughtReader } from '../runs/reading/reader.ts';
import type { RunService } from '../runs/service.ts';
import { runtimeError } from './entry.ts';
import { serve } from './server.ts';

export function serveModels(createService: (loadModel: LoadModel) => RunService & Partial<ThoughtReader>): void {
  if (!process.send) {
    console.error('The engine is started by Reins itself and speaks over an IPC channel. There is nothing to run here by hand.');
    process.exit(2);
  }

  // Ctrl+C in a terminal reaches the whole process group; the parent decides what it means, so that a run ends with its last words.
  process.on('SIGINT', () => undefined);
  // Whoever started this process is gone: nobody would ever stop it.
  process.once('disconnect', () => process.exit(0));
  process.on('unhandledRejection', (error) => console.error('unhandled rejection', error));

  const service = createService(async (model, signal) => {
    if (model.kind !== 'local') throw new ReasoningError('internal', 'The engine runs local models only.');
    const { loadLocalModel } = await loader();
    return loadLocalModel(model, signal);
  });

  void serve(service, process);
}

/** What loads models needs ONNX Runtime's native library, which another platform's package lacks. Missing, it is a sentence and not a crash. */
async function loader(): Promise<{ readonly loadLocalModel: (place: LocalModelPlace, signal: AbortSignal) => Promise<Model> }> {
  try {
    return await import('../models/local/load.ts');
  } catch (error) {
    throw runtimeError(error);
  }
}
