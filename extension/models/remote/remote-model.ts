/** A model behind an OpenAI-compatible server, as the heart knows models. */
import { ReasoningError } from '../../reasoning/errors.ts';
import type { Model, ModelCard, OpenOptions, Session, StepOptions, ThinkingFormat, Token } from '../../reasoning/port.ts';
import { showsThoughts, tokenCountsOf, withOverrides, type CapabilityRecord, type RecordOverrides } from './capability-record.ts';
import { Endpoint } from './endpoint.ts';
import type { Fetch } from './guarded-fetch.ts';
import { portCapabilities } from './port-capabilities.ts';
import { probeServer } from './probing/probe-server.ts';
import type { RecordStore } from './record-store.ts';
import { RemoteSession } from './remote-session.ts';
import type { Notify } from './reply-stream.ts';
import { ChatRoute } from './routes/chat-route.ts';
import { readNamedTokenizer } from './named-tokenizer.ts';
import type { Encoder } from './piece-counter.ts';
import { infillAccess, infillAvailability } from './servers/infill-access.ts';
import { RawRoute } from './routes/raw-route.ts';
import type { Route } from './routes/route.ts';
import { kindOf } from './servers/recognise.ts';
import { memoryOf, recordKey, type ServerMemory } from './server-memory.ts';
import { SharedReplies, type Share } from './shared-replies.ts';
import { cancelled, type Pause, type Timeouts } from './timeouts.ts';
import { countTokens } from './token-estimate.ts';
import { said } from '../../trace/said.ts';

/** Where the model is. Keys are not part of it. */
export interface RemoteRef {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  /** Tokens. */
  readonly contextLength?: number | undefined;
  /** Folder with the model's tokenizer.json, which counts where the server's own tokens are not seen. */
  readonly tokenizer?: string | undefined;
  /** What the person set by hand. */
  readonly overrides?: RecordOverrides | undefined;
}

export interface RemoteModelOptions {
  readonly ref: RemoteRef;
  /** Read for each connection; undefined for servers without a key. */
  readonly apiKey: () => Promise<string | undefined>;
  /** What a person should know about how the server was used: a degraded continuation, a wait, fields that were left out. */
  readonly onNotice?: Notify;
  readonly timeouts?: Partial<Timeouts>;
  /** A record that is taken without asking the server. */
  readonly record?: CapabilityRecord;
  /** Where records are kept between sessions. */
  readonly records?: RecordStore;
  readonly fetch?: Fetch;
  /** Waits before a request is sent again; absent: real ones. */
  readonly pause?: Pause;
  readonly offline?: () => boolean;
}

/** What is assumed where neither the reference nor the server tells. */
export const DEFAULT_CONTEXT_LENGTH = 32_768;

export class RemoteModel implements Model {
  readonly card: ModelCard;
  readonly #endpoint: Endpoint;
  readonly #memory: ServerMemory;
  readonly #options: RemoteModelOptions;
  readonly #open = new Set<RemoteSession>();
  /** Tokens of texts that were counted by the server's own tokenizer. */
  readonly #counted: ReadonlyMap<string, number>;
  readonly #tokenizer: Encoder | undefined;

  /** Connects and finds out what the server can do (a few tiny requests, once per server and model). */
  static async connect(options: RemoteModelOptions, signal: AbortSignal): Promise<RemoteModel> {
    if (signal.aborted) throw cancelled();
    const { ref, timeouts, fetch, pause, offline, records } = options;
    // Before anything is sent: what a person has named must be there.
    const tokenizer = ref.tokenizer === undefined ? undefined : await readNamedTokenizer(ref.tokenizer, ref.name);
    const endpoint = new Endpoint({ baseUrl: ref.baseUrl, key: await options.apiKey(), timeouts, fetch, pause, offline });
    const memory = memoryOf(endpoint.address.baseUrl, ref.model);
    const key = recordKey(endpoint.address.baseUrl, ref.model);
    memory.onLearnt = (learnt) => void records?.save(key, learnt).catch(() => {}); // the record of this session is right all the same
    if (options.record) memory.record ??= options.record;
    else {
      const known = records?.load(key);
      const found = await probeServer({ endpoint, model: ref.model, memory, notify: () => {} }, { kind: ref.overrides?.kind, known }, signal);
      if (found !== known) await records?.save(key, found);
    }
    const counted = await countFormat(endpoint, ref.model, withOverrides(memory.record ?? missing(), ref.overrides ?? {}), signal);
    return new RemoteModel(options, endpoint, memory, counted, tokenizer);
  }

  private constructor(options: RemoteModelOptions, endpoint: Endpoint, memory: ServerMemory, counted: ReadonlyMap<string, number>, tokenizer: Encoder | undefined) {
    const { ref } = options;
    this.#options = options;
    this.#endpoint = endpoint;
    this.#memory = memory;
    this.#counted = counted;
    this.#tokenizer = tokenizer;
    const { record } = this;
    this.card = {
      id: ref.id,
      name: ref.name,
      backend: 'remote',
      origin: endpoint.address.host,
      contextLength: ref.contextLength ?? record.contextLength ?? DEFAULT_CONTEXT_LENGTH,
      thinking: thinkingOf(record),
      effort: record.effort.path === null ? 'cap' : 'requested',
      ...(ref.overrides?.bareAnswers === undefined ? {} : { bareAnswers: ref.overrides.bareAnswers }),
      tokenCounts: tokenCountsOf(record, tokenizer !== undefined),
      capabilities: { ...portCapabilities(record, counted.get(record.tags.close) === 1), infill: infillAvailability(record.kind, ref.model) },
      // What the makers of open reasoning models advise (Qwen3, DeepSeek-R1); greedy decoding makes them repeat themselves.
      defaultSampler: { temperature: 0.6, topP: 0.95 },
    };
  }

