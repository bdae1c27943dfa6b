/** Short questions to a server, with the shape of the answer. */
import * as v from 'valibot';
import { isCancellation } from '../../../reasoning/errors.ts';
import type { Body, Endpoint } from '../endpoint.ts';
import { said } from '../../../trace/said.ts';

/** To a server whose kind is not known yet: null when it does not know the question or answers otherwise, which means it is of another kind. */
export async function asked<S extends v.GenericSchema>(endpoint: Endpoint, path: string, body: Body | undefined, schema: S, signal: AbortSignal): Promise<v.InferOutput<S> | null> {
  const answer = await endpoint.ask(path, body, signal, said('say what it is')).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
    return undefined;
  });
  const parsed = v.safeParse(schema, answer);
  return parsed.success ? parsed.output : null;
}

/** To a server of a known kind. An answer of another shape means that it is not what it was; `purpose` completes "did not ... in time". */
export async function answered<S extends v.GenericSchema>(endpoint: Endpoint, path: string, body: Body, schema: S, purpose: string, signal: AbortSignal): Promise<v.InferOutput<S>> {
  const parsed = v.safeParse(schema, await endpoint.ask(endpoint.beside(path), body, signal, purpose));
  if (parsed.success) return parsed.output;
  throw endpoint.error('server-refused', said('{0} answered at {1} in a way that Reins does not know. Connect to it again to find out what it is now.', endpoint.address.host, path));
}
