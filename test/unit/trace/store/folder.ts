/** A temporary folder for each test, and a disk that fails on demand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realDisk, type TraceDisk } from '../../../../extension/trace/store/disk.ts';

/** Call inside `describe`; the function returned gives the folder of the current test. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reins-trace-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return () => folder;
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: the system says no`), { code });
}

/** The real disk, with room for `bytes` bytes: what fits of a write is written, then it fails as a full disk does. */
export function smallDisk(bytes: number): TraceDisk {
  let left = bytes;
  return {
    ...realDisk,
    append(descriptor, data) {
      const part = data.subarray(0, left);
      realDisk.append(descriptor, part);
      left -= part.length;
      if (part.length < data.length) throw systemError('ENOSPC');
    },
  };
}
