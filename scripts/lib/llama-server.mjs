// llama.cpp's server, built once from the source that the npm package node-llama-cpp carries, and kept in the user's cache folder.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { needFreeSpace } from './disk.mjs';
import { withLock } from './lock.mjs';
import { node24, npmCli, npmEnvironment } from './node24.mjs';
import { cacheFolder } from './paths.mjs';
import { run } from './processes.mjs';
import { Unavailable, say, seconds, step, tail } from './report.mjs';

/** The package, and the hash the registry had for it when this was written. */
const PACKAGE = 'node-llama-cpp';
const VERSION = '3.22.1';
const SHA512 = 'bltIipuWmc123H7tMIgDGKSsSrhmhlQYeVUC48XTjVW7XGJJiJJyCdlTMzQ/LiWoPkGDpcL4FviDpgw7qfTiDw==';
const SPACE_NEEDED = 900 * 1024 * 1024;
const LIMIT_MS = 3 * 60 * 60_000;
const windows = process.platform === 'win32';

/** Only the server, for the processor of this machine, without what it would have to download. Little optimisation: the model is small and the build long. */
const OPTIONS = {
  CMAKE_BUILD_TYPE: 'Release',
  CMAKE_C_FLAGS_RELEASE: '-O2 -DNDEBUG',
  CMAKE_CXX_FLAGS_RELEASE: '-O1 -DNDEBUG',
  BUILD_SHARED_LIBS: 'OFF',
  LLAMA_BUILD_TESTS: 'OFF',
  LLAMA_BUILD_EXAMPLES: 'OFF',
  LLAMA_BUILD_APP: 'OFF',
  LLAMA_BUILD_UI: 'OFF',
  LLAMA_USE_PREBUILT_UI: 'OFF',
  LLAMA_OPENSSL: 'OFF',
  LLAMA_SUBPROCESS: 'OFF',
  LLAMA_ALL_WARNINGS: 'OFF',
  GGML_OPENMP: 'OFF',
  GGML_LLAMAFILE: 'OFF',
  GGML_BLAS: 'OFF',
};

const works = async (command, args = ['--version']) => (await run(command, args).catch(() => ({ code: 1 }))).code === 0;

async function needTools() {
  if (windows) throw new Unavailable('llama-server is built only on Linux and macOS; name one of your own with REINS_LLAMA_SERVER');
  if (!(await works(process.env.CXX ?? 'c++'))) throw new Unavailable('no C++ compiler was found, so llama-server cannot be built; install one, or name a llama-server with REINS_LLAMA_SERVER');
  for (const tool of ['cmake', 'git', 'tar']) {
    if (!(await works(tool))) throw new Unavailable(`${tool} was not found, so llama-server cannot be built; install it, or name a llama-server with REINS_LLAMA_SERVER`);
  }
}

async function must(what, command, args, options) {
  const { code, output, timedOut } = await run(command, args, options);
  if (code === 0) return;
  say(tail(output));
  throw new Unavailable(`${what} ${timedOut ? 'took too long' : 'did not work'}; its last words stand above`);
}

/** The source as the package carries it: a bundle of one commit of git. */
async function fetchSource(folder) {
  const scratch = mkdtempSync(join(tmpdir(), 'reins-llama-'));
  try {
    await must(`fetching ${PACKAGE} from the package registry`, node24(), [npmCli(), 'pack', '--silent', `${PACKAGE}@${VERSION}`], { cwd: scratch, env: npmEnvironment() });
    const archive = join(scratch, readdirSync(scratch).find((name) => name.endsWith('.tgz')) ?? '');
    if (createHash('sha512').update(readFileSync(archive)).digest('base64') !== SHA512) throw new Unavailable(`${PACKAGE} ${VERSION} is not what it was when this was written, so it is not built`);
    await must('unpacking the source', 'tar', ['xzf', archive, '-C', scratch, 'package/llama/gitRelease.bundle']);
    await must('unpacking the source', 'git', ['-c', 'advice.detachedHead=false', 'clone', '--quiet', join(scratch, 'package', 'llama', 'gitRelease.bundle'), folder]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function build(folder) {
  needFreeSpace(cacheFolder(), SPACE_NEEDED, 'Building llama-server');
  const source = join(folder, 'source');
  const tree = join(folder, 'build');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(source, 'CMakeLists.txt'))) {
    rmSync(source, { recursive: true, force: true });
    await fetchSource(source);
  }
  const options = Object.entries(OPTIONS).map(([name, value]) => `-D${name}=${value}`);
  await must('preparing the build of llama-server', 'cmake', ['-S', source, '-B', tree, ...options]);
  // Whatever else the person does on this machine goes first.
  await must('building llama-server', 'nice', ['-n', '19', 'cmake', '--build', tree, '--target', 'llama-server', `-j${availableParallelism()}`], { timeoutMs: LIMIT_MS });
  cpSync(join(tree, 'bin', 'llama-server'), binaryIn(folder));
  // Half a gigabyte that nobody needs again.
  for (const rest of [source, tree]) rmSync(rest, { recursive: true, force: true });
}

const binaryIn = (folder) => join(folder, 'llama-server');

/**
 * The path of a llama-server. REINS_LLAMA_SERVER names one that is there already. Throws `Unavailable` with a sentence where there is none and none can
 * be built.
 */
export async function ensureLlamaServer() {
  const named = process.env.REINS_LLAMA_SERVER;
  if (named) {
    if (!existsSync(named)) throw new Unavailable(`REINS_LLAMA_SERVER names ${named}, which does not exist`);
    return named;
  }
  const folder = join(cacheFolder(), `llama-server-${VERSION}`);
  if (!existsSync(binaryIn(folder))) {
    await needTools();
    const started = Date.now();
    await withLock(join(dirname(folder), 'llama-server.lock'), 'building llama-server', async () => {
      if (!existsSync(binaryIn(folder))) await step('Building llama-server from source, once: many minutes', () => build(folder));
    }, { timeoutMs: LIMIT_MS });
    say(`  made ready in ${seconds(started)}`);
  }
  return binaryIn(folder);
}
