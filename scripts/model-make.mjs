// npm run model:make: makes the bundled model from nothing, with a Python of its own (training/README.md).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './lib/paths.mjs';
import { ensureTrainingPython } from './lib/python.mjs';
import { endWith } from './lib/report.mjs';
import { ensurePackages } from './lib/setup.mjs';

try {
  await ensurePackages();
  const python = await ensureTrainingPython();
  const child = spawn(python, [join(root, 'training', 'make.py'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    // npm changes into the project's folder; paths on the command line are meant from where the person is.
    cwd: process.env.npm_lifecycle_event === 'model:make' ? process.env.INIT_CWD : undefined,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', endWith);
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
} catch (error) {
  endWith(error);
}
