/** For the Connect to Server… dialog: is there a server, which models has it, and what should the person know. */
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { RunErrorReason } from '../../trace/events.ts';
import { Endpoint, type EndpointOptions, type ListedModel } from './endpoint.ts';
import { probeCapabilities } from './probeServer.ts';
import { memoryOf, type ServerCapabilities } from './serverCapabilities.ts';

export type ConnectOptions = Pick<EndpointOptions, 'timeouts' | 'fetch'>;

export type ConnectionTest =
  | { readonly ok: true; readonly baseUrl: string; readonly host: string; readonly models: readonly ListedModel[]; readonly warning?: string; readonly capabilities?: ServerCapabilities }
  | { readonly ok: false; readonly reason: RunErrorReason; readonly message: string };

/** The models a server offers. Throws a ReasoningError. */
export async function listModels(baseUrl: string, key: string | undefined, signal: AbortSignal, options: ConnectOptions = {}): Promise<ListedModel[]> {
  return await new Endpoint({ baseUrl, key, ...options }).listModels(signal);
}

/**
 * Reach the server, list its models and, when a model is named, find out what it can do. Failures are a result, not an exception; cancellation is
 * thrown. A server without a list of models is fine: the name is then typed by hand.
 */
export async function testConnection(input: { baseUrl: string; key: string | undefined; model?: string }, signal: AbortSignal, options: ConnectOptions = {}): Promise<ConnectionTest> {
  try {
    const endpoint = new Endpoint({ baseUrl: input.baseUrl, key: input.key, ...options });
    const { baseUrl, host, warning } = endpoint.address;
    const warnings = warning === undefined ? [] : [warning];
    const models = await endpoint.listModels(signal).catch((error: unknown) => {
      if (input.model !== undefined && ReasoningError.is(error, 'server-refused')) {
        warnings.push(`${host} does not list its models.`);
        return [];
      }
      throw error;
    });
    const memory = input.model === undefined ? undefined : memoryOf(baseUrl, input.model);
    const capabilities = memory && input.model !== undefined ? await probeCapabilities({ endpoint, model: input.model, memory, notify: () => {} }, signal) : undefined;
    return { ok: true, baseUrl, host, models, ...(warnings.length > 0 ? { warning: warnings.join(' ') } : {}), ...(capabilities ? { capabilities } : {}) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = ReasoningError.from(error, 'internal', input.key === undefined ? [] : [input.key]);
    return { ok: false, reason: failure.reason, message: failure.message };
  }
}
