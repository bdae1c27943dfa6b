// npm run calibrate: learns what the signals of a model are worth.
import { runCommand } from './lib/command.mjs';

await runCommand('calibrate', 'calibrate.ts');
