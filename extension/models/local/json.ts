/** Reads a JSON file of a model folder and checks it once. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as v from 'valibot';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { RunErrorReason } from '../../trace/events.ts';

/**
 * Parse `path` as JSON and check it against `schema`. Undefined when the file does not exist.
 * Throws a `ReasoningError` of the given reason when it is not JSON or not of the expected form.
 */
export async function readJson<S extends v.GenericSchema>(path: string, schema: S, reason: RunErrorReason = 'model-invalid'): Promise<v.InferOutput<S> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new ReasoningError(reason, `${basename(path)} in the model's folder is not valid JSON. Download that file again.`, { cause: error });
  }
  const parsed = v.safeParse(schema, data);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const where = v.getDotPath(issue);
  throw new ReasoningError(reason, `${basename(path)} in the model's folder is not of the expected form${where ? ` (at "${where}")` : ''}: ${issue.message}`, { cause: parsed.issues });
}

/** The text of a file, or undefined when it does not exist. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw new ReasoningError('model-invalid', `${basename(path)} in the model's folder cannot be read. Check its permissions.`, { cause: error });
  }
}
