/**
 * Several lines of thought behind one session. They are thought in steps of about a line of text; after each step lines that look wrong are dropped
 * for copies of better ones (see particles.ts). What all that are left have in common is decided, and that is what the session gives: whoever reads
 * it sees one line of thought growing. When the thoughts end, or anything is written into them, the best line goes on alone.
 */
import type { Probe, ProbeOptions, Score, ScoreOptions, Session, StepOptions, Token } from '../port.ts';
import { effectiveSize, resampled, shares, temperature, weightOf } from './particles.ts';

export interface ParticleOptions {
  /** Lines of thought at a time. */
  readonly count: number;
  /** Thinking tokens to be expected, for how far along the way it is. */
  readonly expected: number;
  /** Temperature of the thoughts while there are several lines. */
  readonly temperature: number;
  readonly seed: number;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** Lines were dropped. */
  readonly onDropped: (dropped: Dropped) => void;
  /** One line is left, with its estimate that it ends right; null where nothing was estimated. */
  readonly onChosen: (chance: number | null) => void;
  /** Tokens of the other lines, once, when no more will come: generated, and never to be seen. */
  readonly onDiscarded: (tokens: number) => void;
}

export interface Dropped {
  readonly lines: number;
  readonly of: number;
  /** How many lines counted, before. */
  readonly effective: number;
  /** The lowest and the highest estimate among the lines that a step ends right, 0 to 1. */
  readonly worst: number;
  readonly best: number;
}

interface Piece {
  readonly token: Token;
  /** Position of the line's session after it. */
  readonly after: number;
}

interface Line {
  readonly session: Session;
  readonly seed: number;
  /** What is not common to all lines yet. */
  readonly pieces: readonly Piece[];
  readonly ended: boolean;
  /** Of the latest step; null before the first. */
  readonly chance: number | null;
  /** Estimates of the tokens of this step. */
  readonly figures: readonly number[];
  readonly inStep: number;
}

/** A step ends with a line of text, but not before the first and not after the second number of tokens. */
const STEP = { least: 8, most: 40 };

export class ParticleSession implements Session {
  readonly prompt;
  readonly #options: ParticleOptions;
  #lines: readonly Line[];
  #alone: Session | null = null;
  #decided: Piece[] = [];
  #shown: number;
  #thought = 0;
  #given = 0;
  #seed: number;

  private constructor(first: Session, others: readonly Session[], options: ParticleOptions) {
    this.#options = options;
    this.prompt = first.prompt;
    this.#shown = first.position;
    this.#seed = options.seed;
    this.#lines = [first, ...others].map((session) => ({ session, seed: this.#nextSeed(), pieces: [], ended: false, chance: null, figures: [], inStep: 0 }));
  }

  /** `first` belongs to the new session from now on. */
  static async over(first: Session, options: ParticleOptions): Promise<ParticleSession> {
    const others: Session[] = [];
    for (let i = 1; i < options.count; i += 1) others.push(await first.fork());
    return new ParticleSession(first, others, options);
  }

  get position(): number {
    return this.#alone && this.#decided.length === 0 ? this.#alone.position : this.#shown;
  }

