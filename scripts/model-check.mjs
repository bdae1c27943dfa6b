// npm run model:check: measures a model of the task world and says whether it may be shipped.
import { runCommand } from './lib/command.mjs';

await runCommand('model:check', 'model-check.ts');
