/** Which kind of server this is: by its address, by what its list of models says, or by asking it at documented endpoints. */
import { isPrivateHost } from '../address.ts';
import type { KindId } from '../capability-record.ts';
import type { Endpoint } from '../endpoint.ts';
import type { ListedModel } from '../wire/models.ts';
import { deepseek } from './deepseek.ts';
import { generic } from './generic.ts';
import { llamaServer } from './llama-server.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import type { Recognised, ServerKind } from './server-kind.ts';
import { table } from './table.ts';
import { vllm } from './vllm.ts';
import { said } from '../../../trace/said.ts';

/** Those that have a telling endpoint of their own come before vLLM, whose /version others have too. */
const kinds: readonly ServerKind[] = [llamaServer, ollama, ...table, vllm, openai, deepseek, generic];

export function kindOf(id: KindId): ServerKind {
  return kinds.find((kind) => kind.id === id) ?? generic;
}

export type RecognisedKind = Recognised & { readonly kind: ServerKind; readonly evidence: string };

/**
 * `given` is what the person says it is. A server in the open internet that names no owner is asked nothing: it would only be a row of strange requests
 * to somebody's service.
 */
export async function recognise(endpoint: Endpoint, model: string, listed: readonly ListedModel[], given: KindId | undefined, signal: AbortSignal): Promise<RecognisedKind> {
  if (given !== undefined) {
    const kind = kindOf(given);
    const found = (await kind.recognise?.({ endpoint, model, listed }, signal)) ?? null;
    return { version: null, ...found, kind, evidence: said('Set by hand: {0}.', kind.name) };
  }
  const { hostname } = new URL(endpoint.address.baseUrl);
  const hosted = kinds.find((kind) => kind.host?.test(hostname));
  if (hosted) return { kind: hosted, version: null, evidence: said('The address belongs to {0}.', hosted.name) };
  const owners = new Set(listed.map(({ owner }) => owner ?? ''));
  const named = kinds.filter((kind) => [...owners].some((owner) => kind.owner?.test(owner)));
  const others = isPrivateHost(hostname) ? kinds.filter((kind) => !named.includes(kind)) : [];
  for (const kind of [...named, ...others]) {
    const found = (await kind.recognise?.({ endpoint, model, listed }, signal)) ?? null;
    if (found !== null) return { ...found, kind, evidence: said('It answers like {0}.', found.version === null ? kind.name : `${kind.name} ${found.version}`) };
  }
  const [first] = named;
  if (first) return { kind: first, version: null, evidence: said('Its list of models names {0}.', first.name) };
  return { kind: generic, version: null, evidence: said('It is of no kind that Reins knows; everything was tried.') };
}
