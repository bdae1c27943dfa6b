/** Looks for model servers on this machine at the ports they usually have. Only when a person asks for it. */
import { isCancellation } from '../../reasoning/errors.ts';
import { Endpoint, type EndpointOptions } from './endpoint.ts';
import { httpFailureIn } from './failures.ts';
import type { ListedModel } from './wire/models.ts';

/** Port and the server that has it unless told otherwise. */
export const usualPorts: readonly (readonly [port: number, name: string])[] = [
  [11434, 'Ollama'],
  [8080, 'llama-server'],
  [8000, 'vLLM'],
  [30000, 'SGLang'],
  [1234, 'LM Studio'],
];
/** Whoever is there answers at once. */
const PATIENCE_MS = 1500;

export interface LocalServer {
  readonly baseUrl: string;
  /** By what it says of itself, otherwise by its port. */
  readonly name: string;
  readonly models: readonly ListedModel[];
  /** It lists its models only to whoever has a key (vLLM with --api-key). */
  readonly asksForKey: boolean;
}

export interface LookOptions extends Pick<EndpointOptions, 'fetch' | 'offline'> {
  readonly ports?: typeof usualPorts;
}

/** All that answer like an OpenAI-compatible server, in the order of the ports. Throws only when cancelled. */
export async function findLocalServers(signal: AbortSignal, { ports = usualPorts, ...options }: LookOptions = {}): Promise<LocalServer[]> {
  const found = await Promise.all(ports.map(async ([port, name]) => await lookAt(`http://127.0.0.1:${port}/v1`, name, options, signal)));
  return found.filter((server) => server !== null);
}

async function lookAt(baseUrl: string, name: string, options: LookOptions, signal: AbortSignal): Promise<LocalServer | null> {
  const endpoint = new Endpoint({ baseUrl, key: undefined, ...options, timeouts: { connect: PATIENCE_MS } });
  try {
    const models = await endpoint.listModels(signal);
    return { baseUrl, name: nameOf(models) ?? name, models, asksForKey: false };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const refusal = httpFailureIn(error);
    // The words of a web page are left out of a failure: what asks people to sign in is no model server.
    return refusal?.status === 401 && refusal.detail !== '' ? { baseUrl, name, models: [], asksForKey: true } : null;
  }
}

function nameOf(models: readonly ListedModel[]): string | undefined {
  const names: Readonly<Record<string, string>> = { library: 'Ollama', llamacpp: 'llama-server', vllm: 'vLLM', sglang: 'SGLang', organization_owner: 'LM Studio' };
  return models.map(({ owner }) => names[owner ?? '']).find((name) => name !== undefined);
}
