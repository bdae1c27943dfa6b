/** From one streamed reply to pieces of the sequence: thoughts and answer apart, tokens counted, the end named. */
import type { RequestUsage } from '../../reasoning/port.ts';
import { leastEntropy, tokenConfidence } from './confidence.ts';
import { PieceCounter, type Encoder } from './piece-counter.ts';
import type { Notify, ReplyStream } from './reply-stream.ts';
import type { ServerMemory } from './server-memory.ts';
import type { ParsedPiece, ThoughtParser } from './thought-parser.ts';
import { DeltaCounter } from './token-estimate.ts';
import type { Piece } from './transcript.ts';
import type { Delta, ListedToken } from './wire/delta.ts';
import { said } from '../../trace/said.ts';

export interface ReplyReaderInput {
  readonly stream: ReplyStream;
  readonly parser: ThoughtParser;
  readonly memory: ServerMemory;
  readonly notify: Notify;
  /** Characters of the prompt, where the server's count of its tokens is worth learning from. */
  readonly promptCharacters?: number;
  /** Tokens of the prompt and of what was begun, by Reins's count. */
  readonly promptTokens: number;
  /** The model's tokenizer on this machine: it counts where the server does not list its tokens. */
  readonly tokenizer?: Encoder | undefined;
  /** The server counts thoughts beside the completion, not within it. */
  readonly thoughtsApart?: boolean;
  readonly purpose: RequestUsage['purpose'];
  /** Told once, when the request is over. */
  readonly onRequest?: ((request: RequestUsage) => void) | undefined;
  /** Tokens of thought the server was told to end at by itself. */
  readonly cap?: number | null;
  /** What was added to the logit of the end tag. */
  readonly endBias?: number;
  /** Thoughts can be ended while the reply goes on; false when that did not work. */
  readonly endThoughts?: (id: string, signal: AbortSignal) => Promise<boolean>;
}

/** Words for a reply that a limit or a filter ended. `model_length` is Mistral's for a full context, `max_tokens` is what some gateways leave of a provider's own. */
const CUT: ReadonlySet<string> = new Set(['length', 'max_tokens', 'model_length', 'content_filter']);
/** Differences of the server's count below this share are not worth telling. */
const WORTH_TELLING = 0.1;

export class ReplyReader {
  readonly #input: ReplyReaderInput;
  readonly #counter: DeltaCounter;
  readonly #words: PieceCounter | undefined;
  readonly #opensLate: boolean;
  #counted = 0;
  #thoughtTokens = 0;
  #thoughts = false;
  #chunk = 0;
  #billed = false;

  constructor(input: ReplyReaderInput) {
    this.#input = input;
    this.#counter = new DeltaCounter(input.memory.charactersPerToken);
    this.#words = input.tokenizer && new PieceCounter(input.tokenizer);
    this.#opensLate = input.parser.part === 'start';
  }

  /** Tokens of thought the server was told to end at; null: none. */
  get cap(): number | null {
    return this.#input.cap ?? null;
  }

  get endBias(): number {
    return this.#input.endBias ?? 0;
  }

  /** Share of the cap that has come; from 1 on the server is about to end the thoughts if it is left alone. */
  get capShare(): number {
    return this.cap === null ? 0 : this.#thoughtTokens / this.cap;
  }

  /** Ask the server to end the thoughts of this very reply. */
  async endThoughts(signal: AbortSignal): Promise<boolean> {
    const { endThoughts, stream } = this.#input;
    if (!endThoughts || stream.id === undefined || stream.finish !== null) return false;
    return await endThoughts(stream.id, signal);
  }

  /** The pieces of the next chunk; at the end of the reply the last one is marked `end` or `cut`. */
  async next(signal: AbortSignal): Promise<Piece[]> {
    const { stream, parser } = this.#input;
    const delta = await stream.next(signal);
    if (delta !== null) return this.#pieces(delta);
    const rest = this.rest();
    this.#settle();
    this.#bill();
    const cut = CUT.has(stream.finish ?? '');
    if (stream.finish === 'content_filter') this.#input.notify('content-filter', said('The server’s content filter ended the reply.'));
    return [...rest, { part: parser.part, text: '', count: 0, mark: cut ? 'cut' : 'end' }];
  }

  /** What was read but held back, when the stream breaks off. */
  rest(): Piece[] {
    const pieces = this.#input.parser.finish();
    return this.#words ? this.#took([...this.#words.take(pieces), ...this.#words.finish()]) : pieces;
  }

  abort(): void {
    this.#input.stream.abort();
    this.#bill();
  }

