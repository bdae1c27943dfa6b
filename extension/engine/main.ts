/** Entry point of the engine process: local models behind a run service, served to the parent. */
import { loadLocalModel } from '../models/local/load.ts';
import { ReasoningError } from '../reasoning/errors.ts';
import { createLocalRunService } from '../runs/local-service.ts';
import { serve } from './server.ts';

if (!process.send) {
  console.error('The engine is started by Reins itself and speaks over an IPC channel. There is nothing to run here by hand.');
  process.exit(2);
}

// Ctrl+C in a terminal reaches the whole process group; the parent decides what it means, so that a run ends with its last words.
process.on('SIGINT', () => undefined);
// Whoever started this process is gone: nobody would ever stop it.
process.once('disconnect', () => process.exit(0));
process.on('unhandledRejection', (error) => console.error('unhandled rejection', error));

const service = createLocalRunService((model, signal) => {
  if (model.kind !== 'local') throw new ReasoningError('internal', 'The engine runs local models only.');
  return loadLocalModel(model, signal);
});

void serve(service, process);
