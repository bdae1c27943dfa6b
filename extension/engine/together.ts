/**
 * Entry point of an engine process for measuring: many runs of one model at a time, advanced together. The product's own engine runs one
 * at a time, because there a person is waiting for it.
 */
import { ModelRunService } from '../runs/model-run-service.ts';
import { TogetherModel } from '../runs/together.ts';
import { serveModels } from './serve-models.ts';

/** More gain nothing: from here on the time of a step grows with its rows. */
const PLACES = 16;

serveModels((loadModel) => new ModelRunService({ places: PLACES, keepLoaded: 2, loadModel: async (ref, signal) => new TogetherModel(await loadModel(ref, signal)) }));
