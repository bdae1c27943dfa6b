/**
 * A session with a remote model. The server keeps nothing, so the session keeps the whole sequence and pulls tokens from a live stream. Whatever changes
 * the sequence (a closing text, a remark, going back) hangs up; the next step goes on in a second request: in place where the server takes a begun
 * reply, otherwise by asking again with the thoughts quoted, which is said in a notice.
 */
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { OpenOptions, Probe, ProbeOptions, RenderedPrompt, Score, Session, StepOptions, ThinkingFormat, Token } from '../../reasoning/port.ts';
import { ChatStream, type Notify } from './chat-stream.ts';
import type { ChatBody, Endpoint } from './endpoint.ts';
import { ReplyReader } from './reply-reader.ts';
import { askAgainRequest, firstRequest, prefixRequest, type RequestInput } from './requests.ts';
import { portCapabilities, type PrefixStyle, type ServerCapabilities, type ServerMemory } from './server-capabilities.ts';
import { ThoughtParser, type ParserOptions } from './thought-parser.ts';
import { cancelled } from './timeouts.ts';
import { estimateTokens } from './token-estimate.ts';
import { Transcript, type Piece } from './transcript.ts';

export interface RemoteSessionInput {
  readonly endpoint: Endpoint;
  readonly memory: ServerMemory;
  readonly server: ServerCapabilities;
  readonly model: string;
  readonly thinking: ThinkingFormat;
  readonly notify: Notify;
  readonly open: OpenOptions;
  /** Tokens. */
  readonly contextLength: number;
  readonly onClose: () => void;
}

/** Tokens of the template around a message, about. */
const PER_MESSAGE = 4;
/** An estimate of what is there may be this much too small. */
const ESTIMATE_MARGIN = 1.1;

export class RemoteSession implements Session {
  readonly prompt: RenderedPrompt;
  readonly #input: RemoteSessionInput;
  readonly #transcript: Transcript;
  #reader: ReplyReader | undefined;
  /** Read from the stream and not yet delivered. */
  #queue: Piece[] = [];
  #failure: unknown;
  /** How this session goes on; null once the server has refused it. */
  #prefix: PrefixStyle | null;
  /** The heart has been told that thoughts have begun. */
  #announced: boolean;
  #closed = false;