  async step(options: StepOptions, signal: AbortSignal): Promise<Token> {
    for (;;) {
      const next = this.#decided.shift();
      if (next) {
        this.#shown = next.after;
        this.#given += next.token.count;
        return next.token;
      }
      if (this.#alone) return this.#alone.step(options, signal);
      await this.#advance(options, signal);
    }
  }

  async append(text: string, signal: AbortSignal): Promise<number> {
    return (await this.#single()).append(text, signal);
  }

  async rewind(position: number): Promise<void> {
    await (await this.#single()).rewind(position);
  }

  probe(text: string, options: ProbeOptions, signal: AbortSignal): Promise<Probe> {
    return this.#beside((session) => session.probe(text, options, signal));
  }

  score(text: string, signal: AbortSignal, options?: ScoreOptions): Promise<Score> {
    return this.#beside((session) => session.score(text, signal, options));
  }

  hiddenRest(): ReturnType<NonNullable<Session['hiddenRest']>> {
    return this.#alone && this.#decided.length === 0 ? (this.#alone.hiddenRest?.() ?? null) : null;
  }

  async fork(): Promise<Session> {
    if (this.#alone && this.#decided.length === 0) return this.#alone.fork();
    const copy = await (this.#alone ?? this.#best().session).fork();
    await copy.rewind(this.#shown);
    return copy;
  }

  async close(): Promise<void> {
    if (this.#alone) return this.#alone.close();
    this.#options.onDiscarded(this.#thought - this.#given);
    await Promise.all(this.#lines.map(({ session }) => session.close()));
  }

  /** One token for the line that is furthest behind; at the end of a step, lines are dropped and copied. */
  async #advance(options: StepOptions, signal: AbortSignal): Promise<void> {
    const room = options.thinkingLeft ?? Infinity;
    const open = this.#lines.filter((line) => !line.ended && tokensOf(line.pieces) < room);
    if (open.length === 0) return this.#choose();
    const behind = open.filter((line) => !stepDone(line)).sort((a, b) => a.inStep - b.inStep)[0];
    if (!behind) return this.#endStep();
    const sampler = { ...options.sampler, temperature: this.#options.temperature };
    const token = await behind.session.step({ ...options, sampler, seed: behind.seed, logprob: true, selfEvaluation: true }, signal);
    this.#thought += token.count;
    const figure = token.selfEvaluation ?? (token.logprob === undefined ? undefined : Math.exp(token.logprob));
    this.#replace(behind, {
      ...behind,
      pieces: [...behind.pieces, { token, after: behind.session.position }],
      ended: token.mark === 'thinking-end' || token.mark === 'end' || token.mark === 'cut',
      figures: figure !== undefined && Number.isFinite(figure) ? [...behind.figures, figure] : behind.figures,
      inStep: behind.inStep + 1,
    });
  }

  async #endStep(): Promise<void> {
    const { count, expected, random, onDropped } = this.#options;
    const judged = this.#lines.map((line) => ({ ...line, chance: chanceOf(line), figures: [], inStep: 0 }));
    const even = shares(judged.map(weight));
    const progress = Math.min(1, (this.#given + Math.min(...judged.map(({ pieces }) => tokensOf(pieces)))) / Math.max(1, expected));
    const chosen = resampled(shares(judged.map(weight), temperature(even, progress)), random());
    const lines: Line[] = [];
    for (const [place, index] of chosen.entries()) {
      const line = judged[index]!;
      // A copy gets a seed of its own, or it would only say the same again.
      lines.push(chosen.indexOf(index) === place ? line : { ...line, session: await line.session.fork(), seed: this.#nextSeed() });
    }
    this.#lines = lines;
    const dropped = judged.filter((_, index) => !chosen.includes(index));
    if (dropped.length > 0) {
      const chances = judged.map(({ chance }) => chance ?? 0.5);
      onDropped({ lines: dropped.length, of: count, effective: effectiveSize(even), worst: Math.min(...chances), best: Math.max(...chances) });
      await Promise.all(dropped.map(({ session }) => session.close()));
    }
    this.#decide();
  }

  /** What all lines begin with will not change any more. */
  #decide(): void {
    const [first, ...others] = this.#lines;
    if (!first) return;
    let common = 0;
    while (common < first.pieces.length && others.every(({ pieces }) => same(pieces[common], first.pieces[common]))) common += 1;
    this.#decided.push(...first.pieces.slice(0, common));
    this.#lines = this.#lines.map((line) => ({ ...line, pieces: line.pieces.slice(common) }));
  }

  /** All have come to their end: the best one's is the end. */
  async #choose(): Promise<void> {
    const best = this.#best();
    this.#decided.push(...best.pieces);
    await this.#leave(best);
  }

  /** Something is to be written at the place that has been shown: the best line goes on from there. */
  async #single(): Promise<Session> {
    if (!this.#alone) await this.#leave(this.#best());
    const session = this.#alone!;
    if (this.#decided.length > 0 || session.position > this.#shown) {
      this.#decided = [];
      await session.rewind(this.#shown);
    }
    return session;
  }

  async #leave(best: Line): Promise<void> {
    const others = this.#lines.filter((line) => line !== best);
    this.#alone = best.session;
    this.#lines = [];
    this.#options.onDiscarded(this.#thought - this.#given - tokensOf(this.#decided));
    this.#options.onChosen(chanceOf(best));
    await Promise.all(others.map(({ session }) => session.close()));
  }

  #best(): Line {
    return this.#lines.reduce((best, line) => (weight(line) > weight(best) ? line : best));
  }

  async #beside<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#alone && this.#decided.length === 0) return work(this.#alone);
    const copy = await this.fork();
    try {
      return await work(copy);
    } finally {
      await copy.close();
    }
  }

  #replace(line: Line, by: Line): void {
    this.#lines = this.#lines.map((one) => (one === line ? by : one));
  }

  #nextSeed(): number {
    this.#seed += 1;
    return this.#seed;
  }
}

/** Lines may have come to say the same without being copies. */
function same(one: Piece | undefined, other: Piece | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && one.after === other.after && one.token.text === other.token.text && one.token.id === other.token.id && one.token.mark === other.token.mark);
}

function stepDone({ inStep, pieces }: Line): boolean {
  return inStep >= STEP.most || (inStep >= STEP.least && (pieces.at(-1)?.token.text.includes('\n') ?? false));
}

/** By the tokens of its latest step so far. A line that says nothing of itself counts as even. */
function chanceOf({ figures, chance }: Line): number | null {
  return figures.length === 0 ? chance : mean(figures);
}

function weight(line: Line): number {
  return weightOf(chanceOf(line) ?? 0.5);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function tokensOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { token }) => sum + token.count, 0);
}
