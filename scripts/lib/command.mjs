// A command of the product from its sources: makes sure the packages are there, then runs it under Node 24.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node24 } from './node24.mjs';
import { root } from './paths.mjs';
import { endWith } from './report.mjs';
import { ensurePackages } from './setup.mjs';

/** `script` is the name in package.json, `entry` the file in extension/cli. Ends this process with the command's exit code. */
export async function runCommand(script, entry) {
  try {
    // What the preparation has to say must not mix with the command's own output, which a script may be reading.
    const write = process.stdout.write;
    process.stdout.write = process.stderr.write.bind(process.stderr);
    await ensurePackages();
    const node = node24();
    process.stdout.write = write;

    // npm changes into the project's folder; paths on the command line are meant from where the person is.
    const cwd = process.env.npm_lifecycle_event === script ? process.env.INIT_CWD : undefined;
    const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, 'extension', 'cli', entry), ...process.argv.slice(2)], { stdio: 'inherit', cwd });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', endWith);
    child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
  } catch (error) {
    endWith(error);
  }
}
