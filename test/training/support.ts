/** Runs the training code with the Python that `npm test` has made ready. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** Set by `npm test -- training`; undefined where the tests are run without it. */
export const python = process.env['REINS_TRAINING_PYTHON'];

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** Run a program of the training folder to its end. */
export function runPython(args: readonly string[], cwd = root): Promise<Finished> {
  const child = spawn(python ?? 'python3', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (piece: string): void => {
    output += piece;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