  /** What is known of the server by now (it may learn), with what the person set by hand. */
  get record(): CapabilityRecord {
    return withOverrides(this.#memory.record ?? missing(), this.#options.ref.overrides ?? {});
  }

  inOneCall(count: number): readonly Model[] | null {
    const { choices, api } = this.record;
    if (choices !== 'native' || api === 'responses' || count < 2) return null;
    const group = new SharedReplies(count, () => this.#memory.noteOneChoice());
    return Array.from({ length: count }, (_, index) => this.#sharing({ group, index }));
  }

  /** `onNotice` of a session goes before the model's: one model may serve several runs. */
  open(options: OpenOptions, signal: AbortSignal): Promise<Session> {
    return this.#openSession(options, signal);
  }

  /** This model, but the first reply of the first session comes with others in one request. */
  #sharing(share: Share): Model {
    let first: Share | undefined = share;
    const open = (options: OpenOptions, signal: AbortSignal): Promise<Session> => {
      const own = first;
      first = undefined;
      return this.#openSession(options, signal, own);
    };
    return { card: this.card, open, tick: (steps, signal) => this.tick(steps, signal), countTokens: (text) => this.countTokens(text), dispose: () => Promise.resolve() };
  }

  async #openSession(options: OpenOptions, signal: AbortSignal, share?: Share): Promise<Session> {
    const leave = (): void => share?.group.leave(share.index);
    if (signal.aborted) {
      leave();
      throw cancelled();
    }
    const { record } = this;
    const notify = options.onNotice ?? this.#options.onNotice ?? ((): void => {});
    const route = await this.#route(record, options, notify, share, signal).catch((error: unknown) => {
      leave();
      throw error;
    });
    return new RemoteSession({
      route,
      memory: this.#memory,
      record,
      host: this.#endpoint.address.host,
      notify,
      open: options,
      onOpen: (session) => this.#open.add(session),
      onClose: (session) => {
        this.#open.delete(session);
        leave();
      },
    });
  }

  async tick(steps: readonly { session: Session; options: StepOptions }[], signal: AbortSignal): Promise<Token[]> {
    return await Promise.all(steps.map(({ session, options }) => session.step(options, signal)));
  }

  /** Exact for the texts that end or prolong thoughts where the server has a tokenizer to ask; otherwise by a tokenizer on this machine or an estimate. */
  countTokens(text: string): number {
    return this.#counted.get(text) ?? countTokens(text, this.#tokenizer, this.#memory.charactersPerToken);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.close()));
  }

  async #route(record: CapabilityRecord, open: OpenOptions, notify: Notify, share: Share | undefined, signal: AbortSignal): Promise<Route> {
    const parts = { endpoint: this.#endpoint, memory: this.#memory, record, model: this.#options.ref.model, open, contextLength: this.card.contextLength, tokenizer: this.#tokenizer, share };
    const kind = kindOf(record.kind);
    const infill = open.infill && infillAccess({ endpoint: this.#endpoint, kind: record.kind, model: parts.model }, open.infill);
    if (infill) return RawRoute.open({ ...parts, access: infill }, signal);
    const access = record.raw === null ? undefined : kind.raw?.(this.#endpoint, parts.model);
    if (!access) return new ChatRoute({ ...parts, kind });
    try {
      return await RawRoute.open({ ...parts, access }, signal);
    } catch (error) {
      // The server was changed since it was tried out: what it lacks now is gone without, and said.
      if (!ReasoningError.is(error, 'server-refused')) throw error;
      notify('route-changed', said('{0} no longer takes a prompt that Reins puts together itself; the run uses its chat interface. Connect to the server again to find out what it can do now.', this.#endpoint.address.host));
      return new ChatRoute({ ...parts, record: { ...record, raw: null }, kind });
    }
  }
}

/** What is written to end thoughts, in the model's own spelling. Where the server has fields of its own it writes the model's. */
function thinkingOf({ tags }: CapabilityRecord): ThinkingFormat {
  return { ...tags, closingPhrase: '\n', afterClose: '\n\n' };
}

/** The texts Reins writes in every run, counted once. A server that does not count any more is found out and told by the run, as all that has changed there. */
async function countFormat(endpoint: Endpoint, model: string, record: CapabilityRecord, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const tokenize = record.raw === 'tokens' && showsThoughts(record) ? kindOf(record.kind).raw?.(endpoint, model).tokenize : null;
  const counted = new Map<string, number>();
  if (!tokenize) return counted;
  const { close } = record.tags;
  try {
    for (const text of [close, `\n${close}\n\n`, `${close}\n\n`]) counted.set(text, (await tokenize(text, signal)).length);
  } catch (error) {
    if (!ReasoningError.is(error, 'server-refused')) throw error;
  }
  return counted;
}

function missing(): never {
  throw new ReasoningError('internal', 'The server was not tried out.');
}
