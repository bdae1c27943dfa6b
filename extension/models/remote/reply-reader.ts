/** From one streamed reply to pieces of the sequence: thoughts and answer apart, tokens counted, the end named. */
import type { ChatStream, Notify } from './chat-stream.ts';
import type { ChatBody } from './endpoint.ts';
import type { ServerMemory } from './server-capabilities.ts';
import type { ParsedPiece, ThoughtParser } from './thought-parser.ts';
import { DeltaCounter } from './token-estimate.ts';
import type { Piece } from './transcript.ts';
import type { Delta } from './wire.ts';

export interface ReplyReaderInput {
  readonly stream: ChatStream;
  readonly parser: ThoughtParser;
  readonly memory: ServerMemory;
  readonly notify: Notify;
  readonly body: ChatBody;
}

/** Differences of the server's count below this share are not worth telling. */
const WORTH_TELLING = 0.1;

export class ReplyReader {
  readonly #input: ReplyReaderInput;
  readonly #counter: DeltaCounter;
  readonly #opensLate: boolean;
  #counted = 0;
  #thoughts = false;

  constructor(input: ReplyReaderInput) {
    this.#input = input;
    this.#counter = new DeltaCounter(input.memory.charactersPerToken);
    this.#opensLate = input.parser.part === 'start';
  }

  /** The pieces of the next chunk; at the end of the reply the last one is marked `end` or `cut`. */
  async next(signal: AbortSignal): Promise<Piece[]> {
    const { stream, parser } = this.#input;
    const delta = await stream.next(signal);
    if (delta !== null) return this.#pieces(delta);
    this.#settle();
    const cut = stream.finish === 'length' || stream.finish === 'content_filter';
    if (stream.finish === 'content_filter') this.#input.notify('content-filter', 'The server’s content filter ended the reply.');
    return [...parser.finish(), { part: parser.part, text: '', count: 0, mark: cut ? 'cut' : 'end' }];
  }

  /** What was read but held back, when the stream breaks off. */
  rest(): Piece[] {
    return this.#input.parser.finish();
  }

  abort(): void {
    this.#input.stream.abort();
  }

  #pieces(delta: Delta): Piece[] {
    const text = delta.reasoning + delta.content;
    const listed = delta.tokens;
    // Where the server lists the tokens of a one-sided chunk, each becomes a piece with its own probability.
    if (listed && (delta.reasoning === '' || delta.content === '') && listed.map((token) => token.text).join('') === text) {
      return listed.flatMap((token) => this.#push(delta.reasoning === '' ? { content: token.text } : { reasoning: token.text }, 1, token.logprob ?? undefined));
    }
    const only = listed?.length === 1 ? (listed[0]?.logprob ?? undefined) : undefined;
    return this.#push({ reasoning: delta.reasoning, content: delta.content }, this.#counter.count(text.length, listed?.length), only);
  }

  #push(text: { reasoning?: string; content?: string }, count: number, logprob: number | undefined): Piece[] {
    this.#counted += count;
    const pieces = this.#input.parser.push({ ...text, count });
    for (const piece of pieces) this.#notice(piece);
    const spoken = pieces.filter((piece) => piece.count > 0);
    return pieces.map((piece) => (logprob !== undefined && spoken.length === 1 && piece === spoken[0] ? { ...piece, logprob } : piece));
  }

  #notice(piece: ParsedPiece): void {
    if (piece.mark === 'thinking-end' && this.#opensLate && !this.#thoughts) {
      this.#input.memory.noteUnopenedThoughts();
      this.#input.notify('unopened-thoughts', 'This model begins inside its thoughts without saying so; what came before its end tag was thought. Reins knows it from the next run on.');
    }
    if (piece.part === 'thinking') this.#thoughts = true;
  }

  /** The server's own count, where it comes: a correction for later estimates, and a word if it differs much. */
  #settle(): void {
    const { stream, memory, notify, body } = this.#input;
    const { usage } = stream;
    if (!usage) return;
    memory.notePrompt(promptCharacters(body), usage);
    if ((usage.reasoningTokens ?? 0) > 0 && !this.#thoughts && this.#opensLate) {
      notify('hidden-thoughts', `The server spent ${usage.reasoningTokens} tokens on thoughts that it does not show; they could not be held to the budget.`);
    } else if (usage.completionTokens !== undefined && Math.abs(usage.completionTokens - this.#counted) > Math.max(8, usage.completionTokens * WORTH_TELLING)) {
      notify('server-usage', `The server counted ${usage.completionTokens} tokens for the last request; Reins counted ${this.#counted} (an estimate).`);
    }
  }
}

function promptCharacters(body: ChatBody): number {
  const messages = Array.isArray(body['messages']) ? (body['messages'] as { content?: unknown }[]) : [];
  return messages.reduce((sum, message) => sum + (typeof message.content === 'string' ? message.content.length : 0), 0);
}
