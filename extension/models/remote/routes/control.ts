/** llama-server's live end of thinking (tools/server/README.md of llama.cpp, POST /v1/chat/completions/control): the reply goes on with the answer. */
import * as v from 'valibot';
import { isCancellation } from '../../../reasoning/errors.ts';
import type { Endpoint } from '../endpoint.ts';

const PATH = '/chat/completions/control';
const answerSchema = v.object({ success: v.boolean() });

/** False when the server did not do it, for whatever reason: the reply is then hung up and gone on with instead. */
export async function endThoughts(endpoint: Endpoint, model: string, id: string, signal: AbortSignal): Promise<boolean> {
  return (await control(endpoint, model, id, signal)) === true;
}

/** True when the server has this control: it says of a reply that does not exist that it could not. */
export async function hasControl(endpoint: Endpoint, model: string, signal: AbortSignal): Promise<boolean> {
  return (await control(endpoint, model, 'none', signal)) !== null;
}

async function control(endpoint: Endpoint, model: string, id: string, signal: AbortSignal): Promise<boolean | null> {
  const answer = await endpoint.ask(PATH, { id, action: 'reasoning_end', model }, signal, 'end the thoughts').catch((error: unknown) => {
    if (isCancellation(error)) throw error;
    return undefined;
  });
  const parsed = v.safeParse(answerSchema, answer);
  return parsed.success ? parsed.output.success : null;
}
