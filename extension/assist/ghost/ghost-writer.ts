/**
 * Ghost text from any model: waits for a pause, asks once, ends early, remembers. One request at a time; one that is under way is gone on with
 * while what is typed agrees with it, and ends a moment after nobody waits for it any more.
 */
import { CompletionCache } from './completion-cache.ts';
import { extentOf, type Extent } from './first-line.ts';
import { pauseLimits, TypingPause } from './typing-pause.ts';
import type { GhostContext, Snippet } from './context.ts';

export interface GhostAsk extends Omit<GhostContext, 'snippets'> {
  /** Looked for when a request is made, not at every keystroke. */
  readonly snippets: () => readonly Snippet[];
  readonly languageId: string;
  /** A person asked for it; otherwise it comes by itself after a pause. */
  readonly asked: boolean;
}

/** Hears of a reply. */
export interface ReplyListener {
  /** All of its text so far. */
  readonly grows: (text: string) => void;
  /** It is enough, and the gate has decided: what is shown, null for nothing. Said once. */
  readonly decided: (text: string | null) => void;
}

export interface GhostParts {
  readonly where: 'local' | 'remote';
  /** Writes the reply, behind the gate. `least`: the least confidence, see `threshold`. Ends when the signal fires. */
  readonly write: (ask: GhostAsk, extent: Extent, least: number | null, reply: ReplyListener, signal: AbortSignal) => Promise<void>;
  /** Least confidence for it to be shown, 0 to 1; null: anything is shown. */
  readonly threshold: () => number | null;
  readonly now: () => number;
  /** Rejects when the signal fires. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  readonly log: (text: string) => void;
}

/** After a keystroke the editor drops one request and makes the next: so long, in milliseconds, the reply under way is kept for it. */
const KEPT_FOR_NEXT = 200;

interface Flight {
  readonly ask: GhostAsk;
  readonly abort: AbortController;
  /** All of the reply so far, and what it came to once it is enough. */
  reply: string;
  result: string | null;
  done: boolean;
  waiting: number;
  /** The result is known, or there will be none. */
  readonly ready: Promise<void>;
  /** Nothing runs any more. */
  readonly ended: Promise<void>;
}

export class GhostWriter {
  readonly #parts: GhostParts;
  #cache = new CompletionCache();
  /** The threshold that what is remembered was held against. */
  #least: number | null = null;
  readonly #pause = new TypingPause();
  #flight: Flight | null = null;
  #latestAsk = 0;
  /** For measuring. */
  readonly counts = { asked: 0, requests: 0, cached: 0, joined: 0 };

  constructor(parts: GhostParts) {
    this.#parts = parts;
  }

  /** The completion at the cursor; null when there is none worth showing, or somebody typed on. */
  async complete(ask: GhostAsk, signal: AbortSignal): Promise<string | null> {
    this.counts.asked += 1;
    const turn = (this.#latestAsk += 1);
    if (!ask.asked) this.#pause.typed(this.#parts.now());
    const extent = extentOf(ask.prefix, ask.suffix, ask.asked);
    const known = this.#known(ask);
    if (known !== undefined) return known;
    if (!ask.asked && !this.#agrees(ask)) {
      // A pause that was cut short rejects; the line below sees why.
      await this.#parts.wait(this.#pause.delay(pauseLimits[this.#parts.where]), signal).catch(() => undefined);
      if (signal.aborted || turn !== this.#latestAsk) return null;
    }
    const flight = await this.#join(ask, extent, signal);
    if (!flight || signal.aborted) return null;
    await this.#waitFor(flight, signal);
    return signal.aborted || flight.result === null ? null : rest(flight, ask);
  }

  dispose(): void {
    this.#flight?.abort.abort();
  }

  #known(ask: GhostAsk): string | null | undefined {
    const least = this.#parts.threshold();
    if (least !== this.#least) [this.#cache, this.#least] = [new CompletionCache(), least];
    const known = this.#cache.get(ask.prefix, ask.suffix);
    if (known === null) return undefined;
    this.counts.cached += 1;
    return known === '' ? null : known;
  }

  /** Whether the reply under way was asked for at a beginning of this place, and says what has been typed since. */
  #agrees({ prefix, suffix }: GhostAsk): boolean {
    const flight = this.#flight;
    if (!flight || flight.abort.signal.aborted || flight.ask.suffix !== suffix || !prefix.startsWith(flight.ask.prefix)) return false;
    const typed = prefix.slice(flight.ask.prefix.length);
    return flight.reply.startsWith(typed) || typed.startsWith(flight.reply);
  }

  async #join(ask: GhostAsk, extent: Extent, signal: AbortSignal): Promise<Flight | null> {
    if (this.#agrees(ask)) {
      this.counts.joined += 1;
      return this.#flight;
    }
    // Never two at once: the old one has to be gone first.
    while (this.#flight) {
      const old = this.#flight;
      old.abort.abort();
      await old.ended;
      if (this.#flight === old) this.#flight = null;
      if (signal.aborted) return null;
    }
    this.#flight = this.#start(ask, extent);
    return this.#flight;
  }

  #start(ask: GhostAsk, extent: Extent): Flight {
    this.counts.requests += 1;
    const begun = this.#parts.now();
    const abort = new AbortController();
    const flight: Flight = { ask, abort, reply: '', result: null, done: false, waiting: 0, ready: Promise.resolve(), ended: Promise.resolve() };
    let tellReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => (tellReady = resolve));
    const reply: ReplyListener = {
      grows: (text) => {
        if (!flight.done) flight.reply = text;
      },
      decided: (text) => {
        if (flight.done) return;
        flight.done = true;
        this.#pause.answered(this.#parts.now() - begun);
        flight.result = text;
        this.#cache.set(ask.prefix, ask.suffix, text ?? '');
        // The reason may quote the person's code, so it is in the trace and not in the log.
        if (text === null) this.#parts.log('ghost text withheld by its gate');
        tellReady();
        abort.abort(); // The rest would not be shown.
      },
    };
    const ended = this.#parts.write(ask, extent, this.#parts.threshold(), reply, abort.signal).catch((error: unknown) => this.#parts.log(`ghost text failed: ${error instanceof Error ? error.message : String(error)}`));
    return Object.assign(flight, {
      ready,
      ended: ended.finally(() => {
        flight.done = true;
        tellReady();
        if (this.#flight === flight) this.#flight = null;
      }),
    });
  }

  async #waitFor(flight: Flight, signal: AbortSignal): Promise<void> {
    flight.waiting += 1;
    const left = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([flight.ready, left]);
    flight.waiting -= 1;
    if (flight.waiting > 0 || flight.done) return;
    // Rejects when the flight was ended meanwhile, by its end or by a newer one: there is nothing left to do then.
    await this.#parts.wait(KEPT_FOR_NEXT, flight.abort.signal).catch(() => undefined);
    if (flight.waiting === 0) flight.abort.abort();
  }
}

/** What is left of the flight's result at a place further on; null where something else was typed. */
function rest({ ask, result }: Flight, { prefix }: GhostAsk): string | null {
  const typed = prefix.slice(ask.prefix.length);
  return result !== null && result.startsWith(typed) && result.length > typed.length ? result.slice(typed.length) : null;
}
