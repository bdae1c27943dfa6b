/** Records on disk, one JSON object a line, written as they come. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { ReasoningError } from '../reasoning/errors.ts';
import { said } from '../trace/said.ts';

/** What a file holds: its first line says so, and the schema of every other line. */
export interface RecordKind<T> {
  readonly format: string;
  /** Raised when older records would mean something else. */
  readonly version: number;
  readonly schema: v.GenericSchema<unknown, T>;
  /** In words, for a file that holds something else. */
  readonly words: string;
}

export class RecordsFile<T> {
  readonly path: string;
  /** What was in the file when it was opened. */
  readonly found: readonly T[];

  private constructor(path: string, found: readonly T[]) {
    this.path = path;
    this.found = found;
  }

  /** Opens or begins a file. A torn line is left out; a file that begins otherwise is refused, because it is something else. */
  static open<T>(path: string, { format, version, schema, words }: RecordKind<T>): RecordsFile<T> {
    const text = read(path);
    if (text === null || text === '') {
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `${JSON.stringify({ format, version })}\n`);
      return new RecordsFile<T>(path, []);
    }
    const lines = text.split('\n');
    const torn = lines.pop() !== '';
    const [head, ...records] = lines.filter((line) => line !== '');
    const own = v.object({ format: v.literal(format), version: v.literal(version) });
    if (!v.is(own, parsed(head ?? ''))) throw new ReasoningError('bad-request', said('{0} does not hold {1}. Name another file with --resume, or delete it.', path, words));
    // What follows a torn line must not become a part of it.
    if (torn) appendFileSync(path, '\n');
    return new RecordsFile<T>(path, records.flatMap((line) => valid(line, schema)));
  }

  add(record: T): void {
    appendFileSync(this.path, `${JSON.stringify(record)}\n`);
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new ReasoningError('bad-request', said('The file {0} cannot be read. Name another one with --resume.', path), { cause: error });
  }
}

/** A line that was torn by an earlier interruption is made again. */
function valid<T>(line: string, schema: v.GenericSchema<unknown, T>): T[] {
  const record = v.safeParse(schema, parsed(line));
  return record.success ? [record.output] : [];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
