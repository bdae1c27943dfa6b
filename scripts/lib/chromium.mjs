// The browser that drives the editor in tests. Any Chromium will do; where there is none, one is installed if that is possible without asking.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withLock } from './lock.mjs';
import { node24, npmCli, npmEnvironment, withNode24 } from './node24.mjs';
import { cacheFolder } from './paths.mjs';
import { run } from './processes.mjs';
import { Advice, step } from './report.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge', 'msedge', 'brave-browser'];
const places = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
  linux: ['/usr/bin/chromium', '/usr/lib/chromium/chromium', '/snap/bin/chromium', '/opt/google/chrome/chrome'],
};

/** Flags for a browser without a desktop, possibly as root in a container, that talks to nobody but this machine. */
export const chromiumFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

function findChromium() {
  if (process.env.CHROMIUM) {
    if (!existsSync(process.env.CHROMIUM)) throw new Advice(`CHROMIUM names ${process.env.CHROMIUM}, which does not exist. Correct or unset it.`);
    return process.env.CHROMIUM;
  }
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...(places[process.platform] ?? []), ...onPath].find((file) => existsSync(file));
}

const isDebian = () => existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');

async function installWithApt() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]) {
    const { code } = await run('apt-get', args, { env, timeoutMs: 15 * 60_000 });
    if (code !== 0 && args[0] === 'install') return undefined;
  }
  return findChromium();
}

/** A Chromium from npm, built for Linux on x64 without a desktop. It unpacks itself when asked for its path. */
async function installFromNpm() {
  const folder = join(cacheFolder(), 'chromium-from-npm');
  const record = join(folder, 'path');
  if (!existsSync(record)) {
    const partial = `${folder}.partial-${process.pid}`;
    mkdirSync(partial, { recursive: true });
    writeFileSync(join(partial, 'package.json'), '{ "private": true, "type": "module" }\n');
    const { code } = await run(node24(), [npmCli(), 'install', '@sparticuz/chromium', '--no-save', '--ignore-scripts'], { cwd: partial, env: npmEnvironment(withNode24()) });
    if (code !== 0) {
      rmSync(partial, { recursive: true, force: true });
      return undefined;
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } else if (existsSync(readFileSync(record, 'utf8'))) {
    return readFileSync(record, 'utf8');
  }
  const { default: chromium } = await import(pathToFileURL(join(folder, 'node_modules', '@sparticuz', 'chromium', 'build', 'index.js')).href)
    .catch(() => import(pathToFileURL(join(folder, 'node_modules', '@sparticuz', 'chromium', 'build', 'esm', 'index.js')).href));
  const file = await chromium.executablePath();
  writeFileSync(record, file);
  return file;
}

const starts = async (file) => {
  const { code } = await run(file, ['--headless', '--no-sandbox', '--disable-gpu', '--version'], { timeoutMs: 60_000 }).catch(() => ({ code: 1 }));
  return code === 0;
};

export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  return withLock(join(cacheFolder(), 'chromium.lock'), 'installing Chromium', async () => {
    let file = findChromium();
    if (file) return file;
    if (isDebian() && process.getuid?.() === 0) {
      await step('Installing Chromium with apt-get, once', async () => { file = await installWithApt(); });
      if (file) return file;
    }
    if (process.platform === 'linux' && process.arch === 'x64') {
      await step('Fetching a Chromium from npm into the cache folder, once', async () => { file = await installFromNpm(); });
      if (file && (await starts(file))) return file;
    }
    const how = isDebian() ? 'Install it (sudo apt-get install chromium)' : 'Install Chromium or Chrome';
    throw new Advice(`The tests drive the editor with Chromium, and none was found. ${how}, or set CHROMIUM to its program file, and try again.`);
  });
}
