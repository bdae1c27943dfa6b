/**
 * Several runs of one model advanced together: the steps their sessions ask for at about the same time become one `tick`. A local model can
 * batch sequences of equal length only, so the shortest go first and the others wait until these have caught up. That is the fastest for
 * all and unfair to each: right for measuring, wrong where a person waits. The tokens are the same.
 */
import type { HiddenChunk, Model, ModelCard, OpenOptions, RenderedPrompt, Session, StepOptions, Token } from '../reasoning/port.ts';

interface Waiting {
  readonly session: Session;
  readonly options: StepOptions;
  readonly signal: AbortSignal;
  readonly resolve: (token: Token) => void;
  readonly reject: (error: unknown) => void;
}

export class TogetherModel implements Model {
  readonly #model: Model;
  readonly #never = new AbortController().signal;
  #waiting: Waiting[] = [];
  #ticking = false;

  constructor(model: Model) {
    this.#model = model;
  }

  get card(): ModelCard {
    return this.#model.card;
  }

  async open(options: OpenOptions, signal: AbortSignal): Promise<Session> {
    return this.#joined(await this.#model.open(options, signal));
  }

  tick(steps: readonly { session: Session; options: StepOptions }[], signal: AbortSignal): Promise<Token[]> {
    return this.#model.tick(steps.map(({ session, options }) => ({ session: session instanceof TogetherSession ? session.inner : session, options })), signal);
  }

  countTokens(text: string): number {
    return this.#model.countTokens(text);
  }

  dispose(): Promise<void> {
    return this.#model.dispose();
  }

  #joined(session: Session): Session {
    return new TogetherSession(session, (options, signal) => this.#step(session, options, signal), (fork) => this.#joined(fork));
  }

  #step(session: Session, options: StepOptions, signal: AbortSignal): Promise<Token> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ session, options, signal, resolve, reject });
      if (!this.#ticking) this.#soon();
    });
  }

  /** Not at once: the other runs take their last token and ask for their next one first. */
  #soon(): void {
    this.#ticking = true;
    setImmediate(() => void this.#tick());
  }

  async #tick(): Promise<void> {
    const wanted = this.#takeShortest();
    try {
      // Whoever is interrupted from here on gets its token all the same: it is only a moment away, and must not be lost.
      const tokens = await this.#model.tick(wanted, this.#never);
      wanted.forEach(({ resolve }, index) => resolve(tokens[index]!));
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
    this.#ticking = false;
    // Who waits already; those just served ask again before the next one.
    if (this.#waiting.length > 0) this.#soon();
  }

  #takeShortest(): Waiting[] {
    for (const { signal, reject } of this.#waiting) if (signal.aborted) reject(new DOMException('Stopped.', 'AbortError'));
    const alive = this.#waiting.filter(({ signal }) => !signal.aborted);
    const shortest = Math.min(...alive.map(({ session }) => session.position));
    this.#waiting = alive.filter(({ session }) => session.position > shortest);
    return alive.filter(({ session }) => session.position === shortest);
  }
}

/** Every verb of the port goes through as it is, also those that come to it later, but for the step. */
class TogetherSession implements Required<Session> {
  readonly inner: Session;
  readonly step: Session['step'];
  readonly #joined: (fork: Session) => Session;

  constructor(inner: Session, step: Session['step'], joined: (fork: Session) => Session) {
    this.inner = inner;
    this.step = step;
    this.#joined = joined;
  }

  get prompt(): RenderedPrompt {
    return this.inner.prompt;
  }

  get position(): number {
    return this.inner.position;
  }

  append(...given: Parameters<Session['append']>): ReturnType<Session['append']> {
    return this.inner.append(...given);
  }

  rewind(...given: Parameters<Session['rewind']>): ReturnType<Session['rewind']> {
    return this.inner.rewind(...given);
  }

  probe(...given: Parameters<Session['probe']>): ReturnType<Session['probe']> {
    return this.inner.probe(...given);
  }

  score(...given: Parameters<Session['score']>): ReturnType<Session['score']> {
    return this.inner.score(...given);
  }

  async read(...given: Parameters<NonNullable<Session['read']>>): Promise<HiddenChunk | null> {
    return (await this.inner.read?.(...given)) ?? null;
  }

  hiddenRest(): HiddenChunk | null {
    return this.inner.hiddenRest?.() ?? null;
  }

  async fork(): Promise<Session> {
    return this.#joined(await this.inner.fork());
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
