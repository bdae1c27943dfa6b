/** Reading trace files: whole ones for replay, and only head and tail of many for the history. */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { errorCode, type TraceProblem } from './problems.ts';
import { parseTrace, type ParsedTrace } from './parse.ts';
import { said } from '../said.ts';

/** Bytes read at a time from the head and from the tail. The end of a run is one short line; its start holds the prompt. */
const CHUNK = 64 * 1024;
/** A first line longer than this is not read for the history. */
const LONGEST_HEAD = 16 * 1024 * 1024;
/** A file longer than this is not opened: it would not fit the memory of the editor. */
const LONGEST_FILE = 256 * 1024 * 1024;

/** Read a whole trace. Never throws: what is wrong is in `problem`. */
export async function readTrace(path: string): Promise<ParsedTrace> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > LONGEST_FILE) return failed({ code: 'unreadable', message: said('This trace is too large to open ({0} MB).', Math.round(size / 1024 / 1024)) });
      return parseTrace(await readFile(file, 'utf8'));
    } finally {
      await file.close();
    }
  } catch (error) {
    return failed(readProblem(error));
  }
}

export function readProblem(error: unknown): TraceProblem {
  if (errorCode(error) === 'ENOENT') return missingTrace;
  return { code: 'unreadable', message: said('This trace could not be read ({0}).', errorCode(error) || String(error)) };
}

export const missingTrace: TraceProblem = { code: 'missing', message: said('There is no trace of this run any more. It may have been deleted or cleared away to save space.') };

function failed(problem: TraceProblem): ParsedTrace {
  return { events: [], torn: false, problem };
}

export interface Ends {
  /** Complete lines at the beginning, at least the first one where it is not longer than 16 MB. */
  readonly head: readonly string[];
  /** Complete lines at the end. */
  readonly tail: readonly string[];
}

/** The first and last lines of a file of `size` bytes, without reading what is between. Throws the system's errors. */
export async function readEnds(file: FileHandle, size: number): Promise<Ends> {
  let head = await readAt(file, 0, Math.min(CHUNK, size));
  while (!head.includes(0x0a) && head.length < Math.min(size, LONGEST_HEAD)) {
    head = await readAt(file, 0, Math.min(head.length * 4, size));
  }
  const from = Math.max(0, size - CHUNK);
  const tail = from === 0 ? head : await readAt(file, from, size - from);
  // Cut at line ends: neither a half line nor a half character is left.
  const headText = head.subarray(0, head.lastIndexOf(0x0a) + 1).toString('utf8');
  const tailText = tail.subarray(from === 0 ? 0 : tail.indexOf(0x0a) + 1, tail.lastIndexOf(0x0a) + 1).toString('utf8');
  return { head: linesOf(headText), tail: linesOf(tailText) };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
