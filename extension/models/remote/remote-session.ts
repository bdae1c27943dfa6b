/**
 * A session with a remote model. The server keeps nothing, so the session keeps the whole sequence and pulls tokens from a live stream. Whatever changes
 * the sequence (a remark, going back, an end that the server cannot make itself) hangs up; the next step goes on in another request, by the session's route.
 */
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { OpenOptions, Probe, ProbeOptions, RenderedPrompt, Score, Session, StepOptions, Token } from '../../reasoning/port.ts';
import { capHolds, showsThoughts, type CapabilityRecord } from './capability-record.ts';
import { portCapabilities } from './port-capabilities.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { Notify } from './reply-stream.ts';
import type { Route } from './routes/route.ts';
import type { ServerMemory } from './server-memory.ts';
import { ThoughtParser } from './thought-parser.ts';
import { cancelled } from './timeouts.ts';
import { Transcript, type Piece } from './transcript.ts';
import { lookAhead, tryAnswer } from './trial.ts';
import { said } from '../../trace/said.ts';

export interface RemoteSessionInput {
  readonly route: Route;
  readonly memory: ServerMemory;
  readonly record: CapabilityRecord;
  /** Host and port, for sentences. */
  readonly host: string;
  readonly notify: Notify;
  readonly open: OpenOptions;
  /** The sequence to begin with; absent: none yet. */
  readonly transcript?: Transcript;
  readonly onOpen: (session: RemoteSession) => void;
  readonly onClose: (session: RemoteSession) => void;
}

/** Tokens of thought a server may still write after it was told to end them: its own closing words. Beyond that it is not going to. */
const LAST_WORDS = 64;
/** So many come on the way at the worst; they say nothing about the server. */
const FEW_WORDS = 16;
/** Counts differ a little between Reins and a server, so an end from this share of its cap on may be the cap's. */
const AT_CAP = 0.9;

/** Logits by which the end tag's bias must have changed for another request. */
const WORTH_ASKING = 2;

interface Trailing {
  readonly by: 'cap' | 'order';
  /** Tokens of thought that came since. */
  readonly tokens: number;
}

export class RemoteSession implements Session {
  readonly prompt: RenderedPrompt;
  readonly #input: RemoteSessionInput;
  readonly #transcript: Transcript;
  #reader: ReplyReader | undefined;
  /** Read from the stream and not yet delivered. */
  #queue: Piece[] = [];
  #failure: unknown;
  /** The heart has been told that thoughts have begun. */
  #announced: boolean;
  /** The end of the thoughts is in the sequence, and the server is coming to it by itself. Null: not so. */
  #trailing: Trailing | null = null;
  /** Thinking tokens that may still come, by the budgets at the last step; and whether they have grown since the live reply was asked for. */
  #thinkingLeft: number | undefined;
  #raised = false;
  #askedForAnswer = false;
  #closed = false;

  constructor(input: RemoteSessionInput) {
    this.#input = input;
    this.prompt = input.route.prompt;
    const { opensThinking } = this.prompt;
    this.#transcript = input.transcript ?? new Transcript(this.prompt.tokens, opensThinking, input.record.tags);
    this.#announced = opensThinking || this.#transcript.part !== 'start';
    input.onOpen(this);
  }

  get position(): number {
    return this.#transcript.position;
  }

