/** A session of a local model: the port's verbs over a token sequence. */
import { ReasoningError } from '../../reasoning/errors.ts';
import type { HiddenChunk, Probe, ProbeOptions, RenderedPrompt, Score, ScoreOptions, Session, StepOptions, Token } from '../../reasoning/port.ts';
import { ChunkMeans } from './chunk-means.ts';
import type { Decoder } from './decoder.ts';
import { Detokenizer } from './detokenizer.ts';
import { statsOf } from './logits.ts';
import { figuresOf, judgementOf } from './token-figures.ts';
import { Random } from './random.ts';
import { sample } from './sampler.ts';
import { Sequence, type FeedWants } from './sequence.ts';
import { TagMatcher, type Tag } from './tag-matcher.ts';
import type { TextTokenizer } from './text-tokenizer.ts';

/** What all sessions of a model share. */
export interface SessionParts {
  readonly decoder: Decoder;
  readonly tokenizer: TextTokenizer;
  readonly tags: readonly Tag[];
  /** First token of the end tag, which a bias raises or lowers. */
  readonly endTagId: number | undefined;
  readonly endIds: ReadonlySet<number>;
  readonly contextLength: number;
}

/** Everything that a probe puts back and a fork copies. */
interface State {
  sequence: Sequence;
  text: Detokenizer;
  matcher: TagMatcher;
  random: { seed: number; generator: Random } | undefined;
  finished: 'end' | 'cut' | undefined;
  /** Text that did not fit any more; the next step says so. */
  full: boolean;
  /** Where tags of several tokens stand, so that a rewind never leaves half of one. */
  tags: readonly { readonly from: number; readonly to: number }[];
}

export class LocalSession implements Session {
  readonly prompt: RenderedPrompt;
  readonly #parts: SessionParts;
  #state: State | undefined;

  constructor(parts: SessionParts, prompt: RenderedPrompt, state: State) {
    this.#parts = parts;
    this.prompt = prompt;
    this.#state = state;
  }

  static start(parts: SessionParts, prompt: RenderedPrompt, ids: readonly number[]): LocalSession {
    const text = new Detokenizer((tokens) => parts.tokenizer.decode(tokens));
    text.reset(ids);
    return new LocalSession(parts, prompt, { sequence: new Sequence(parts.decoder, ids), text, matcher: new TagMatcher(parts.tags), random: undefined, finished: undefined, full: false, tags: [] });
  }

  get position(): number {
    return this.#open.sequence.length;
  }

