/** For the Connect to Server… dialog: is there a server, which models has it, and what should the person know. */
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { RunErrorReason } from '../../trace/events.ts';
import type { CapabilityRecord, KindId } from './capability-record.ts';
import { Endpoint, type EndpointOptions } from './endpoint.ts';
import { probeServer } from './probing/probe-server.ts';
import { forgetServer, memoryOf } from './server-memory.ts';
import type { ListedModel } from './wire/models.ts';

export type ConnectOptions = Pick<EndpointOptions, 'timeouts' | 'fetch' | 'offline'>;

export type ConnectionTest =
  | { readonly ok: true; readonly baseUrl: string; readonly host: string; readonly models: readonly ListedModel[]; readonly warning?: string; readonly record?: CapabilityRecord }
  | { readonly ok: false; readonly reason: RunErrorReason; readonly message: string };

/** The models a server offers. Throws a ReasoningError. */
export async function listModels(baseUrl: string, key: string | undefined, signal: AbortSignal, options: ConnectOptions = {}): Promise<ListedModel[]> {
  return (await reach({ baseUrl, key, ...options }, signal)).models;
}

/**
 * Reach the server, list its models and, when a model is named, find out what it can do. Failures are a result, not an exception; cancellation is
 * thrown. A server without a list of models is fine when the model is named.
 */
export async function testConnection(input: { baseUrl: string; key: string | undefined; model?: string; kind?: KindId | undefined }, signal: AbortSignal, options: ConnectOptions = {}): Promise<ConnectionTest> {
  try {
    const { endpoint, models, listed } = await reach({ ...input, ...options }, signal).catch((error: unknown) => {
      if (input.model === undefined || !ReasoningError.is(error, 'server-refused')) throw error;
      return { endpoint: new Endpoint({ ...input, ...options }), models: [], listed: false };
    });
    const { baseUrl, host, warning } = endpoint.address;
    const warnings = [...(warning === undefined ? [] : [warning]), ...(listed ? [] : [`${host} does not list its models.`])];
    const { model } = input;
    const record = model === undefined ? undefined : await tryAnew(endpoint, model, input.kind, signal);
    return { ok: true, baseUrl, host, models, ...(warnings.length > 0 ? { warning: warnings.join(' ') } : {}), ...(record ? { record } : {}) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = ReasoningError.from(error, 'internal', input.key === undefined ? [] : [input.key]);
    return { ok: false, reason: failure.reason, message: failure.message };
  }
}

/** A person who connects wants to know what the server does now, not what it did. */
async function tryAnew(endpoint: Endpoint, model: string, kind: KindId | undefined, signal: AbortSignal): Promise<CapabilityRecord> {
  const { baseUrl } = endpoint.address;
  forgetServer(baseUrl, model);
  return await probeServer({ endpoint, model, memory: memoryOf(baseUrl, model), notify: () => {} }, { kind }, signal);
}

/** The address as given, and if there is nothing like a server there, the same with /v1 (gateways have it below a path of their own). */
async function reach(options: EndpointOptions, signal: AbortSignal): Promise<{ endpoint: Endpoint; models: ListedModel[]; listed: boolean }> {
  const endpoint = new Endpoint(options);
  try {
    return { endpoint, models: await endpoint.listModels(signal), listed: true };
  } catch (error) {
    if (!ReasoningError.is(error, 'server-refused') || /\/v\d/.test(endpoint.address.baseUrl)) throw error;
    const below = new Endpoint({ ...options, baseUrl: `${endpoint.address.baseUrl}/v1` });
    const models = await below.listModels(signal).catch((second: unknown) => {
      if (isCancellation(second)) throw second;
      return null;
    });
    if (models === null) throw error;
    return { endpoint: below, models, listed: true };
  }
}
