/**
 * A temporary copy of a workspace for trying a change in. The rules: `.git` is left out; a folder called `node_modules` is linked and not copied, so what a test
 * writes there is written into the original; links that lead out of the workspace, and what is neither file nor folder, are left out; and a workspace beyond
 * the limits is refused rather than cut.
 */
import { constants, copyFile, lstat, mkdir, mkdtemp, readdir, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ReasoningError } from '../../reasoning/errors.ts';
import { said } from '../../trace/said.ts';

/** Bytes and files of a workspace that is copied. */
export const MOST_COPIED_BYTES = 200_000_000;
export const MOST_COPIED_FILES = 20_000;

type Entry = { readonly kind: 'file' | 'folder' | 'modules'; readonly path: string } | { readonly kind: 'link'; readonly path: string; readonly to: string };

export interface CopyPlan {
  readonly folder: string;
  readonly entries: readonly Entry[];
  readonly bytes: number;
}

/** What a copy would hold. Throws a `bad-request` with the figures where that is too much. */
export async function planCopy(folder: string, signal: AbortSignal, limits = { bytes: MOST_COPIED_BYTES, files: MOST_COPIED_FILES }): Promise<CopyPlan> {
  const root = await realpath(folder);
  const entries: Entry[] = [];
  let bytes = 0;
  const folders = [''];
  for (let inside = folders.pop(); inside !== undefined; inside = folders.pop()) {
    signal.throwIfAborted();
    for (const entry of await readdir(join(root, inside), { withFileTypes: true })) {
      const path = join(inside, entry.name);
      if (entry.name === '.git') continue;
      if (entry.name === 'node_modules') entries.push({ kind: 'modules', path });
      else if (entry.isDirectory()) {
        entries.push({ kind: 'folder', path });
        folders.push(path);
      } else if (entry.isSymbolicLink()) {
        const to = await readlink(join(root, path));
        if (leadsInside(root, path, to)) entries.push({ kind: 'link', path, to });
      } else if (entry.isFile()) {
        entries.push({ kind: 'file', path });
        bytes += (await lstat(join(root, path))).size;
      }
      if (bytes > limits.bytes || entries.length > limits.files) {
        throw new ReasoningError('bad-request', said('The workspace is too large to try a change in a copy: more than {0} files or {1} MB without node_modules and .git. Open a smaller folder.', limits.files, Math.round(limits.bytes / 1e6)));
      }
    }
  }
  return { folder: root, entries, bytes };
}

/** Makes the copy, with these texts in place of what the files hold, and gives its folder to `act`. It is removed afterwards, whatever happens. */
export async function withCopy<T>({ folder, entries }: CopyPlan, texts: ReadonlyMap<string, string>, signal: AbortSignal, act: (copy: string) => Promise<T>): Promise<T> {
  // Where the system's own folder is a link, paths would otherwise differ from what programs see.
  const copy = await realpath(await mkdtemp(join(tmpdir(), 'reins-verify-')));
  try {
    for (const entry of entries) {
      signal.throwIfAborted();
      await place(folder, copy, entry);
    }
    for (const [path, text] of texts) {
      const target = resolve(copy, path);
      // What is linked would be written into the original.
      if (!isInside(copy, target) || relative(copy, target).split(sep).includes('node_modules')) throw new ReasoningError('bad-request', said('{0} is not in the part of the workspace that is copied, so a change to it cannot be tried.', path));
      await mkdir(dirname(target), { recursive: true });
      await rm(target, { force: true });
      await writeFile(target, text);
    }
    return await act(copy);
  } finally {
    await rm(copy, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function place(folder: string, copy: string, entry: Entry): Promise<void> {
  const from = join(folder, entry.path);
  const to = join(copy, entry.path);
  switch (entry.kind) {
    case 'folder':
      await mkdir(to, { recursive: true });
      return;
    case 'modules':
      await symlink(from, to, 'junction');
      return;
    case 'link':
      await symlink(entry.to, to);
      return;
    case 'file':
      // A clone where the disk can make one.
      await copyFile(from, to, constants.COPYFILE_FICLONE).catch((error: unknown) => {
        // A file that went away meanwhile is not there in the copy either.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      });
  }
}

/** A relative link whose way stays inside means the same in the copy. */
function leadsInside(root: string, path: string, to: string): boolean {
  return !isAbsolute(to) && isInside(root, resolve(root, dirname(path), to));
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
