/** Entry point of `npm run ask`: the command in a real process. */
import { join } from 'node:path';
import { askCommand } from './ask-command.ts';
import { exitCodes } from './exit-codes.ts';
import { createService } from './services.ts';

/** A terminal's Ctrl+C reaches us directly and again through npm; a second one this much later is meant. */
const SECOND_INTERRUPT_MS = 500;

const root = join(import.meta.dirname, '..', '..');

/** The first interruption stops the run properly; a second one ends the process. */
function onInterrupt(interrupt: () => void): () => void {
  let first = 0;
  const listener = (): void => {
    const now = performance.now();
    if (first > 0 && now - first > SECOND_INTERRUPT_MS) process.exit(exitCodes.interrupted);
    if (first === 0) {
      first = now;
      interrupt();
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  // Whoever read our output has gone (`| head`): there is nobody left to think for.
  process.stdout.on('error', listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

// Not process.exit: the answer may still be on its way into a pipe.
process.exitCode = await askCommand(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin.isTTY ? process.stdin : { isTTY: false },
  env: process.env,
  folder: process.cwd(),
  root,
  createService: (model, reader) => createService(model, root, process.env, reader),
  onInterrupt,
});
