/** One server with its key: lists its models, answers short questions and opens streams, through the `openai` package. */
import OpenAI from 'openai';
import { Stream } from 'openai/streaming';
import { ReasoningError } from '../../reasoning/errors.ts';
import { normalizeAddress, type ServerAddress } from './address.ts';
import { toReasoningError, type FailureContext } from './failures.ts';
import { guardedFetch, streamTail, type Fetch, type StreamTail } from './guarded-fetch.ts';
import { defaultTimeouts, pause, within, type Pause, type Timeouts } from './timeouts.ts';
import type { Delta } from './wire/delta.ts';
import { readModels, type ListedModel } from './wire/models.ts';
import { said } from '../../trace/said.ts';

export interface EndpointOptions {
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly fetch?: Fetch | undefined;
  /** Waits before a request is sent again; absent: real ones. */
  readonly pause?: Pause | undefined;
  /** True while the person forbids every call to a server; asked before each one. */
  readonly offline?: (() => boolean) | undefined;
}

/** Any JSON body: servers have fields of their own at top level. */
export type Body = { readonly [field: string]: unknown };

/** A streamed request in a server's own format. */
export interface WireRequest {
  /** Below the base address, or a whole address on the same server. */
  readonly path: string;
  readonly body: Body;
  /** Server-sent events, or one JSON value a line. */
  readonly format: 'events' | 'lines';
  /** Null for a value that is no chunk of a reply. */
  readonly read: (value: unknown) => Delta | null;
}

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
  readonly pause: Pause;
  readonly #client: OpenAI;
  readonly #secrets: readonly string[];

  constructor(options: EndpointOptions) {
    this.address = normalizeAddress(options.baseUrl);
    this.timeouts = { ...defaultTimeouts, ...options.timeouts };
    this.pause = options.pause ?? pause;
    const key = options.key?.trim();
    this.#secrets = key ? [key] : [];
    // Headers refuse such a key too, but their error would quote it.
    if (key && !/^[\x21-\x7e]+$/.test(key)) throw new ReasoningError('unauthorized', said('The key contains spaces or characters that no key has. Copy it again, and check the key of this server.'));
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
      fetch: guardedFetch({ origin: new URL(this.address.baseUrl).origin, key, fetch: options.fetch, offline: options.offline }),
    });
  }

  /** The address of an endpoint that lies beside the OpenAI-compatible API, not below it: /v1 is left out. */
  beside(path: string): string {
    return this.address.baseUrl.replace(/\/v\d+[a-z]*$/, '') + path;
  }

  failure(model?: string, reply: { readonly streaming?: boolean; readonly kept?: boolean } = {}): FailureContext {
    return { host: this.address.host, secrets: this.#secrets, ...reply, ...(model === undefined ? {} : { model }) };
  }

  error(reason: ConstructorParameters<typeof ReasoningError>[0], message: string, cause?: unknown): ReasoningError {
    return new ReasoningError(reason, message, { secrets: this.#secrets, ...(cause === undefined ? {} : { cause }) });
  }

  async listModels(signal: AbortSignal): Promise<ListedModel[]> {
    const answer = await this.ask('/models', undefined, signal, said('list its models'));
    const models = readModels(answer);
    if (models === null) throw this.error('server-refused', said('{0} answers, but not like an OpenAI-compatible server. Check the address.', this.address.host));
    return models;
  }

  /** A short question: a GET, or a POST when there is a body. `purpose` completes "did not ... in time". Throws a ReasoningError. */
  async ask(path: string, body: Body | undefined, signal: AbortSignal, purpose: string): Promise<unknown> {
    const stop = new AbortController();
    try {
      const options = { signal: stop.signal };
      const request = body === undefined ? this.#client.get<unknown>(path, options) : this.#client.post<unknown>(path, { ...options, body });
      return await within(request, this.timeouts.connect, signal, () => this.error('timeout', said('{0} did not {1} in time. Check the address, or try again when the server is ready.', this.address.host, purpose)));
    } catch (error) {
      throw toReasoningError(error, this.failure());
    } finally {
      stop.abort();
    }
  }

  /** Open a stream. Resolves with the headers; throws what went wrong untranslated (`ReplyStream` translates and retries). */
  async stream(request: Pick<WireRequest, 'path' | 'body' | 'format'>, signal: AbortSignal): Promise<RawStream> {
    // The SDK passes fields it does not know through at top level, which is where servers look for theirs.
    const body = { ...request.body, stream: true };
    if (request.format === 'events') {
      const { data, response } = await this.#client.post<Stream<unknown>>(request.path, { body, stream: true, signal }).withResponse();
      return { chunks: data[Symbol.asyncIterator](), tail: streamTail(response) };
    }
    const response = await this.#client.post(request.path, { body, signal, __binaryResponse: true }).asResponse();
    if (!response.body) return { chunks: noChunks(), tail: undefined };
    const hangUp = new AbortController();
    signal.addEventListener('abort', () => hangUp.abort(), { once: true });
    return { chunks: Stream.fromReadableStream<unknown>(response.body, hangUp)[Symbol.asyncIterator](), tail: undefined };
  }
}

async function* noChunks(): AsyncGenerator<unknown> {}
