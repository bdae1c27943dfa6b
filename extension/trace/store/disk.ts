/** The few file system calls a recording makes. An interface, so that tests can give it a disk that fills up. */
import * as fs from 'node:fs';
import { dirname } from 'node:path';

export interface TraceDisk {
  /** Make the folder (and its parents) if it is not there, readable by its owner only. */
  makeFolder(folder: string): void;
  /** Create a file that must not exist yet, readable by its owner only. Returns a descriptor. */
  create(path: string): number;
  /** Write all of `bytes` at the end. Throws the system's error (ENOSPC, EIO, ...); part of it may then be written. */
  append(descriptor: number, bytes: Uint8Array): void;
  close(descriptor: number): void;
}

export const realDisk: TraceDisk = {
  makeFolder(folder) {
    // One by one: Node's own recursive form never returns where the system says "not there" of a folder whose parent is (as /proc does).
    if (fs.existsSync(folder)) return;
    const parent = dirname(folder);
    if (parent !== folder) realDisk.makeFolder(parent);
    try {
      fs.mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      if (!fs.existsSync(folder)) throw error; // another process made it meanwhile
    }
  },
  create(path) {
    return fs.openSync(path, 'wx', 0o600);
  },
  append(descriptor, bytes) {
    // A nearly full disk takes a part and says so only by the number; the next call then fails with the reason.
    let written = 0;
    while (written < bytes.length) written += fs.writeSync(descriptor, bytes, written, bytes.length - written);
  },
  close(descriptor) {
    fs.closeSync(descriptor);
  },
};