  /** What the request came to. Where it was hung up on, or the server does not tell, it is what Reins counted. */
  #bill(): void {
    const { stream, memory, promptTokens, purpose, thoughtsApart, onRequest } = this.#input;
    if (this.#billed || !stream.sent) return;
    this.#billed = true;
    const { usage } = stream;
    const completion = usage?.completionTokens;
    const whole = completion !== undefined && usage?.promptTokens !== undefined;
    const thinking = whole ? (usage.reasoningTokens ?? this.#thoughtTokens) : this.#thoughtTokens;
    const solution = whole ? completion - (thoughtsApart ? 0 : thinking) : this.#counted - this.#thoughtTokens;
    // Of several replies of one request the first has the prompt on its bill.
    const another = stream.shared === 'another';
    const prompt = another ? 0 : (usage?.promptTokens ?? promptTokens);
    const cached = another ? undefined : usage?.cachedTokens;
    // Replies that come together come slower than one alone.
    if (stream.shared === null) memory.speed.add({ prompt: prompt - (cached ?? 0), firstMs: stream.waited.first, tokens: this.#counted, restMs: stream.waited.rest });
    onRequest?.({ purpose, prompt, ...(another ? { shared: true as const } : {}), ...(cached === undefined ? {} : { cached }), thinking, solution: Math.max(0, solution), estimated: !whole });
  }

  #pieces(delta: Delta): Piece[] {
    this.#chunk += 1;
    const { tokens: listed, ids } = delta;
    // What is retold of thoughts is none of their tokens.
    if (delta.field === 'summary') return this.#push({ reasoning: delta.reasoning, content: delta.content }, 0, undefined, undefined);
    if (this.#words && ids === undefined && !listed?.length) return this.#took(this.#words.take(this.#input.parser.push({ reasoning: delta.reasoning, content: delta.content, count: 0 })));
    // The server's own tokens are the better count; what was held back comes before them.
    const before = this.#words ? this.#took(this.#words.finish()) : [];
    return [...before, ...this.#listed(delta)];
  }

  /** Pieces with the tokens that the server lists; where it lists none, with an estimate. */
  #listed(delta: Delta): Piece[] {
    const text = delta.reasoning + delta.content;
    const { tokens: listed, ids } = delta;
    // Where the server lists the tokens of a one-sided chunk, each becomes a piece with its own probability.
    if (listed && (delta.reasoning === '' || delta.content === '') && listed.map((token) => token.text).join('') === text) {
      const own = ids?.length === listed.length ? ids : undefined;
      return listed.flatMap((token, index) => {
        const id = own?.[index];
        return this.#push(delta.reasoning === '' ? { content: token.text } : { reasoning: token.text }, 1, id === undefined ? undefined : [id], token);
      });
    }
    const count = ids?.length ?? this.#counter.count(text.length, listed?.length);
    return this.#push({ reasoning: delta.reasoning, content: delta.content }, count, ids, listed?.length === 1 ? listed[0] : undefined);
  }

  #push(text: { reasoning?: string; content?: string }, count: number, ids: readonly number[] | undefined, token: ListedToken | undefined): Piece[] {
    this.#counted += count;
    const pieces = this.#input.parser.push({ ...text, count, ...(ids ? { ids } : {}) });
    for (const piece of pieces) this.#note(piece);
    const spoken = pieces.filter((piece) => piece.count > 0);
    const shared = ids !== undefined && ids.length > 1 && spoken.length > 1 ? { chunk: this.#chunk } : {};
    const confidence = tokenConfidence(token?.top);
    const least = leastEntropy(token?.top);
    const figures = { ...(token?.logprob == null ? {} : { logprob: token.logprob }), ...(confidence === undefined ? {} : { confidence }), ...(least === undefined ? {} : { leastEntropy: least }) };
    return pieces.map((piece) => ({ ...piece, ...(spoken.length === 1 && piece === spoken[0] ? figures : {}), ...(piece.count > 0 ? shared : {}) }));
  }

  /** Pieces that the tokenizer has counted. */
  #took(pieces: readonly ParsedPiece[]): Piece[] {
    for (const piece of pieces) {
      this.#counted += piece.count;
      this.#note(piece);
    }
    return [...pieces];
  }

  #note(piece: ParsedPiece): void {
    if (piece.mark === 'thinking-end' && this.#opensLate && !this.#thoughts) {
      this.#input.memory.noteUnopenedThoughts();
      this.#input.notify('unopened-thoughts', said('This model begins inside its thoughts without saying so; what came before its end tag was thought. Reins knows it from the next run on.'));
    }
    if (piece.part !== 'thinking') return;
    this.#thoughts = true;
    this.#thoughtTokens += piece.count;
  }

  /** The server's own count, where it comes: a correction for later estimates, and a word if it differs much. */
  #settle(): void {
    const { stream, memory, notify, promptCharacters } = this.#input;
    const { usage } = stream;
    if (!usage) return;
    if ((usage.cachedTokens ?? 0) > 0) memory.noteCached();
    if (promptCharacters !== undefined) memory.notePrompt(promptCharacters, usage);
    const completion = usage.completionTokens;
    if ((usage.reasoningTokens ?? 0) > 0 && this.#thoughtTokens === 0 && this.#opensLate) {
      notify('hidden-thoughts', said('The server spent {0} tokens on thoughts that it does not show; they could not be held to the budget.', usage.reasoningTokens ?? 0));
    } else if (completion !== undefined && Math.abs(completion - this.#counted) > Math.max(8, completion * WORTH_TELLING)) {
      notify('server-usage', this.#words ? said('The server counted {0} tokens for the last request; the tokenizer on this machine counted {1}. It may be another model’s, or not all that was generated is shown.', completion, this.#counted) : said('The server counted {0} tokens for the last request; Reins counted {1} (an estimate).', completion, this.#counted));
    }
  }
}
