/** Options of the measuring commands: parsed, and refused in sentences. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ReasoningError } from '../reasoning/errors.ts';

export function parsed<const T extends NonNullable<ParseArgsConfig['options']>>(argv: readonly string[], options: T, allowPositionals = false): ReturnType<typeof parseArgs<{ options: T; allowPositionals: boolean }>> {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals });
  } catch (error) {
    throw bad(`${error instanceof Error ? error.message : String(error)} See --help.`);
  }
}

export function whole(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,6}$/.test(value) ? Number(value) : NaN;
  if (!(number >= least)) throw bad(`--${name} needs a whole number, ${least} or more, not "${value}".`);
  return number;
}

export function filled(name: string, value: string | undefined): string | undefined {
  if (value === '') throw bad(`--${name} needs a value. See --help.`);
  return value;
}

export function bad(sentence: string): ReasoningError {
  return new ReasoningError('bad-request', sentence);
}
