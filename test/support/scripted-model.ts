/** A model that says what a script says, token by token, behind the real port. For tests of the heart, where every token must be known. */
import type { Calibration } from '../../extension/reasoning/calibration.ts';
import type { Capabilities, Model, ModelCard, HiddenChunk, OpenOptions, Probe, ProbeOptions, RenderedPrompt, Score, Session, StepOptions, ThinkingFormat, Token } from '../../extension/reasoning/port.ts';

export const OPEN = '<think>';
export const CLOSE = '</think>';

export interface Script {
  /** What the model would think, a token each, before it closes its thoughts itself. */
  readonly thoughts: readonly string[];
  /** What it answers in later turns, first to last; the last one stays. Absent: what it answered first. */
  readonly laterAnswers?: readonly (readonly string[])[];
  /** What it answers, given how many of its thoughts it has had. May contain tags (they become marks). */
  readonly answer: (thoughtsHad: number) => readonly string[];
  readonly contextLength?: number;
  readonly promptTokens?: number;
  /** The prompt is as long as its messages. */
  readonly countsPrompt?: boolean;
  readonly opensThinking?: boolean;
  readonly thinks?: boolean;
  readonly capabilities?: Partial<Capabilities>;
  readonly effort?: ModelCard['effort'];
  readonly fullThinkingTokens?: number;
  /** Tokens behind each step, as a server's chunks may hold several. */
  readonly chunk?: number;
  /** Steps before which the model waits until told to go on (a slow server). */
  readonly stallAt?: number;
  /** The model ends its turn inside its thoughts instead of closing them. */
  readonly endsInsideThoughts?: boolean;
  /** The model does not open thoughts although it could: it answers at once. */
  readonly direct?: boolean;
  /** Given with every token. */
  readonly logprob?: number;
  readonly entropy?: number;
  /** More figures, by how many thoughts there are before the token; only those that were asked for come. */
  readonly figures?: (thoughtsHad: number) => Pick<Token, 'confidence' | 'hiddenChunk' | 'selfEvaluation' | 'remainingLength' | 'earlyExits'>;
  /** States of the chunk that is not complete when the thoughts end. */
  readonly hiddenRest?: HiddenChunk;
  /** Probability of each token of a trial answer, by how many thoughts there are. Absent: the model does not tell. */
  readonly trialProbability?: (thoughtsHad: number) => number;
  /** Entropy right after a probe's text, likewise. */
  readonly trialEntropy?: (thoughtsHad: number) => number;
  /** What the model would say when asked for a short answer inside its thoughts. */
  readonly hinted?: (thoughtsHad: number) => readonly string[];
  readonly format?: Partial<ThinkingFormat>;
  /** The end tag comes by itself once it is favoured by this much. */
  readonly endsAtBias?: number;
  readonly hash?: string;
  readonly calibration?: Calibration;
  readonly tokenCounts?: ModelCard['tokenCounts'];
  /** Told when the session is opened. */
  readonly notice?: string;
  /** Throw this when a session is to be opened. */
  readonly openError?: Error;
  /** Throw this at the given step. */
  readonly failAt?: { readonly step: number; readonly error: Error };
}

const yes = { available: true } as const;
const no = { available: false, reason: 'The scripted model cannot do that.' } as const;

export class ScriptedModel implements Model {
  readonly card: ModelCard;
  readonly calibration: Calibration | undefined;
  readonly script: Script;
  readonly sessions: ScriptedSession[] = [];
  lastOpen: OpenOptions | null = null;

  constructor(script: Script) {
    this.script = script;
    this.calibration = script.calibration;
    this.card = {
      id: 'scripted',
      name: 'Scripted',
      backend: 'local',
      contextLength: script.contextLength ?? 100_000,
      thinking: script.thinks === false ? null : { open: OPEN, close: CLOSE, closingPhrase: '\n', afterClose: '\n\n', ...script.format },
      ...(script.hash === undefined ? {} : { hash: script.hash }),
      effort: script.effort ?? 'trained',
      ...(script.fullThinkingTokens === undefined ? {} : { fullThinkingTokens: script.fullThinkingTokens }),
      tokenCounts: script.tokenCounts ?? 'exact',
      capabilities: {
        endThinking: 'exact', probe: yes, rewind: yes, append: yes, logprobs: no, entropy: no, hiddenStates: no, score: no, fork: no,
        ...script.capabilities,
      },
      defaultSampler: { temperature: 0 },
    };
  }

