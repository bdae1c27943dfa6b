/** Questions to a server whose kind is not known yet: any answer that is not the expected one means "another kind". */
import * as v from 'valibot';
import { isCancellation } from '../../../reasoning/errors.ts';
import type { Body, Endpoint } from '../endpoint.ts';

/** Null when the server does not know the question or answers otherwise. */
export async function asked<S extends v.GenericSchema>(endpoint: Endpoint, path: string, body: Body | undefined, schema: S, signal: AbortSignal): Promise<v.InferOutput<S> | null> {
  const answer = await endpoint.ask(path, body, signal, 'say what it is').catch((error: unknown) => {
    if (isCancellation(error)) throw error;
    return undefined;
  });
  const parsed = v.safeParse(schema, answer);
  return parsed.success ? parsed.output : null;
}
