/**
 * Over /chat/completions (or OpenAI's /responses): the server writes the prompt. A limit on thinking goes along where the server has one. A begun reply is
 * gone on with in place where the server takes one, otherwise by asking again with the thoughts quoted, which is said in a notice.
 */
import type { OpenOptions, RenderedPrompt } from '../../../reasoning/port.ts';
import { showsThoughts, type CapabilityRecord, type PrefixStyle } from '../capability-record.ts';
import type { Endpoint, WireRequest } from '../endpoint.ts';
import type { Encoder } from '../piece-counter.ts';
import { ReplyReader } from '../reply-reader.ts';
import { ReplyStream } from '../reply-stream.ts';
import type { ServerKind } from '../servers/server-kind.ts';
import type { Share } from '../shared-replies.ts';
import type { ServerMemory } from '../server-memory.ts';
import { ThoughtParser, type ParserOptions } from '../thought-parser.ts';
import { countTokens } from '../token-estimate.ts';
import { said } from '../../../trace/said.ts';
import type { Said, Transcript } from '../transcript.ts';
import { readChatChunk } from '../wire/chat.ts';
import { readResponseEvent } from '../wire/responses.ts';
import { endThoughts } from './control.ts';
import { askAgainTurn, chatBody, firstTurn, prefixTurn, responsesBody, type RequestInput, type Turn } from './requests.ts';
import type { Asked, Counted, Route } from './route.ts';

export interface ChatRouteInput {
  readonly endpoint: Endpoint;
  readonly memory: ServerMemory;
  readonly kind: ServerKind;
  readonly record: CapabilityRecord;
  readonly model: string;
  readonly open: OpenOptions;
  /** Tokens. */
  readonly contextLength: number;
  /** The model's, on this machine. */
  readonly tokenizer?: Encoder | undefined;
  /** The first reply is one of several of a single request. */
  readonly share?: Share | undefined;
}

/** Tokens of the template around a message, about. */
const PER_MESSAGE = 4;
/** An estimate of what is there may be this much too small. */
const ESTIMATE_MARGIN = 1.1;

export class ChatRoute implements Route {
  readonly prompt: RenderedPrompt;
  readonly biasesEnd = false;
  readonly #input: ChatRouteInput;
  /** Null once the server has refused a begun reply. */
  #prefix: PrefixStyle | null;

  constructor(input: ChatRouteInput) {
    this.#input = input;
    this.#prefix = showsThoughts(input.record) ? input.record.prefix : null;
    const { messages, think } = input.open;
    const text = messages.map((message) => `${message.role}:\n${message.content}`).join('\n\n');
    const tokens = messages.reduce((sum, message) => sum + PER_MESSAGE + this.#count(message.content), 0);
    this.prompt = { text, tokens, estimated: true, opensThinking: think && input.record.opensThinking };
  }

  get inPlace(): boolean {
    return this.#prefix !== null;
  }

  begin(transcript: Transcript, asked: Asked): ReplyReader {
    if (transcript.empty && !asked.answerOnly) return this.#first(transcript, asked);
    const style = this.#prefix;
    const opensAnswer = transcript.part === 'answer' && transcript.said().answer.trim() === '';
    return style === null || asked.answerOnly || (opensAnswer && !this.#input.record.closes) ? this.#again(transcript, asked) : this.#onward(transcript, asked, style);
  }

  count(text: string): Promise<Counted> {
    return Promise.resolve({ tokens: this.#count(text) });
  }

  giveWay(): boolean {
    if (this.#prefix === null) return false;
    this.#prefix = null;
    this.#input.memory.noteNoPrefix();
    return true;
  }

  #first(transcript: Transcript, asked: Asked): ReplyReader {
    const input = this.#request(transcript, asked);
    return this.#read(input, transcript, firstTurn(input), { part: transcript.part }, asked, { share: this.#input.share });
  }

  #onward(transcript: Transcript, asked: Asked, style: PrefixStyle): ReplyReader {
    const { record } = this.#input;
    const before = transcript.said();
    const { part } = transcript;
    const input = this.#request(transcript, asked);
    const parser = { part, reasoningIsAnswer: part === 'answer' && record.continuedAnswer === 'field', skipOpening: before.inThoughts, field: record.continuedThoughts === 'field' };
    return this.#read(input, transcript, prefixTurn(input, before, style), parser, asked, { beside: this.#input.kind.prefixPath });
  }

  #again(transcript: Transcript, asked: Asked): ReplyReader {
    const { record, endpoint } = this.#input;
    const before = transcript.said();
    asked.notify('asked-again', againSentence(endpoint.address.host, before, record, this.#prefix !== null));
    const input = this.#request(transcript, asked);
    const parser = { part: transcript.part, skipOpening: before.inThoughts, field: record.continuedThoughts === 'field' };
    return this.#read(input, transcript, askAgainTurn(input, before), parser, asked);
  }

  #request(transcript: Transcript, asked: Asked): RequestInput {
    const { model, open, record, kind, contextLength } = this.#input;
    // Tokens the context still holds, about. Some servers refuse a limit beyond it.
    const left = contextLength - Math.ceil(transcript.position * ESTIMATE_MARGIN);
    return { model, open, step: asked.step, record, extras: kind.extras, left, ...(asked.limit === undefined ? {} : { limit: asked.limit }) };
  }

  #read(input: RequestInput, transcript: Transcript, turn: Turn, parser: ParserOptions, { notify, purpose }: Asked, { beside, share }: { readonly beside?: string | undefined; readonly share?: Share | undefined } = {}): ReplyReader {
    const { endpoint, memory, kind, model, open, record } = this.#input;
    const responses = record.api === 'responses';
    const body = responses ? responsesBody(input, turn) : chatBody(input, turn);
    const path = beside === undefined ? (responses ? '/responses' : '/chat/completions') : endpoint.beside(beside);
    const request: WireRequest = { path, body, format: 'events', read: responses ? readResponseEvent : readChatChunk };
    const stream = new ReplyStream({ endpoint, tolerance: memory.tolerance, model, request: () => Promise.resolve(request), notify, hurried: purpose === 'probe', ...(share && purpose === 'run' ? { share: { ...share, field: 'n' } } : {}) });
    return new ReplyReader({
      stream,
      parser: new ThoughtParser({ ...parser, tags: record.tags }),
      memory,
      notify,
      promptCharacters: turn.messages.reduce((sum, { content }) => sum + (typeof content === 'string' ? content.length : 0), 0),
      promptTokens: transcript.position,
      tokenizer: this.#input.tokenizer,
      ...(kind.thoughtsApart ? { thoughtsApart: true } : {}),
      purpose,
      onRequest: open.onRequest,
      cap: turn.cap,
      ...(record.control ? { endThoughts: (id, signal) => endThoughts(endpoint, model, id, signal) } : {}),
    });
  }

  #count(text: string): number {
    return countTokens(text, this.#input.tokenizer, this.#input.memory.charactersPerToken);
  }
}

function againSentence(host: string, { inThoughts }: Said, record: CapabilityRecord, continues: boolean): string {
  if (!showsThoughts(record)) return said('{0} does not show its thoughts, so they could not be kept: Reins asked again for the answer, with as little thinking as the server can be told.', host);
  if (continues) return said('{0} would think on from the thoughts it is given, so Reins asked again for the answer, with the thoughts quoted in the question and thinking turned off.', host);
  return inThoughts
    ? said('{0} cannot continue a reply that has begun, so Reins asked again with the thoughts so far quoted in the question.', host)
    : said('{0} cannot continue a reply that has begun, so Reins asked again for the answer, with the thoughts quoted in the question and thinking turned off.', host);
}
