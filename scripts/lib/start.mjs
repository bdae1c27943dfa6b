// What npm start does, step by step. Everything it makes is in the cache folder: the repository stays clean.
import { cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openInBrowser } from './browser.mjs';
import { ensureCodeServer, installExtensions, startCodeServer } from './code-server.mjs';
import { findDesktopEditor, openDesktopEditor } from './desktop.mjs';
import { readJson } from './freshness.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, root } from './paths.mjs';
import { claimPort, freePort } from './ports.mjs';
import { Advice, endWith, say, seconds, step, tail } from './report.mjs';
import { ensurePackages } from './setup.mjs';

const home = () => join(cacheFolder(), 'start');

/** Quiet from the first second; whatever the person changes afterwards stays as it is. */
const firstSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
};

function parse(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { port: { type: 'string' }, desktop: { type: 'boolean' }, fresh: { type: 'boolean' }, 'no-open': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new Advice(`${error.message.split('. ')[0]}. npm start -- --help lists what there is.`);
  }
  const { values, positionals } = parsed;
  if (positionals.length > 1) throw new Advice(`One folder can be opened, not ${positionals.length}: ${positionals.join(', ')}`);
  const [folder] = positionals;
  if (folder !== undefined && !(existsSync(folder) && statSync(folder).isDirectory())) throw new Advice(`${resolve(folder)} is not a folder.`);
  return { ...values, folder: folder && resolve(folder) };
}

const help = `npm start                     opens Reins in a browser, on a copy of sample/
npm start -- <folder>         on that folder
npm start -- --desktop        in the VS Code or VSCodium installed on this machine, with settings of its own
npm start -- --port <number>  on that port instead of a free one
npm start -- --no-open        without opening a browser
npm start -- --fresh          with a new copy of sample/ and without the settings of earlier starts`;

/** The folder to open and the file to show in it. The sample is copied, and what the person has changed in the copy is kept. */
function workspaceFor({ folder }) {
  if (folder) return { folder };
  const copy = join(home(), 'sample');
  cpSync(join(root, 'sample'), copy, { recursive: true, force: false });
  return { folder: copy, file: join(copy, 'triple.js') };
}

function writeFirstSettings(userData) {
  const file = join(userData, 'User', 'settings.json');
  if (existsSync(file)) return;
  mkdirSync(join(userData, 'User'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(firstSettings, undefined, 2)}\n`);
}

/** Installs the package unless this very one is installed already. `install` does it for the editor in question. */
async function installOnce(made, extensions, install) {
  const record = join(extensions, '.reins-package');
  if (readJson(record)?.hash === made.hash) return;
  await step('Installing the package into the editor', async () => {
    mkdirSync(extensions, { recursive: true });
    await install();
    writeFileSync(record, JSON.stringify({ hash: made.hash }));
  });
}

/** An editor from an earlier npm start that still runs: its data folders cannot be shared by two. */
async function alreadyRunning() {
  const running = readJson(join(home(), 'running.json'));
  if (!running) return undefined;
  try {
    process.kill(running.pid, 0);
    return (await fetch(`${running.url}/healthz`, { signal: AbortSignal.timeout(2000) })).ok ? running : undefined;
  } catch {
    return undefined;
  }
}

function addressOf(url, { folder, file }) {
  const address = new URL(url);
  address.searchParams.set('folder', folder);
  if (file) address.searchParams.set('payload', JSON.stringify([['openFile', `vscode-remote://${address.host}${file}`]]));
  return address.href;
}

const whatToDo = (sample) => `
  Click the Reins icon in the bar on the left: the trace view opens, with a box to ask in.
${sample ? '  In triple.js, put the cursor into the line with ___, press F1 and choose "Reins: Complete Function".\n' : ''}  All commands: F1, then type Reins.`;

async function startInBrowser(options, made, started) {
  const running = await alreadyRunning();
  if (running) {
    const address = addressOf(running.url, workspaceFor(options));
    say(`\nReins is running already (process ${running.pid}). Open it at\n\n  ${address}\n\nTo start it anew, press Ctrl+C where it runs.`);
    if (!options['no-open']) openInBrowser(address);
    return;
  }
  const port = options.port === undefined ? await freePort() : await claimPort(Number(options.port));
  const entry = await ensureCodeServer();
  if (options.fresh) rmSync(home(), { recursive: true, force: true });
  const userData = join(home(), 'user-data');
  const extensions = join(home(), 'extensions');
  const server = await withLock(join(cacheFolder(), 'start.lock'), 'starting Reins', async () => {
    writeFirstSettings(userData);
    await installOnce(made, extensions, () => installExtensions({ entry, extensions, packages: [made.file] }));
    return step('Starting the editor', async () => {
      const one = await startCodeServer({ entry, port, userData, extensions });
      writeFileSync(join(home(), 'running.json'), JSON.stringify({ pid: process.pid, url: one.url }));
      return one;
    });
  });
  const workspace = workspaceFor(options);
  const address = addressOf(server.url, workspace);
  say(`\nReins is ready after ${seconds(started)}. It is reachable from this machine only, at\n\n  ${address}\n${whatToDo(workspace.file)}\n\n  Ctrl+C ends it.`);
  if (!options['no-open']) openInBrowser(address);
  await untilEnd(server);
}

/** Stays until Ctrl+C, and ends the editor with everything it started; or until the editor ends by itself, which is an error. */
function untilEnd(server) {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const stop = async () => {
      if (stopping) return;
      stopping = true;
      say('\nEnding the editor …');
      await server.stop();
      rmSync(join(home(), 'running.json'), { force: true });
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
    server.child.on('close', () => {
      if (!stopping) reject(new Error(`The editor ended by itself:\n${tail(server.log())}`));
    });
  });
}

export async function start(args) {
  const started = Date.now();
  try {
    const options = parse(args);
    if (options.help) return say(help);
    await ensurePackages();
    const { packageExtension } = await import('../package.mjs');
    if (options.desktop) findDesktopEditor(); // Before the work, not after it.
    const made = await packageExtension();
    if (!options.desktop) return await startInBrowser(options, made, started);
    const userData = join(home(), 'desktop', 'user-data');
    const extensions = join(home(), 'desktop', 'extensions');
    if (options.fresh) rmSync(home(), { recursive: true, force: true });
    writeFirstSettings(userData);
    const workspace = workspaceFor(options);
    await openDesktopEditor({ userData, extensions, ...workspace, install: (work) => installOnce(made, extensions, work), packaged: made.file });
    say(`\nReins is ready after ${seconds(started)}, in the window that has opened.\n${whatToDo(workspace.file)}`);
  } catch (error) {
    endWith(error);
  }
}
