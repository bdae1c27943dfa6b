// A Python with the packages of training/requirements.txt, kept in the user's cache folder, made once.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needFreeSpace } from './disk.mjs';
import { hashOf } from './freshness.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, root } from './paths.mjs';
import { run } from './processes.mjs';
import { Unavailable, say, seconds, step, tail } from './report.mjs';

const requirements = join(root, 'training', 'requirements.txt');
const names = process.platform === 'win32' ? ['python', 'py'] : ['python3.11', 'python3.12', 'python3.13', 'python3.14', 'python3', 'python'];
const SPACE_NEEDED = 2500 * 1024 * 1024; // 1.6 GB installed, the rest is what pip unpacks on the way.
const LIMIT_MS = 20 * 60_000;

/** An interpreter and what it says of itself, or undefined where it does not start or is too old. */
async function inspect(command) {
  const { code, output } = await run(command, ['-c', 'import ensurepip, sys, venv; print(sys.executable); print(*sys.version_info[:2])']).catch(() => ({ code: 1 }));
  if (code !== 0) return undefined;
  const [executable, version = ''] = output.trim().split(/\r?\n/);
  const [major, minor] = version.split(' ').map(Number);
  return major === 3 && minor >= 11 ? { executable, version: `${major}.${minor}` } : undefined;
}

async function findPython() {
  for (const name of names) {
    const found = await inspect(name);
    if (found) return found;
  }
  throw new Unavailable('no Python 3.11 or newer with venv was found; install one to run the training code');
}

const pythonIn = (folder) => (process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python'));

/**
 * On Linux most package sources offer PyTorch's build for CUDA, which brings several gigabytes of drivers that a test on the CPU has no use for.
 * So pip is asked first what it would take.
 */
async function refuseCuda(python, environment) {
  if (process.platform !== 'linux') return;
  const torch = readFileSync(requirements, 'utf8').split('\n').find((line) => line.startsWith('torch=='));
  const { code, output } = await pip(python, ['--dry-run', '--no-deps', '--ignore-installed', torch], environment);
  const would = /Would install torch-(\S+)/.exec(output)?.[1];
  if (code !== 0 || !would) throw cannotInstall(output);
  if (!would.includes('+cpu')) {
    throw new Unavailable(`pip would install PyTorch ${would}, the build for CUDA, several gigabytes; let pip know PyTorch's index of CPU builds (PIP_EXTRA_INDEX_URL; pytorch.org, Get Started, names it)`);
  }
}

const cannotInstall = (output) => {
  say(tail(output));
  return new Unavailable('pip could not install the packages of training/requirements.txt; its last words stand above');
};

/** One retry: where a source is not reachable, several for each of forty packages take minutes. */
const pip = (python, args, env) => run(python, ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--retries', '1', ...args], { env, timeoutMs: LIMIT_MS });

async function make(folder, { executable, version }) {
  needFreeSpace(cacheFolder(), SPACE_NEEDED, 'Installing the training packages');
  rmSync(folder, { recursive: true, force: true });
  const python = pythonIn(folder);
  const made = await run(executable, ['-m', 'venv', folder]);
  if (made.code !== 0) throw new Unavailable(`Python ${version} could not make a virtual environment: ${tail(made.output, 1)}`);
  await refuseCuda(python, process.env);
  // Bytecode is made by the first import, of what is imported; compiling everything takes as long as installing it.
  const { code, output } = await pip(python, ['--no-compile', '-r', requirements], process.env);
  if (code !== 0) throw cannotInstall(output);
  writeFileSync(join(folder, 'complete'), '');
}

/**
 * The path of a Python with the training packages. REINS_TRAINING_PYTHON names one that has them already. Throws `Unavailable` with a sentence
 * where there is none and none can be made.
 */
export async function ensureTrainingPython() {
  if (process.env.REINS_TRAINING_PYTHON) return process.env.REINS_TRAINING_PYTHON;
  const found = await findPython();
  const folder = join(cacheFolder(), `training-${hashOf(['training/requirements.txt'], `${found.version} ${process.arch}`)}`);
  const complete = () => existsSync(join(folder, 'complete')) && existsSync(pythonIn(folder));
  if (!complete()) {
    const started = Date.now();
    await withLock(join(cacheFolder(), 'training.lock'), 'installing the training packages', async () => {
      if (!complete()) await step(`Installing the training packages (PyTorch for the CPU) for Python ${found.version}, about a minute, once`, () => make(folder, found));
    });
    say(`  made ready in ${seconds(started)}`);
  }
  return pythonIn(folder);
}
