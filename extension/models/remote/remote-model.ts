/** A model behind an OpenAI-compatible server, as the heart knows models. */
import type { Model, ModelCard, OpenOptions, Session, StepOptions, ThinkingFormat, Token } from '../../reasoning/port.ts';
import type { Notify } from './chat-stream.ts';
import { Endpoint } from './endpoint.ts';
import type { Fetch } from './guarded-fetch.ts';
import { probeCapabilities } from './probe-server.ts';
import { RemoteSession } from './remote-session.ts';
import { memoryOf, portCapabilities, type ServerCapabilities, type ServerMemory } from './server-capabilities.ts';
import { cancelled, type Timeouts } from './timeouts.ts';
import { estimateTokens } from './token-estimate.ts';

/** Where the model is. Keys are not part of it. */
export interface RemoteRef {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  /** Tokens. */
  readonly contextLength?: number | undefined;
}

export interface RemoteModelOptions {
  readonly ref: RemoteRef;
  /** Read for each connection; undefined for servers without a key. */
  readonly apiKey: () => Promise<string | undefined>;
  /** What a person should know about how the server was used: a degraded continuation, a wait, fields that were left out. */
  readonly onNotice?: Notify;
  readonly timeouts?: Partial<Timeouts>;
  /** Overrides what was found out; a complete record is taken without asking the server. */
  readonly capabilities?: Partial<ServerCapabilities>;
  readonly fetch?: Fetch;
}

/** The spelling most open models are trained with; where the server has fields of its own it writes the model's. */
const THINKING: ThinkingFormat = { open: '<think>', close: '</think>', closingPhrase: '\n', afterClose: '\n\n' };
/** What is assumed where neither the reference nor the server tells. */
export const DEFAULT_CONTEXT_LENGTH = 32_768;
/** The least that any server can do. */
const UNKNOWN: ServerCapabilities = { thoughts: 'none', opensThinking: false, prefix: null, continuedThoughts: 'field', acceptsEffort: true, streamsUsage: false, logprobs: false, evidence: [] };

export class RemoteModel implements Model {
  readonly card: ModelCard;
  readonly #endpoint: Endpoint;
  readonly #memory: ServerMemory;
  readonly #options: RemoteModelOptions;
  readonly #open = new Set<RemoteSession>();

  /** Connects and finds out what the server can do (a few tiny requests, once per server and model). */
  static async connect(options: RemoteModelOptions, signal: AbortSignal): Promise<RemoteModel> {
    if (signal.aborted) throw cancelled();
    const { ref } = options;
    const endpoint = new Endpoint({ baseUrl: ref.baseUrl, key: await options.apiKey(), timeouts: options.timeouts, fetch: options.fetch });
    const memory = memoryOf(endpoint.address.baseUrl, ref.model);
    const given = options.capabilities;
    const found = isComplete(given) ? given : await probeCapabilities({ endpoint, model: ref.model, memory, notify: () => {} }, signal);
    memory.capabilities ??= found;
    return new RemoteModel(options, endpoint, memory);
  }

  private constructor(options: RemoteModelOptions, endpoint: Endpoint, memory: ServerMemory) {
    const { ref } = options;
    this.#options = options;
    this.#endpoint = endpoint;
    this.#memory = memory;
    const server = this.server;
    this.card = {
      id: ref.id,
      name: ref.name,
      backend: 'remote',
      origin: endpoint.address.host,
      contextLength: ref.contextLength ?? memory.contextLength ?? DEFAULT_CONTEXT_LENGTH,
      thinking: THINKING,
      effort: server.acceptsEffort ? 'requested' : 'cap',
      tokenCounts: 'estimated',
      capabilities: portCapabilities(server),
      // What the makers of open reasoning models advise (Qwen3, DeepSeek-R1); greedy decoding makes them repeat themselves.
      defaultSampler: { temperature: 0.6, topP: 0.95 },
    };
  }

  /** What is known of the server by now (it may learn), with what the caller overrides. */
  get server(): ServerCapabilities {
    return { ...(this.#memory.capabilities ?? UNKNOWN), ...this.#options.capabilities };
  }

  /** `onNotice` of a session goes before the model's: one model may serve several runs. */
  async open(options: OpenOptions, signal: AbortSignal): Promise<Session> {
    if (signal.aborted) throw cancelled();
    const session = new RemoteSession({
      endpoint: this.#endpoint,
      memory: this.#memory,
      server: this.server,
      model: this.#options.ref.model,
      thinking: THINKING,
      notify: options.onNotice ?? this.#options.onNotice ?? (() => {}),
      contextLength: this.card.contextLength,
      open: options,
      onClose: () => this.#open.delete(session),
    });
    this.#open.add(session);
    return session;
  }

  async tick(steps: readonly { session: Session; options: StepOptions }[], signal: AbortSignal): Promise<Token[]> {
    return await Promise.all(steps.map(({ session, options }) => session.step(options, signal)));
  }

  /** An estimate: see tokenEstimate.ts. */
  countTokens(text: string): number {
    return estimateTokens(text, this.#memory.charactersPerToken);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.close()));
  }
}

function isComplete(given: Partial<ServerCapabilities> | undefined): given is ServerCapabilities {
  const fields: readonly (keyof ServerCapabilities)[] = ['thoughts', 'opensThinking', 'prefix', 'continuedThoughts', 'acceptsEffort', 'streamsUsage', 'logprobs', 'evidence'];
  return given !== undefined && fields.every((field) => given[field] !== undefined);
}
