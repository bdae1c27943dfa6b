/** Entry point of `npm run calibrate`: the command in a real process. */
import { join } from 'node:path';
import { calibrateCommand } from './calibrate/command.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

process.exitCode = await calibrateCommand(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  folder: process.cwd(),
  root: join(import.meta.dirname, '..', '..'),
  signal: stop.signal,
});
