/** Entry point of the product's engine process. */
import { createLocalRunService } from '../runs/local-service.ts';
import { serveModels } from './serve-models.ts';

serveModels(createLocalRunService);
