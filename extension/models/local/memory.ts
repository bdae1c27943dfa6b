/** Refuses a model that does not fit before the system starts to swap or the process is killed. */
import { freemem, platform, totalmem } from 'node:os';
import { ReasoningError } from '../../reasoning/errors.ts';
import { said } from '../../trace/said.ts';

/** Weights are parsed and then packed for the kernels; measured peaks stay below this multiple of the file sizes. */
const LOAD_FACTOR = 1.3;
/** Runtime, code and a small cache, in bytes. */
const BASE = 150 * 2 ** 20;
const GIB = 2 ** 30;

/** Bytes that can be used for a model now. */
export function availableMemory(): number {
  // macOS counts its file cache as used, so "free" there says little; take most of the machine instead.
  if (platform() === 'darwin') return totalmem() * 0.7;
  return typeof process.availableMemory === 'function' ? process.availableMemory() : freemem();
}

/** Throw `out-of-memory` when files of `fileBytes` bytes, with `extraBytes` more while loading, would not fit into `available` bytes. */
export function checkMemory(fileBytes: number, extraBytes: number, available: number): void {
  const needed = fileBytes * LOAD_FACTOR + extraBytes + BASE;
  if (needed <= available) return;
  throw new ReasoningError(
    'out-of-memory',
    said('This model needs about {0} GiB of memory and {1} GiB are free. Close other programs, or choose a smaller model or a q4 version of it.', gib(needed), gib(available)),
  );
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1);
}