  async step(options: StepOptions, signal: AbortSignal): Promise<Token> {
    const state = this.#open;
    signal.throwIfAborted();
    if (this.#mustCut(state)) return cut(state);
    const means = await state.sequence.feed(signal, wantsOf(options));
    return this.#choose(state, options, means);
  }

  /** Advance several sessions of one model by one token each; those of equal length go in one run. Results in the same order. */
  static async tick(steps: readonly { readonly session: LocalSession; readonly options: StepOptions }[], signal: AbortSignal): Promise<Token[]> {
    signal.throwIfAborted();
    const means = new Map<LocalSession, Float32Array[] | undefined>();
    const batches = new Map<number, typeof steps>();
    for (const step of steps) {
      const state = step.session.#open;
      if (step.session.#mustCut(state) || !state.sequence.oneLeft) continue;
      batches.set(state.sequence.fed, [...(batches.get(state.sequence.fed) ?? []), step]);
    }
    for (const batch of batches.values()) {
      if (batch.length < 2) continue;
      const results = await Sequence.feedTogether(batch.map(({ session }) => session.#open.sequence), batch.map(({ options }) => wantsOf(options)));
      batch.forEach(({ session }, i) => means.set(session, results[i]));
    }
    const tokens: Token[] = [];
    for (const { session, options } of steps) {
      const state = session.#open;
      if (session.#mustCut(state)) tokens.push(cut(state));
      else tokens.push(session.#choose(state, options, means.get(session) ?? (await state.sequence.feed(signal, wantsOf(options)))));
    }
    return tokens;
  }

  /**
   * Text that does not fit into the context any more is not written; the next step says `cut`.
   * Half a tag or half a character that was being held back is dropped from the stream (its tokens stay).
   */
  append(text: string, signal: AbortSignal): Promise<number> {
    const state = this.#open;
    signal.throwIfAborted();
    const ids = this.#parts.tokenizer.encodeContinuation(text);
    return Promise.resolve(this.#write(state, ids));
  }

  /** A position inside a tag of several tokens goes to its beginning; see `position` afterwards. */
  rewind(position: number): Promise<void> {
    const state = this.#open;
    if (!Number.isInteger(position) || position < this.prompt.tokens || position > state.sequence.length) {
      throw new ReasoningError('internal', `Cannot go back to token ${position}: the session holds tokens ${this.prompt.tokens} to ${state.sequence.length}.`);
    }
    const tag = state.tags.find(({ from, to }) => position > from && position < to);
    const target = tag ? tag.from : position;
    state.tags = state.tags.filter(({ to }) => to <= target);
    state.sequence.rewind(target);
    state.text.reset(state.sequence.tail(target, 1));
    state.matcher.flush();
    state.finished = undefined;
    state.full = false;
    return Promise.resolve();
  }

  async probe(text: string, options: ProbeOptions, signal: AbortSignal): Promise<Probe> {
    const before = this.#open;
    const trial = copyOf(before);
    this.#state = trial;
    try {
      return await this.#tryOut(trial, text, options, signal);
    } finally {
      this.#state = before;
    }
  }

  /** Scores as much of the text as the context has room for. The session stays as it is. */
  async score(text: string, signal: AbortSignal, { hiddenChunk }: ScoreOptions = {}): Promise<Score> {
    const state = this.#open;
    const room = Math.max(0, this.#parts.contextLength - state.sequence.length);
    const ids = this.#parts.tokenizer.encodeContinuation(text).slice(0, room);
    const logprobs: number[] = [];
    const entropies: number[] = [];
    const chunks: HiddenChunk[] = [];
    const sums = new ChunkMeans();
    const { vocab, givesHidden } = this.#parts.decoder;
    const size = givesHidden ? hiddenChunk : undefined;
    for await (const piece of state.sequence.look(ids, signal, size !== undefined)) {
      for (let row = 0; row < piece.logits.length; row += vocab) {
        const logits = piece.logits.subarray(row, row + vocab);
        const stats = statsOf(logits);
        logprobs.push(logits[ids[logprobs.length]!]! - stats.logSumExp);
        entropies.push(stats.entropy);
      }
      for (let row = 0; size !== undefined && piece.hidden && row < piece.tokens; row += 1) {
        const means = sums.add(piece.hidden, row, piece.tokens, row, size);
        if (means) chunks.push({ means, tokens: size });
      }
    }
    const rest = sums.rest();
    return { tokens: ids.length, logprobs, entropies, ...(size === undefined ? {} : { hidden: rest ? [...chunks, rest] : chunks }) };
  }

  async read(text: string, signal: AbortSignal): Promise<HiddenChunk | null> {
    const state = this.#open;
    const ids = this.#parts.tokenizer.encodeContinuation(text);
    if (!this.#parts.decoder.givesHidden || ids.length === 0 || state.sequence.length + ids.length >= this.#parts.contextLength) return null;
    const sums = new ChunkMeans();
    for await (const { tokens, hidden } of state.sequence.read(ids, signal)) {
      for (let row = 0; row < tokens; row += 1) sums.add(hidden, row, tokens, row, Infinity);
    }
    state.text.reset(state.sequence.tail(state.sequence.length, 1));
    state.matcher.flush();
    return sums.rest();
  }

  hiddenRest(): HiddenChunk | null {
    return this.#open.sequence.rest;
  }

  fork(): Promise<LocalSession> {
    return Promise.resolve(new LocalSession(this.#parts, this.prompt, copyOf(this.#open)));
  }

  close(): Promise<void> {
    this.#state?.sequence.release();
    this.#state = undefined;
    return Promise.resolve();
  }

  get #open(): State {
    if (!this.#state) throw new ReasoningError('internal', 'This session is closed.');
    return this.#state;
  }

  #mustCut(state: State): boolean {
    if (state.finished) throw new ReasoningError('internal', 'This session has ended; go back before its end to continue.');
    return state.full || state.sequence.length >= this.#parts.contextLength;
  }

  #write(state: State, ids: readonly number[]): number {
    if (state.sequence.length + ids.length > this.#parts.contextLength) {
      state.full = true;
      return 0;
    }
    state.sequence.write(ids);
    state.text.reset(state.sequence.tail(state.sequence.length, 1));
    state.matcher.flush();
    state.finished = undefined;
    return ids.length;
  }

  #choose(state: State, options: StepOptions, hiddenChunk: Float32Array[] | undefined): Token {
    const logits = state.sequence.logits!;
    if (state.random?.seed !== options.seed) state.random = { seed: options.seed, generator: Random.seeded(options.seed) };
    const bias = options.endTagBias && this.#parts.endTagId !== undefined ? { id: this.#parts.endTagId, value: options.endTagBias } : undefined;
    const id = sample(logits, options.sampler, state.random.generator, bias);
    const { heads } = state.sequence;
    state.sequence.choose(id);
    return {
      id,
      count: 1,
      ...this.#read(state, id),
      ...figuresOf(logits, id, options),
      ...(heads ? judgementOf(logits, heads, options) : {}),
      ...(hiddenChunk ? { hiddenChunk } : {}),
    };
  }

  /** Text and mark of a chosen token. */
  #read(state: State, id: number): Pick<Token, 'text' | 'mark'> {
    if (this.#parts.endIds.has(id)) {
      state.finished = 'end';
      return { text: state.matcher.flush() + state.text.flush(), mark: 'end' };
    }
    const { text, mark, tokens = 0 } = state.matcher.push(id, state.text.push(id));
    if (!mark) return { text };
    const to = state.sequence.length;
    if (tokens > 1) state.tags = [...state.tags, { from: to - tokens, to }];
    return { text, mark };
  }

  async #tryOut(trial: State, text: string, options: ProbeOptions, signal: AbortSignal): Promise<Probe> {
    const injected = this.#write(trial, this.#parts.tokenizer.encodeContinuation(text));
    if (this.#mustCut(trial)) return { text: '', injected, generated: 0, ended: false, logprobs: [], lengths: [] };
    await trial.sequence.feed(signal);
    const { entropy } = statsOf(trial.sequence.logits!);
    let written = '';
    const logprobs: number[] = [];
    const lengths: number[] = [];
    let ended = false;
    let closed = false;
    const stopped = (): boolean => options.stopAt?.some((stop) => written.includes(stop)) === true;
    while (!ended && !stopped() && logprobs.length < options.limit && !this.#mustCut(trial)) {
      const token = await this.step({ sampler: options.sampler, seed: options.seed, logprob: true }, signal);
      written += token.text;
      logprobs.push(token.logprob ?? 0);
      lengths.push(token.text.length);
      ended = token.mark === 'end';
      closed ||= token.mark === 'thinking-end';
    }
    const held = ended ? '' : trial.matcher.flush() + trial.text.flush();
    if (lengths.length > 0) lengths.push(lengths.pop()! + held.length);
    return { text: written + held, injected, generated: logprobs.length, ended, closed, logprobs, lengths, entropy };
  }
}

function cut(state: State): Token {
  state.finished = 'cut';
  return { text: state.matcher.flush() + state.text.flush(), count: 0, mark: 'cut' };
}

function wantsOf({ hiddenChunk, selfEvaluation, remainingLength, earlyExits }: StepOptions): FeedWants {
  const heads = selfEvaluation || remainingLength || earlyExits ? { selfEvaluation: selfEvaluation === true, remainingLength: remainingLength === true, earlyExits: earlyExits === true } : undefined;
  return { chunk: hiddenChunk, heads };
}

function copyOf(state: State): State {
  const { random } = state;
  return {
    ...state,
    sequence: state.sequence.copy(),
    text: state.text.copy(),
    matcher: state.matcher.copy(),
    random: random && { seed: random.seed, generator: random.generator.copy() },
  };
}
