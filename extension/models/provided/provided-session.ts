/** One answer of another extension's chat model: read piece by piece, counted, and cancelled when it is closed. */
import { ReasoningError } from '../../reasoning/errors.ts';
import type { OpenOptions, Probe, RenderedPrompt, Score, Session, StepOptions, Token } from '../../reasoning/port.ts';
import { cancelled } from '../remote/timeouts.ts';
import type { ChatAccess, ModelOptions } from './chat-access.ts';
import { said } from '../../trace/said.ts';

export interface ProvidedSessionInput {
  readonly access: ChatAccess;
  readonly open: OpenOptions;
  readonly modelOptions: ModelOptions;
  readonly onClose: (session: ProvidedSession) => void;
}

export class ProvidedSession implements Session {
  readonly prompt: RenderedPrompt;
  readonly #input: ProvidedSessionInput;
  readonly #stop = new AbortController();
  #pieces: AsyncIterator<string> | null = null;
  #queue: Token[] = [];
  /** The piece being waited for. Who stops waiting loses nothing: the next step gets it, or the failure. Never rejects. */
  #reading: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #written = 0;
  #over = false;

  static async open(input: ProvidedSessionInput, signal: AbortSignal): Promise<ProvidedSession> {
    const { access, open } = input;
    const counts = await Promise.all(open.messages.map(({ content }) => access.count(content, signal)));
    if (signal.aborted) throw cancelled();
    return new ProvidedSession(input, counts.reduce((sum, count) => sum + count, 0));
  }

  private constructor(input: ProvidedSessionInput, tokens: number) {
    this.#input = input;
    const text = input.open.messages.map(({ role, content }) => `${role}: ${content}`).join('\n\n');
    // What the other extension puts around the messages is not told.
    this.prompt = { text, tokens, estimated: true, opensThinking: false };
  }

  get position(): number {
    return this.prompt.tokens + this.#written;
  }

  async step(_options: StepOptions, signal: AbortSignal): Promise<Token> {
    for (;;) {
      if (signal.aborted) throw cancelled();
      const token = this.#queue.shift();
      if (token) return this.#deliver(token);
      if (this.#failure) throw this.#failure.error;
      if (this.#over || this.#stop.signal.aborted) throw new ReasoningError('internal', 'The reply has ended; there is no next token.');
      this.#reading ??= this.#read();
      await unlessAborted(this.#reading, signal);
    }
  }

  append(): Promise<number> {
    return this.#cannot('go on from text that is put in');
  }

  rewind(): Promise<void> {
    return this.#cannot('go back to an earlier place');
  }

  probe(): Promise<Probe> {
    return this.#cannot('give a trial answer');
  }

  score(): Promise<Score> {
    return this.#cannot('score a given text');
  }

  fork(): Promise<Session> {
    return this.#cannot('be copied in the middle of a reply');
  }

  close(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve();
    this.#stop.abort();
    if (this.#pieces) this.#input.open.onRequest?.({ purpose: 'run', prompt: this.prompt.tokens, thinking: 0, solution: this.#written, estimated: true });
    this.#input.onClose(this);
    return Promise.resolve();
  }

  async #read(): Promise<void> {
    const { access, open, modelOptions } = this.#input;
    try {
      this.#pieces ??= access.send(open.messages, modelOptions, this.#stop.signal)[Symbol.asyncIterator]();
      const next = await this.#pieces.next();
      if (next.done) this.#queue.push({ text: '', count: 0, mark: 'end' });
      else if (next.value !== '') this.#queue.push(...counted(next.value, await access.count(next.value, this.#stop.signal)));
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#reading = null;
    }
  }

  #deliver(token: Token): Token {
    this.#written += token.count;
    this.#over = token.mark === 'end';
    return token;
  }

  #cannot(what: string): Promise<never> {
    return Promise.reject(new ReasoningError('bad-request', said('A model of another extension cannot {0}.', what)));
  }
}

/** A piece in parts of about one token, so that a budget can end it between two words. Counts are whole and add up to the piece's. */
export function counted(text: string, tokens: number): Token[] {
  const words = text.match(/\s*\S+|\s+$/g) ?? [text];
  const parts = Math.max(1, Math.min(tokens, words.length));
  return Array.from({ length: parts }, (_, part) => {
    const at = (index: number, of: number): number => Math.floor((index * of) / parts);
    return { text: words.slice(at(part, words.length), at(part + 1, words.length)).join(''), count: Math.max(1, at(part + 1, tokens) - at(part, tokens)) };
  });
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(cancelled());
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
