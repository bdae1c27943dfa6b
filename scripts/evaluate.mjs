// npm run evaluate: measures whether early exits pay.
import { runCommand } from './lib/command.mjs';

await runCommand('evaluate', 'evaluate.ts');
