// Where things live. Everything large and reusable goes to the user's cache folder, so that the repository stays small and clean.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const dist = join(root, 'dist');
/** Packages (.vsix) and what is remembered about them. */
export const out = join(root, 'out');
export const artifacts = join(root, 'artifacts');

export const manifest = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The identifier the editor knows the extension by. */
export const extensionId = () => `${manifest().publisher}.${manifest().name}`;

export function cacheFolder() {
  if (process.env.REINS_CACHE) return process.env.REINS_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'reins');
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'reins');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'reins');
}

/** The platform names of VS Code's marketplace: linux-x64, darwin-arm64, win32-x64 ... */
export const currentTarget = () => `${process.platform}-${process.arch}`;
