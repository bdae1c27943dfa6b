/** One server with its key: lists its models and opens chat streams, through the `openai` package. */
import OpenAI from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import * as v from 'valibot';
import { ReasoningError } from '../../reasoning/errors.ts';
import { normalizeAddress, type ServerAddress } from './address.ts';
import { toReasoningError, type FailureContext } from './failures.ts';
import { guardedFetch, streamTail, type Fetch, type StreamTail } from './guarded-fetch.ts';
import { defaultTimeouts, within, type Timeouts } from './timeouts.ts';
import { modelListSchema } from './wire.ts';

export interface EndpointOptions {
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly fetch?: Fetch | undefined;
}

export interface ListedModel {
  readonly id: string;
  /** Tokens, where the server tells. */
  readonly contextLength?: number;
}

/** Any JSON body: servers have fields of their own at top level. */
export type ChatBody = { readonly [field: string]: unknown };

/** A reply under way: chunks as they come, not yet validated. */
export interface RawStream {
  readonly chunks: AsyncIterator<unknown>;
  readonly tail: StreamTail | undefined;
}

/** The SDK wants a key even for servers that need none; our fetch decides what is really sent. */
const NO_KEY = 'none';
/** Time is kept by us, by phase; the SDK's own single limit must not interfere. */
const NEVER_MS = 2_000_000_000;

export class Endpoint {
  readonly address: ServerAddress;
  readonly timeouts: Timeouts;
  readonly #client: OpenAI;
  readonly #secrets: readonly string[];

  constructor(options: EndpointOptions) {
    this.address = normalizeAddress(options.baseUrl);
    this.timeouts = { ...defaultTimeouts, ...options.timeouts };
    const key = options.key?.trim();
    this.#secrets = key ? [key] : [];
    // Headers refuse such a key too, but their error would quote it.
    if (key && !/^[\x21-\x7e]+$/.test(key)) throw new ReasoningError('unauthorized', 'The key contains spaces or characters that no key has. Copy it again, and check the key of this server.');
    this.#client = new OpenAI({
      baseURL: this.address.baseUrl,
      apiKey: NO_KEY,
      // Explicit nulls: nothing is taken from the environment.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: NEVER_MS,
      logLevel: 'off',
      fetch: guardedFetch({ origin: new URL(this.address.baseUrl).origin, key, fetch: options.fetch }),
    });
  }

  failure(model?: string, reply: { readonly streaming?: boolean; readonly kept?: boolean } = {}): FailureContext {
    return { host: this.address.host, secrets: this.#secrets, ...reply, ...(model === undefined ? {} : { model }) };
  }

  error(reason: ConstructorParameters<typeof ReasoningError>[0], message: string, cause?: unknown): ReasoningError {
    return new ReasoningError(reason, message, { secrets: this.#secrets, ...(cause === undefined ? {} : { cause }) });
  }

  async listModels(signal: AbortSignal): Promise<ListedModel[]> {
    const stop = new AbortController();
    try {
      const request = this.#client.get('/models', { signal: stop.signal });
      const answer: unknown = await within(request, this.timeouts.connect, signal, () => this.error('timeout', `${this.address.host} did not list its models in time. Check the address, or try again when the server is ready.`));
      const list = v.safeParse(modelListSchema, answer);
      if (!list.success) throw this.error('server-refused', `${this.address.host} answers, but not like an OpenAI-compatible server. Check the address.`);
      return list.output.data.map((model) => {
        const contextLength = model.max_model_len ?? model.context_length ?? model.meta?.n_ctx ?? model.meta?.n_ctx_train;
        return { id: model.id, ...(contextLength ? { contextLength } : {}) };
      });
    } catch (error) {
      throw toReasoningError(error, this.failure());
    } finally {
      stop.abort();
    }
  }

  /** Send a chat request. Resolves with the headers; throws what went wrong untranslated (`ChatStream` translates and retries). */
  async chat(body: ChatBody, signal: AbortSignal): Promise<RawStream> {
    // The SDK passes fields it does not know through at top level, which is where servers look for theirs.
    const parameters = { ...body, stream: true } as unknown as ChatCompletionCreateParamsStreaming;
    const { data, response } = await this.#client.chat.completions.create(parameters, { signal }).withResponse();
    return { chunks: data[Symbol.asyncIterator](), tail: streamTail(response) };
  }
}
