// The project's own packages: installed when missing or different from the lock file.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needFreeSpace } from './disk.mjs';
import { withLock } from './lock.mjs';
import { npmCli, npmEnvironment, requireNode20 } from './node24.mjs';
import { cacheFolder, root } from './paths.mjs';
import { run } from './processes.mjs';
import { Advice, step, tail } from './report.mjs';

const SPACE_NEEDED = 1200 * 1024 * 1024;

const readPackages = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined);

/**
 * Whether what is installed is what the lock file says. Contents are compared, not dates: a checkout changes dates without changing anything,
 * and an interrupted installation leaves no list of what it installed.
 */
export function packagesAreCurrent() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return false;
  return Object.entries(wanted).every(([path, entry]) => path === '' || entry.optional || entry.peer || installed[path]?.version === entry.version);
}

export async function ensurePackages() {
  requireNode20();
  if (packagesAreCurrent()) return;
  await withLock(join(cacheFolder(), 'packages.lock'), 'installing packages', async () => {
    if (packagesAreCurrent()) return;
    needFreeSpace(root, SPACE_NEEDED, 'Installing the packages');
    await step('Installing packages (npm ci), about a minute', async () => {
      const { code, output } = await run(process.execPath, [npmCli(), 'ci'], { cwd: root, env: npmEnvironment() });
      if (code !== 0) throw new Advice(`The packages could not be installed. npm's last words:\n\n${tail(output)}\n\nCheck the network (npm ping), your proxy settings and the free disk space, and try again.`);
    });
  });
}
