// code-server is a real VS Code that runs in a browser and comes from npm. It is kept in the user's cache folder, installed once.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needFreeSpace } from './disk.mjs';
import { withLock } from './lock.mjs';
import { node24, node24Headers, npmCli, npmEnvironment, withNode24 } from './node24.mjs';
import { cacheFolder } from './paths.mjs';
import { end, keep, run } from './processes.mjs';
import { Advice, say, step, tail } from './report.mjs';

export const codeServerVersion = '4.139.1'; // VS Code 1.139
const SPACE_NEEDED = 1300 * 1024 * 1024; // 620 MB installed, the rest is npm's cache and room to unpack.

const folderName = `code-server-${codeServerVersion}`;
const entryIn = (folder) => join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');

/** The entry point of an installed code-server, installing it when it is not there yet. */
export async function ensureCodeServer() {
  if (process.platform === 'win32') throw new Advice('code-server, the editor in a browser, does not run on Windows. Use your installed VS Code: npm start -- --desktop');
  const folder = join(cacheFolder(), folderName);
  if (!existsSync(folder)) {
    await withLock(join(cacheFolder(), 'code-server.lock'), 'installing code-server', async () => {
      if (!existsSync(folder)) await step(`Installing code-server ${codeServerVersion} into ${folder}, one to three minutes, once`, () => install(folder));
    });
  }
  return entryIn(folder);
}

/**
 * Installs into a temporary sibling and renames it at the end, so that an interrupted installation is never mistaken for a complete one.
 *
 * npm's install scripts are not run: among the editor's packages they compile some that need libraries few machines have (Kerberos, for one)
 * and whose failure would lose the whole installation. All that is really needed comes as prebuilt files, but for two small packages that are
 * compiled afterwards, if there is a compiler.
 */
async function install(folder) {
  needFreeSpace(cacheFolder(), SPACE_NEEDED, 'Installing code-server');
  for (const name of readdirSync(cacheFolder())) {
    if (name.startsWith(`${folderName}.partial`)) rmSync(join(cacheFolder(), name), { recursive: true, force: true });
  }
  const partial = join(cacheFolder(), `${folderName}.partial-${process.pid}`);
  const vscode = join(partial, 'node_modules', 'code-server', 'lib', 'vscode');
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
  await npm(partial, ['install', `code-server@${codeServerVersion}`, '--no-save', '--omit=dev', '--ignore-scripts']);
  await npm(vscode, ['install', '--omit=dev', '--ignore-scripts']);
  await npm(join(vscode, 'extensions'), ['install', '--omit=dev', '--ignore-scripts']);
  linkShellCommands(vscode);
  await compileExtras(vscode);
  if (!existsSync(entryIn(partial))) throw new Advice('npm reported success, but code-server is not there. Try again; if it stays so, delete npm\'s cache (npm cache clean --force).');
  renameSync(partial, folder);
}

async function npm(cwd, args) {
  const { code, output } = await run(node24(), [npmCli(), ...args], { cwd, env: npmEnvironment(withNode24()) });
  if (code !== 0) {
    throw new Advice(`code-server could not be installed. npm's last words:\n\n${tail(output)}\n\nCheck the network (npm ping), your proxy settings and the free disk space, and try again. With VS Code installed, npm start -- --desktop needs no code-server.`);
  }
}

/** What code-server's own install script would do: `code` in its terminal, and the browser helper. */
function linkShellCommands(vscode) {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  for (const [folder, source, name] of [['remote-cli', 'code', 'code-server'], ['helpers', 'browser', 'browser.sh']]) {
    const link = join(vscode, 'bin', folder, name);
    rmSync(link, { force: true });
    symlinkSync(`${source}-${platform}.sh`, link);
  }
}

/** spdlog writes the log files that the Output view shows; the watchdog ends an extension host whose server has died. Nice to have. */
async function compileExtras(vscode) {
  const headers = node24Headers();
  const env = npmEnvironment({ ...withNode24(), ...(headers ? { npm_config_nodedir: headers } : {}) });
  const { code, output } = await run(node24(), [npmCli(), 'rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], { cwd: vscode, env, timeoutMs: 15 * 60_000 });
  if (code !== 0) {
    writeFileSync(join(vscode, 'compile.log'), output);
    say('  note: no working C++ compiler (python3, make and g++ or Xcode tools), so the editor\'s Output view will stay empty. Everything else works.');
  }
}

/** The command line of a code-server with folders of its own, reachable from this machine only and without asking questions. */
const serverArguments = ({ entry, port, config, userData, extensions, locale, asksForTrust }) => [
  entry,
  '--auth', 'none',
  '--bind-addr', `127.0.0.1:${port}`,
  '--config', config,
  '--user-data-dir', userData,
  '--extensions-dir', extensions,
  '--disable-telemetry',
  '--disable-update-check',
  ...(asksForTrust ? [] : ['--disable-workspace-trust']),
  ...(locale === undefined ? [] : ['--locale', locale]),
  '--disable-getting-started-override',
  '--disable-proxy',
];

/** Environment of a code-server: nothing of ours or of an editor we may have been started from. */
function serverEnvironment(extra = {}) {
  const env = withNode24();
  for (const name of Object.keys(env)) {
    if (/^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$|PORT$|PASSWORD$|CODE_SERVER_)/.test(name)) delete env[name];
  }
  return { ...env, ...extra };
}

/** Installs packages (.vsix) into an extensions folder. Nothing else of this editor is kept. */
export async function installExtensions({ entry, extensions, packages }) {
  const userData = mkdtempSync(join(tmpdir(), 'reins-install-'));
  try {
    const config = writeConfig(userData);
    const args = packages.flatMap((file) => ['--install-extension', file]);
    const { code, output } = await run(node24(), [entry, '--config', config, '--user-data-dir', userData, '--extensions-dir', extensions, '--force', ...args], { env: serverEnvironment(), timeoutMs: 5 * 60_000 });
    if (code !== 0 || !/successfully installed/.test(output)) throw new Error(`The package could not be installed into code-server:\n${tail(output)}`);
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
}

/** Without a file of its own code-server would write one into the person's home folder. */
function writeConfig(userData) {
  const config = join(userData, 'code-server.yaml');
  mkdirSync(userData, { recursive: true });
  writeFileSync(config, 'auth: none\n');
  return config;
}

const answers = (port) =>
  new Promise((resolve) => {
    const ask = request({ host: '127.0.0.1', port, path: '/healthz', timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ask.on('error', () => resolve(false));
    ask.on('timeout', () => ask.destroy());
    ask.end();
  });

/**
 * Starts a code-server and waits until it answers. Returns how to end it and all it has printed. `locale`: the language of its words, where it has a language pack.
 * `asksForTrust`: folders are not trusted until somebody says so.
 */
export async function startCodeServer({ entry, port, userData, extensions, env = {}, locale = undefined, asksForTrust = false, timeoutMs = 120_000 }) {
  const config = writeConfig(userData);
  const child = keep(node24(), serverArguments({ entry, port, config, userData, extensions, locale, asksForTrust }), { env: serverEnvironment(env) });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { log = (log + chunk).slice(-200_000); });
  const started = Date.now();
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`code-server ended while starting:\n${tail(log)}`);
    if (Date.now() - started > timeoutMs) {
      await end(child);
      throw new Error(`code-server did not answer within ${timeoutMs / 1000} s:\n${tail(log)}`);
    }
    await sleep(200);
  }
  return { url: `http://127.0.0.1:${port}`, child, log: () => log, stop: () => end(child) };
}
