/** The run service inside the engine process: one local decode at a time, the most urgent first. */
import { ModelRunService, type LoadModel } from './model-run-service.ts';

export function createLocalRunService(loadModel: LoadModel): ModelRunService {
  return new ModelRunService({ loadModel, places: 1, keepLoaded: 2 });
}
