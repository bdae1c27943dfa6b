// What the tests inside a real editor need: the editor, our package installed for it, and a browser. Made ready here, handed over as JSON.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageExtension } from '../package.mjs';
import { chromiumFlags, ensureChromium } from './chromium.mjs';
import { ensureCodeServer, installExtensions } from './code-server.mjs';
import { withLock } from './lock.mjs';
import { node24 } from './node24.mjs';
import { extensionId, out } from './paths.mjs';
import { step } from './report.mjs';

const HOUR = 3_600_000;

/** Installs the package once for all workbenches that will be started with it. Folders of older packages are removed. */
async function installedFor({ hash, file }, entry) {
  const folder = join(out, `installed-${hash}`);
  const complete = join(folder, '.complete');
  await withLock(join(out, 'installed.lock'), 'installing the package for tests', async () => {
    if (existsSync(complete)) return;
    for (const name of readdirSync(out)) {
      if (name.startsWith('installed-') && Date.now() - statSync(join(out, name)).mtimeMs > HOUR) rmSync(join(out, name), { recursive: true, force: true });
    }
    await step('Installing the package into the editor', async () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      await installExtensions({ entry, extensions: folder, packages: [file] });
      writeFileSync(complete, '');
    });
  });
  return folder;
}

export async function prepareTools() {
  const entry = await ensureCodeServer();
  const chromium = await ensureChromium();
  const made = await packageExtension();
  return { node: node24(), codeServer: entry, chromium, chromiumFlags, vsix: made.file, bytes: made.bytes, extensions: await installedFor(made, entry), extensionId: extensionId() };
}
