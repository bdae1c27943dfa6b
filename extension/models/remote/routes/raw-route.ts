/**
 * With a prompt that Reins puts together itself, as tokens or as text: the server's template writes the question, and everything after it is the sequence
 * as it stands. Nothing is parsed or rewritten by the server, so going on is exact, and where it works with tokens so are all counts.
 */
import type { OpenOptions, RenderedPrompt } from '../../../reasoning/port.ts';
import type { CapabilityRecord } from '../capability-record.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Encoder } from '../piece-counter.ts';
import { ReplyReader } from '../reply-reader.ts';
import { ReplyStream } from '../reply-stream.ts';
import type { RawAccess, RenderedText } from '../servers/raw-access.ts';
import type { Share } from '../shared-replies.ts';
import type { ServerMemory } from '../server-memory.ts';
import { ThoughtParser } from '../thought-parser.ts';
import { countTokens } from '../token-estimate.ts';
import type { Tags, Transcript } from '../transcript.ts';
import type { Delta } from '../wire/delta.ts';
import type { Asked, Counted, Route } from './route.ts';

export interface RawRouteInput {
  readonly endpoint: Endpoint;
  readonly memory: ServerMemory;
  readonly record: CapabilityRecord;
  readonly access: RawAccess;
  readonly model: string;
  readonly open: OpenOptions;
  /** Tokens. */
  readonly contextLength: number;
  /** The model's, on this machine. */
  readonly tokenizer?: Encoder | undefined;
  /** The first reply is one of several of a single request. */
  readonly share?: Share | undefined;
}

export class RawRoute implements Route {
  readonly prompt: RenderedPrompt;
  readonly inPlace = true;
  readonly #input: RawRouteInput;
  readonly #rendered: RenderedText;
  /** Ids of the end tag where it is one token; otherwise empty. */
  readonly #closeId: readonly number[];

  /** Has the server write the prompt, which is also the first sign of whether this way still works. */
  static async open(input: RawRouteInput, signal: AbortSignal): Promise<RawRoute> {
    const { access, open, record } = input;
    // Some servers refuse to be asked for thoughts by a model that has none.
    const rendered = await access.render(open.messages, { think: open.think && record.thoughts !== 'none', effort: open.effort }, signal);
    const close = rendered.ids === null || access.tokenize === null ? [] : await access.tokenize(record.tags.close, signal);
    return new RawRoute(input, rendered, close.length === 1 ? close : []);
  }

  private constructor(input: RawRouteInput, rendered: RenderedText, closeId: readonly number[]) {
    this.#input = input;
    this.#rendered = rendered;
    this.#closeId = closeId;
    const { text, ids } = rendered;
    this.prompt = { text, tokens: ids?.length ?? this.#count(text), estimated: ids === null, opensThinking: input.open.think && endsOpen(text, input.record.tags) };
  }

  get biasesEnd(): boolean {
    return this.#closeId.length > 0;
  }

  begin(transcript: Transcript, asked: Asked): ReplyReader {
    const { endpoint, memory, access, model, open, record, share, tokenizer } = this.#input;
    const { step, notify, purpose } = asked;
    const shares = share !== undefined && access.several !== undefined && transcript.empty && purpose === 'run';
    const { part } = transcript;
    const said = transcript.clone();
    const endBias = this.biasesEnd && part === 'thinking' ? (step.endTagBias ?? 0) : 0;
    const wanted = step.confidence === true ? record.topLogprobs : step.logprob === true ? 0 : undefined;
    const stream = new ReplyStream({
      endpoint,
      tolerance: memory.tolerance,
      model,
      notify,
      hurried: purpose === 'probe',
      ...(shares ? { share: { ...share, field: access.several } } : {}),
      request: async (signal) => {
        const request = access.request({
          prompt: await this.#sequence(said, signal),
          limit: this.#limit(said, asked),
          step,
          logprobs: record.logprobs ? wanted : undefined,
          bias: endBias === 0 ? [] : this.#closeId.map((id) => ({ id, value: endBias })),
        });
        return { ...request, read: (value) => this.#spellTags(request.read(value)) };
      },
    });
    return new ReplyReader({ stream, parser: new ThoughtParser({ part, skipOpening: part === 'thinking', tags: record.tags }), memory, notify, endBias, purpose, promptTokens: transcript.position, tokenizer, onRequest: open.onRequest });
  }

  async count(text: string, signal: AbortSignal): Promise<Counted> {
    const { access } = this.#input;
    if (this.#rendered.ids === null || access.tokenize === null) return { tokens: this.#count(text) };
    const ids = await access.tokenize(text, signal);
    return { tokens: ids.length, ids };
  }

  /** There is no lesser way on from here: the sequence lives in tokens. */
  giveWay(): boolean {
    return false;
  }

  async #sequence(said: Transcript, signal: AbortSignal): Promise<{ ids: readonly number[] } | { text: string }> {
    const { text, ids } = this.#rendered;
    const { tokenize } = this.#input.access;
    if (ids === null || tokenize === null) return { text: text + said.said().written };
    const known = said.ids();
    if (known !== null) return { ids: [...ids, ...known] };
    // A chunk of several tokens was taken apart: the text is certain, so it is read anew.
    const { written } = said.said();
    return { ids: written === '' ? ids : [...ids, ...(await tokenize(written, signal))] };
  }

  #limit(said: Transcript, { step, limit }: Asked): number {
    const { open, contextLength } = this.#input;
    const thoughts = said.part === 'answer' || !open.think ? 0 : (step.thinkingLeft ?? open.limits.thinking);
    const left = contextLength - said.position;
    return Math.max(1, Math.min(limit ?? thoughts + open.limits.solution, left));
  }

  /** Some servers leave special tokens out of the text; the end tag must not go with them. */
  #spellTags(delta: Delta | null): Delta | null {
    if (delta === null || delta.content !== '' || delta.ids?.length !== 1 || delta.ids[0] !== this.#closeId[0]) return delta;
    return { ...delta, content: this.#input.record.tags.close };
  }

  #count(text: string): number {
    return countTokens(text, this.#input.tokenizer, this.#input.memory.charactersPerToken);
  }
}

/** The template has written the open tag and nothing after it. */
export function endsOpen(prompt: string, { open }: Tags): boolean {
  return prompt.trimEnd().endsWith(open);
}