  open(options: OpenOptions): Promise<Session> {
    this.lastOpen = options;
    if (this.script.openError) return Promise.reject(this.script.openError);
    if (this.script.notice) options.onNotice?.('scripted', this.script.notice);
    const later = this.script.laterAnswers;
    const turn = this.sessions.length;
    const said = later && turn > 0 ? later[Math.min(turn, later.length) - 1] : undefined;
    const long = this.script.countsPrompt ? { promptTokens: options.messages.reduce((sum, { content }) => sum + piecesOf(content).length, 0) } : {};
    const session = new ScriptedSession(said || this.script.countsPrompt ? { ...this.script, ...long, ...(said ? { answer: () => said } : {}) } : this.script);
    this.sessions.push(session);
    return Promise.resolve(session);
  }

  tick(steps: readonly { session: Session; options: StepOptions }[], signal: AbortSignal): Promise<Token[]> {
    return Promise.all(steps.map(({ session, options }) => session.step(options, signal)));
  }

  countTokens(text: string): number {
    return piecesOf(text).length;
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

interface Piece {
  readonly text: string;
  readonly by: 'model' | 'injected';
  readonly count: number;
}

export class ScriptedSession implements Session {
  readonly prompt: RenderedPrompt;
  pieces: Piece[] = [];
  closed = false;
  steps = 0;
  /** The options of every step. */
  readonly asked: StepOptions[] = [];
  readonly #script: Script;
  #goOn: (() => void) | null = null;

  constructor(script: Script) {
    this.#script = script;
    this.prompt = { text: 'prompt', tokens: script.promptTokens ?? 10, estimated: false, opensThinking: script.thinks !== false && script.opensThinking !== false };
  }

  get position(): number {
    return this.prompt.tokens + this.pieces.reduce((sum, piece) => sum + piece.count, 0);
  }

  /** The whole sequence after the prompt, as text. */
  get text(): string {
    return this.pieces.map((piece) => piece.text).join('');
  }

  /** Let a stalled step go on. */
  proceed(): void {
    this.#goOn?.();
  }

  async step(options: StepOptions, signal: AbortSignal): Promise<Token> {
    signal.throwIfAborted();
    if (this.#script.failAt?.step === this.steps) throw this.#script.failAt.error;
    if (this.#script.stallAt === this.steps) {
      await new Promise<void>((resolve, reject) => {
        this.#goOn = resolve;
        signal.addEventListener('abort', () => reject(new DOMException('interrupted', 'AbortError')), { once: true });
      });
    }
    this.steps += 1;
    const { logprob, entropy } = this.#script;
    this.asked.push(options);
    const token = { ...this.#next(options), ...(logprob === undefined ? {} : { logprob }), ...(entropy === undefined ? {} : { entropy }), ...this.#figures(options) };
    this.pieces.push({ text: token.mark === 'thinking-end' ? CLOSE : token.mark === 'thinking-start' ? OPEN : token.text, by: 'model', count: token.count });
    return token;
  }

  /** Only what was asked for. */
  #figures(options: StepOptions): Partial<Token> {
    const { confidence, hiddenChunk, selfEvaluation, remainingLength, earlyExits } = this.#script.figures?.(this.#thoughtsHad(this.pieces)) ?? {};
    return {
      ...(options.confidence && confidence !== undefined ? { confidence } : {}),
      ...(options.hiddenChunk !== undefined && hiddenChunk ? { hiddenChunk } : {}),
      ...(options.selfEvaluation && selfEvaluation !== undefined ? { selfEvaluation } : {}),
      ...(options.remainingLength && remainingLength ? { remainingLength } : {}),
      ...(options.earlyExits && earlyExits ? { earlyExits } : {}),
    };
  }

  hiddenRest(): HiddenChunk | null {
    return this.#script.hiddenRest ?? null;
  }

  #next(options: StepOptions): Token {
    const all = this.text;
    const count = this.#script.chunk ?? 1;
    const opened = this.prompt.opensThinking || all.includes(OPEN);
    if (!opened && this.#script.thinks !== false && this.#script.opensThinking === false && this.#script.direct !== true && this.pieces.length === 0) return { text: OPEN, count: 1, mark: 'thinking-start' };
    const closedAt = this.pieces.findIndex((piece) => piece.text.includes(CLOSE));
    if (opened && closedAt < 0) {
      const had = this.#thoughtsHad(this.pieces);
      const thought = this.#script.thoughts[had];
      const favoured = this.#script.endsAtBias !== undefined && (options.endTagBias ?? 0) >= this.#script.endsAtBias;
      if (thought !== undefined && !favoured) return { text: thought, count };
      if (options.endTagBias !== undefined && options.endTagBias < -100) return { text: 'more ', count };
      return this.#script.endsInsideThoughts ? { text: '', count: 1, mark: 'end' } : { text: CLOSE, count: 1, mark: 'thinking-end' };
    }
    const had = this.#thoughtsHad(this.pieces.slice(0, Math.max(0, closedAt)));
    const answer = this.#script.answer(had);
    const piece = answer[this.pieces.length - 1 - Math.max(-1, closedAt)];
    if (piece === undefined) return { text: '', count: 1, mark: 'end' };
    if (piece === CLOSE) return { text: CLOSE, count: 1, mark: 'thinking-end' };
    if (piece === OPEN) return { text: OPEN, count: 1, mark: 'thinking-start' };
    return { text: piece, count };
  }

  #thoughtsHad(pieces: readonly Piece[]): number {
    return pieces.filter((piece) => piece.by === 'model' && piece.text !== OPEN).length;
  }

  append(text: string): Promise<number> {
    const count = piecesOf(text).length;
    this.pieces.push({ text, by: 'injected', count });
    return Promise.resolve(count);
  }

  rewind(position: number): Promise<void> {
    while (this.position > position) this.pieces.pop();
    return Promise.resolve();
  }

  async probe(text: string, options: ProbeOptions, signal: AbortSignal): Promise<Probe> {
    const before = [...this.pieces];
    const steps = this.steps;
    const had = this.#thoughtsHad(before);
    const { trialProbability, trialEntropy, hinted } = this.#script;
    const entropy = trialEntropy ? { entropy: trialEntropy(had) } : {};
    const hints = text.includes(CLOSE) ? undefined : hinted?.(had);
    let said = '';
    const lengths: number[] = [];
    const counts: number[] = [];
    let closed = false;
    const result = (injected: number, ended: boolean): Probe => ({
      text: said, injected, generated: counts.reduce((sum, count) => sum + count, 0), ended, closed, ...entropy,
      ...(trialProbability ? { lengths, logprobs: lengths.map(() => Math.log(trialProbability(had))) } : {}),
    });
    try {
      const injected = await this.append(text);
      while (counts.reduce((sum, count) => sum + count, 0) < options.limit) {
        const token: Token = hints ? hintToken(hints[counts.length]) : this.#next({ sampler: options.sampler, seed: options.seed });
        signal.throwIfAborted();
        counts.push(token.count);
        this.pieces.push({ text: token.text, by: 'model', count: token.count });
        lengths.push(token.text.length);
        said += token.text;
        closed ||= token.mark === 'thinking-end';
        if (token.mark === 'end') return result(injected, true);
        if (options.stopAt?.some((stop) => said.includes(stop))) break;
      }
      return result(injected, false);
    } finally {
      this.pieces = before;
      this.steps = steps;
    }
  }

  score(): Promise<Score> {
    return Promise.reject(new Error('not scripted'));
  }

  fork(): Promise<Session> {
    return Promise.reject(new Error('not scripted'));
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function hintToken(text: string | undefined): Token {
  return text === undefined ? { text: CLOSE, count: 1, mark: 'thinking-end' } : { text, count: 1 };
}

/** The scripted model's tokens: words with the white space before them, tags alone. */
export function piecesOf(text: string): string[] {
  return text.match(/<\/?think>|\s*[^\s<]+|\s+|</g) ?? [];
}