  async step(options: StepOptions, signal: AbortSignal): Promise<Token> {
    this.#refuseClosed();
    if (this.#transcript.over) throw new ReasoningError('internal', 'The reply has ended; there is no next token.');
    this.#noteBudget(options);
    for (;;) {
      if (signal.aborted) throw cancelled();
      const piece = this.#queue.shift();
      if (piece) {
        if (this.#skips(piece) || this.#stopsShort(piece) || this.#asksForAnswer(piece, options)) continue;
        return this.#deliver(piece);
      }
      if (this.#failure !== undefined) {
        const failure = this.#failure;
        this.#hangUp();
        throw failure;
      }
      if (this.#reader && this.#isOutdated(this.#reader, options)) this.#hangUp();
      if (!this.#reader) {
        this.#reader = this.#begin(options);
        // Going on inside the thoughts, a heart that has not seen them begin must be told; the tag itself is already in the sequence.
        if (this.#transcript.part === 'thinking' && !this.#announced) {
          this.#announced = true;
          return { text: '', count: 0, mark: 'thinking-start' };
        }
      }
      try {
        this.#queue.push(...(await this.#reader.next(signal)));
      } catch (error) {
        if (isCancellation(error)) throw error; // the stream goes on; the next call gets the token
        this.#queue.push(...this.#reader.rest());
        if (!this.#givesWayAfter(error)) this.#failure = error;
      }
    }
  }

  async append(text: string, signal: AbortSignal): Promise<number> {
    this.#refuseClosed();
    if (signal.aborted) throw cancelled();
    const counted = await this.#input.route.count(this.#withOpening(this.#transcript, text), signal);
    const by = this.#closes(text) ? await this.#endsByItself(signal) : null;
    if (by === null) this.#hangUp();
    this.#transcript.dropEnd();
    this.#write(this.#transcript, text, counted);
    if (by !== null) this.#trailing = { by, tokens: 0 };
    return counted.tokens;
  }

  async rewind(position: number): Promise<void> {
    this.#refuseClosed();
    if (position < this.#transcript.position || this.#transcript.over) this.#hangUp();
    this.#transcript.rewind(position);
    if (this.#transcript.empty) this.#announced = this.prompt.opensThinking;
  }

  async probe(text: string, options: ProbeOptions, signal: AbortSignal): Promise<Probe> {
    this.#refuseClosed();
    const { record, route } = this.#input;
    const can = portCapabilities(route.inPlace ? record : { ...record, raw: null, prefix: null }).probe;
    if (!can.available) throw new ReasoningError('bad-request', can.reason);
    const trial = this.#transcript.clone();
    trial.dropEnd();
    const counted = await route.count(this.#withOpening(trial, text), signal);
    this.#write(trial, text, counted);
    const step = { sampler: options.sampler, seed: options.seed, logprob: record.logprobs };
    if (options.limit === 0) return await lookAhead(route.begin(trial, { step: { ...step, confidence: record.logprobs }, limit: 1, notify: () => {}, purpose: 'probe' }), counted.tokens, signal);
    const reader = route.begin(trial, { step, limit: options.limit, notify: () => {}, purpose: 'probe' });
    return await tryAnswer(reader, counted.tokens, options, signal);
  }

  async score(): Promise<Score> {
    throw new ReasoningError('bad-request', said('This server does not score a given text.'));
  }

  async fork(): Promise<Session> {
    this.#refuseClosed();
    const can = portCapabilities(this.#input.record).fork;
    if (!can.available) throw new ReasoningError('bad-request', can.reason);
    return new RemoteSession({ ...this.#input, transcript: this.#transcript.clone() });
  }

  async close(): Promise<void> {
    this.#hangUp();
    this.#closed = true;
    this.#input.onClose(this);
  }

  #deliver(piece: Piece): Token {
    this.#transcript.add(piece);
    if (piece.mark === 'thinking-start') this.#announced = true;
    this.#tellCap(piece);
    return {
      text: piece.text,
      count: piece.count,
      ...(piece.mark === undefined ? {} : { mark: piece.mark }),
      ...(piece.ids?.length === 1 && piece.count === 1 ? { id: piece.ids[0] } : {}),
      ...(piece.logprob === undefined ? {} : { logprob: piece.logprob }),
      ...(piece.confidence === undefined ? {} : { confidence: piece.confidence }),
    };
  }

  #begin(step: StepOptions, answerOnly = false): ReplyReader {
    this.#raised = false;
    return this.#input.route.begin(this.#transcript, { step, notify: this.#input.notify, purpose: 'run', ...(answerOnly ? { answerOnly } : {}) });
  }

  /** A refused continuation in place is not the end: ask again instead, from now on. */
  #givesWayAfter(error: unknown): boolean {
    if (this.#transcript.empty || !ReasoningError.is(error, 'bad-request') || !this.#input.route.giveWay()) return false;
    this.#hangUp();
    return true;
  }

  /** The live reply was asked for with the end tag more or less likely than it is to be now. Small changes are not worth another request. */
  #isOutdated(reader: ReplyReader, { endTagBias = 0 }: StepOptions): boolean {
    if (this.#transcript.part !== 'thinking' || !this.#input.route.biasesEnd) return false;
    return (endTagBias === 0) !== (reader.endBias === 0) || Math.abs(endTagBias - reader.endBias) >= WORTH_ASKING;
  }

  #noteBudget({ thinkingLeft }: StepOptions): void {
    if (thinkingLeft !== undefined && this.#thinkingLeft !== undefined && thinkingLeft > this.#thinkingLeft) this.#raised = true;
    this.#thinkingLeft = thinkingLeft;
  }

  /** The server came to the limit it was told, which is not the limit any more: go on in another request. */
  #stopsShort(piece: Piece): boolean {
    if (!this.#raised || this.#transcript.part !== 'thinking' || !this.#thinkingLeft) return false;
    if (piece.mark !== 'cut' && !(piece.mark === 'thinking-end' && (this.#reader?.capShare ?? 0) >= AT_CAP)) return false;
    this.#hangUp();
    return true;
  }

  /** Text that does nothing but end the thoughts. */
  #closes(text: string): boolean {
    const { tags } = this.#input.record;
    return this.#transcript.part === 'thinking' && text.trim() === tags.close;
  }

  /** How the live reply will come to the answer without us: at its cap, or because it takes the order to end. Null: it will not. */
  async #endsByItself(signal: AbortSignal): Promise<Trailing['by'] | null> {
    const reader = this.#reader;
    if (!reader || this.#failure !== undefined || this.#transcript.over) return null;
    if (reader.capShare >= 1 && capHolds(this.#input.record)) return 'cap';
    return (await reader.endThoughts(signal)) ? 'order' : null;
  }

  /** After such an end the server's last thoughts and its own tag are left out; the answer comes after them. */
  #skips(piece: Piece): boolean {
    const trailing = this.#trailing;
    if (trailing === null) return false;
    const { notify, host } = this.#input;
    if (piece.mark === 'thinking-end' || piece.part === 'answer') {
      if (trailing.tokens > 0) notify('thoughts-left-out', said('{0} wrote {1} more tokens of thought before it came to the answer; they are not used.', host, trailing.tokens));
      this.#trailing = null;
      return piece.mark === 'thinking-end';
    }
    const tokens = trailing.tokens + piece.count;
    this.#trailing = { ...trailing, tokens };
    if (piece.mark === undefined && tokens <= LAST_WORDS) return true;
    if (tokens > FEW_WORDS) this.#distrust(trailing.by, tokens);
    this.#hangUp(); // and go on in another request
    return true;
  }

  /** It went on thinking although it was to end. */
  #distrust(by: Trailing['by'], tokens: number): void {
    const { memory, notify, host } = this.#input;
    if (by === 'cap') memory.noteCapIgnored();
    else memory.noteNoControl();
    notify('cap-ignored', said('{0} was told to end its thoughts and wrote {1} more tokens of them, so Reins hung up and asked for the answer itself.', host, tokens));
  }

  /** Unseen thoughts have eaten the room of the answer: ask once more, for the answer alone. */
  #asksForAnswer(piece: Piece, options: StepOptions): boolean {
    const { record, open } = this.#input;
    if (piece.mark !== 'cut' || showsThoughts(record) || this.#askedForAnswer || !open.think || this.#transcript.said().answer !== '' || this.#transcript.said().preamble !== '') return false;
    this.#askedForAnswer = true;
    this.#hangUp();
    this.#reader = this.#begin(options, true);
    return true;
  }

  /** The server's own end at its cap looks like the model's; say which it was. */
  #tellCap(piece: Piece): void {
    const { notify, host } = this.#input;
    const cap = this.#reader?.cap ?? null;
    if (piece.mark === 'thinking-end' && cap !== null && (this.#reader?.capShare ?? 0) >= AT_CAP) notify('server-cap', said('{0} had been told to end the thoughts at {1} tokens, which is about where they ended.', host, cap));
  }

  /** Before any thoughts, and if thoughts are wanted, text of ours opens them. */
  #withOpening(transcript: Transcript, text: string): string {
    const { open } = this.#input.record.tags;
    const opens = transcript.part === 'start' && this.#input.open.think && transcript.said().preamble.trim() === '' && !text.trimStart().startsWith(open);
    return opens ? `${open}\n${text}` : text;
  }

  /** Put text of ours into a sequence, read like the model's: tags are tags. */
  #write(transcript: Transcript, text: string, { tokens, ids }: { readonly tokens: number; readonly ids?: readonly number[] }): void {
    const parser = new ThoughtParser({ part: transcript.part, tags: this.#input.record.tags });
    const pieces = [...parser.push({ content: this.#withOpening(transcript, text), count: tokens, ...(ids ? { ids } : {}) }), ...parser.finish()];
    transcript.addAll(pieces);
  }

  #hangUp(): void {
    this.#reader?.abort();
    this.#reader = undefined;
    this.#queue = [];
    this.#failure = undefined;
    this.#trailing = null;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new ReasoningError('internal', 'The session is closed.');
  }
}
