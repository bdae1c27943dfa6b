/** The results of a measurement on disk, one JSON object a line, written as they come. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { resultSchema, type Result } from '../../evaluation/gate/results.ts';
import { ReasoningError } from '../../reasoning/errors.ts';

/** Raised when results of an older gate would mean something else. */
const VERSION = 1;
const headSchema = v.object({ format: v.literal('reins-model-check'), version: v.literal(VERSION) });

export class ResultsFile {
  readonly path: string;
  /** What was in the file when it was opened. */
  readonly found: readonly Result[];

  private constructor(path: string, found: readonly Result[]) {
    this.path = path;
    this.found = found;
  }

  /** Opens or begins a file. A torn line is left out; a file that begins otherwise is refused, because it is something else. */
  static open(path: string): ResultsFile {
    const text = read(path);
    if (text === null || text === '') {
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `${JSON.stringify({ format: 'reins-model-check', version: VERSION })}\n`);
      return new ResultsFile(path, []);
    }
    const lines = text.split('\n');
    const torn = lines.pop() !== '';
    const [head, ...results] = lines.filter((line) => line !== '');
    if (!v.is(headSchema, parsed(head ?? ''))) throw new ReasoningError('bad-request', `${path} does not hold results of this version of the check. Name another file with --resume, or delete it.`);
    // What follows a torn line must not become a part of it.
    if (torn) appendFileSync(path, '\n');
    return new ResultsFile(path, results.flatMap((line) => valid(line)));
  }

  add(result: Result): void {
    appendFileSync(this.path, `${JSON.stringify(result)}\n`);
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new ReasoningError('bad-request', `The results file ${path} cannot be read. Name another one with --resume.`, { cause: error });
  }
}

/** A line that was torn by an earlier interruption is run again. */
function valid(line: string): Result[] {
  const result = v.safeParse(resultSchema, parsed(line));
  return result.success ? [result.output] : [];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
