/** Reads a JSON file of a model folder and checks it once. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as v from 'valibot';
import { ReasoningError } from '../../reasoning/errors.ts';
import { said } from '../../trace/said.ts';

/**
 * Parse `path` as JSON and check it against `schema`. Undefined when the file does not exist.
 * Throws `model-invalid` when it is not JSON or not of the expected form.
 */
export async function readJson<S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new ReasoningError('model-invalid', said('{0} in the model\'s folder is not valid JSON. Download that file again.', basename(path)), { cause: error });
  }
  const parsed = v.safeParse(schema, data);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new ReasoningError('model-invalid', said('{0} in the model\'s folder {1}. Download that file again.', basename(path), faultOf(v.getDotPath(issue), issue.received)), { cause: parsed.issues });
}

/** What is wrong with the file, in words of ours: the validator's are for programmers. */
function faultOf(field: string | null, received: string): string {
  if (field === null) return 'does not hold what it should';
  return received === 'undefined' ? `lacks the field "${field}"` : `has a value in the field "${field}" that cannot be used`;
}

/** The text of a file, or undefined when it does not exist. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw new ReasoningError('model-invalid', said('{0} in the model\'s folder cannot be read. Check its permissions.', basename(path)), { cause: error });
  }
}