  constructor(input: RemoteSessionInput) {
    this.#input = input;
    this.#prefix = input.server.prefix;
    const { messages, think } = input.open;
    const text = messages.map((message) => `${message.role}:\n${message.content}`).join('\n\n');
    const tokens = messages.reduce((sum, message) => sum + PER_MESSAGE + this.#count(message.content), 0);
    const opensThinking = think && input.server.opensThinking;
    this.prompt = { text, tokens, estimated: true, opensThinking };
    this.#transcript = new Transcript(tokens, opensThinking);
    this.#announced = opensThinking;
  }

  get position(): number {
    return this.#transcript.position;
  }

  async step(options: StepOptions, signal: AbortSignal): Promise<Token> {
    this.#refuseClosed();
    if (this.#transcript.over) throw new ReasoningError('internal', 'The reply has ended; there is no next token.');
    for (;;) {
      if (signal.aborted) throw cancelled();
      const piece = this.#queue.shift();
      if (piece) return this.#deliver(piece);
      if (this.#failure !== undefined) {
        const failure = this.#failure;
        this.#hangUp();
        throw failure;
      }
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
        if (!this.#asksAgainAfter(error)) this.#failure = error;
      }
    }
  }

  async append(text: string, signal: AbortSignal): Promise<number> {
    this.#refuseClosed();
    if (signal.aborted) throw cancelled();
    this.#hangUp();
    this.#transcript.dropEnd();
    return write(this.#transcript, text, this.#input.open.think, this.#count(text));
  }

  async rewind(position: number): Promise<void> {
    this.#refuseClosed();
    if (position < this.#transcript.position || this.#transcript.over) this.#hangUp();
    this.#transcript.rewind(position);
    if (this.#transcript.empty) this.#announced = this.prompt.opensThinking;
  }

  async probe(text: string, options: ProbeOptions, signal: AbortSignal): Promise<Probe> {
    this.#refuseClosed();
    const can = portCapabilities({ ...this.#input.server, prefix: this.#prefix }).probe;
    if (!can.available) throw new ReasoningError('bad-request', can.reason);
    const trial = this.#transcript.clone();
    trial.dropEnd();
    const injected = write(trial, text, this.#input.open.think, this.#count(text));
    const reader = this.#continue(trial, { sampler: options.sampler, seed: options.seed }, options.limit, () => {});
    let [generated, said, ended] = [0, '', false];
    try {
      while (!ended && generated < options.limit) {
        for (const piece of await reader.next(signal)) {
          if (piece.mark === 'end') ended = true;
          if (piece.mark === 'end' || piece.mark === 'cut') return { text: said, injected, generated, ended };
          if (generated + piece.count > options.limit) return { text: said, injected, generated, ended };
          said += piece.text;
          generated += piece.count;
        }
      }
      return { text: said, injected, generated, ended };
    } finally {
      reader.abort();
    }
  }

  async score(): Promise<Score> {
    throw new ReasoningError('bad-request', 'This server does not score a given text.');
  }

  async fork(): Promise<Session> {
    throw new ReasoningError('bad-request', 'A remote session cannot be copied; start another run instead.');
  }

  async close(): Promise<void> {
    this.#hangUp();
    this.#closed = true;
    this.#input.onClose();
  }

  #deliver(piece: Piece): Token {
    this.#transcript.add(piece);
    if (piece.mark === 'thinking-start') this.#announced = true;
    return {
      text: piece.text,
      count: piece.count,
      ...(piece.mark === undefined ? {} : { mark: piece.mark }),
      ...(piece.logprob === undefined ? {} : { logprob: piece.logprob }),
    };
  }

  #begin(step: RequestInput['step']): ReplyReader {
    const { open, model, notify } = this.#input;
    if (!this.#transcript.empty) return this.#continue(this.#transcript, step, undefined, notify);
    return this.#read(firstRequest({ model, open, step, left: this.#left(this.#transcript) }), { part: this.#transcript.part }, notify);
  }

  /** A refused continuation in place is not the end: ask again instead, from now on. */
  #asksAgainAfter(error: unknown): boolean {
    if (this.#transcript.empty || this.#prefix === null || !ReasoningError.is(error, 'bad-request')) return false;
    this.#prefix = null;
    this.#input.memory.noteNoPrefix();
    this.#hangUp();
    return true;
  }

  #continue(transcript: Transcript, step: RequestInput['step'], limit: number | undefined, notify: Notify): ReplyReader {
    const { open, model, server, endpoint } = this.#input;
    const said = transcript.said();
    const input: RequestInput = { model, open, step, left: this.#left(transcript), ...(limit === undefined ? {} : { limit }) };
    const part = transcript.part;
    if (this.#prefix !== null) return this.#read(prefixRequest(input, said, this.#prefix), { part, reasoningIsAnswer: part === 'answer', skipOpening: said.inThoughts, field: server.continuedThoughts === 'field' }, notify);
    notify(
      'asked-again',
      said.inThoughts
        ? `${endpoint.address.host} cannot continue a reply that has begun, so Reins asked again with the thoughts so far quoted in the question.`
        : `${endpoint.address.host} cannot continue a reply that has begun, so Reins asked again for the answer, with the thoughts quoted in the question and thinking turned off.`,
    );
    return this.#read(askAgainRequest(input, said), { part, skipOpening: said.inThoughts, field: server.continuedThoughts === 'field' }, notify);
  }

  #read(body: ChatBody, parser: ParserOptions, notify: Notify): ReplyReader {
    const { endpoint, memory, model } = this.#input;
    const stream = new ChatStream({ endpoint, tolerance: memory.tolerance, model, body, notify });
    return new ReplyReader({ stream, parser: new ThoughtParser(parser), memory, notify, body });
  }

  /** Tokens the context still holds, about. Some servers refuse a limit beyond it. */
  #left(transcript: Transcript): number {
    return this.#input.contextLength - Math.ceil(transcript.position * ESTIMATE_MARGIN);
  }

  #count(text: string): number {
    return estimateTokens(text, this.#input.memory.charactersPerToken);
  }

  #hangUp(): void {
    this.#reader?.abort();
    this.#reader = undefined;
    this.#queue = [];
    this.#failure = undefined;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new ReasoningError('internal', 'The session is closed.');
  }
}

/** Put text of ours into a sequence, read like the model's: tags are tags. Before any thoughts, and if thoughts are wanted, it opens them. */
function write(transcript: Transcript, text: string, think: boolean, tokens: number): number {
  const opens = transcript.part === 'start' && think && transcript.said().preamble.trim() === '' && !text.trimStart().startsWith('<think>');
  if (opens) transcript.add({ part: 'thinking', text: '', count: 0, mark: 'thinking-start' });
  const parser = new ThoughtParser({ part: transcript.part });
  transcript.addAll([...parser.push({ content: text, count: tokens }), ...parser.finish()]);
  return tokens;
}
