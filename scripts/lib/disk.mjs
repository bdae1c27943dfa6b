// A full disk shows as dozens of unreadable errors half-way through an installation; asking first costs nothing.
import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Advice, megabytes } from './report.mjs';

export function needFreeSpace(folder, bytes, purpose) {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  const free = Number(bavail) * Number(bsize);
  if (free < bytes) {
    throw new Advice(`${purpose} needs about ${megabytes(bytes)} in ${existing}, and only ${megabytes(free)} are free. Free some space, or set REINS_CACHE to a folder on another disk, and try again.`);
  }
}
