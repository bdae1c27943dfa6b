// npm run ask: makes sure the packages are there, then runs the command under Node 24.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node24 } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';
import { endWith } from './lib/report.mjs';
import { ensurePackages } from './lib/setup.mjs';

async function main() {
  // What the preparation has to say must not mix with the command's own output, which a script may be reading.
  const write = process.stdout.write;
  process.stdout.write = process.stderr.write.bind(process.stderr);
  await ensurePackages();
  const node = node24();
  process.stdout.write = write;

  // npm changes into the project's folder; paths on the command line are meant from where the person is.
  const cwd = process.env.npm_lifecycle_event === 'ask' ? process.env.INIT_CWD : undefined;
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, 'extension', 'cli', 'ask.ts'), ...process.argv.slice(2)], { stdio: 'inherit', cwd });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', endWith);
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

main().catch(endWith);
