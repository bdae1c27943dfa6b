// npm run ask: one run from a terminal.
import { runCommand } from './lib/command.mjs';

await runCommand('ask', 'ask.ts');
