/**
 * Several replies from one request (`n`): the first reader that begins sends it, the others join, and each gets the chunks of its own choice. A choice
 * cannot be cancelled alone, so the request is hung up on when nobody reads it any more. A server that gives fewer replies than asked for, or refuses,
 * costs nothing but the try: who gets no reply there asks for one of its own.
 */
import type { Body, RawStream } from './endpoint.ts';
import { httpFailureIn } from './failures.ts';

/** One choice's place in the request. */
export interface Share {
  readonly group: SharedReplies;
  readonly index: number;
}

type Chunk = Readonly<Record<string, unknown>>;

interface Member {
  joined: boolean;
  readonly waiting: unknown[];
  readonly wake: { call: () => void };
  /** Its choice has ended, or nothing more can come for it. */
  over: boolean;
  got: boolean;
  left: boolean;
}

export class SharedReplies {
  readonly count: number;
  /** Told when the server did not do it. */
  readonly #onRefused: () => void;
  readonly #hangUp = new AbortController();
  readonly #members = new Map<number, Member>();
  #open: Promise<RawStream | null> | undefined;
  #body = '';
  #failure: unknown;

  constructor(count: number, onRefused: () => void) {
    this.count = count;
    this.#onRefused = onRefused;
    // Chunks of a choice are kept for a reader that comes a little later.
    for (let index = 0; index < count; index += 1) this.#members.set(index, { joined: false, waiting: [], wake: { call: () => undefined }, over: false, got: false, left: false });
  }

  /**
   * The reply of one choice; null: it has to be asked for alone. `send` sends the request for all; `field` is what the server calls their number. Requests
   * that differ in more than the seed cannot be one.
   */
  async join(index: number, body: Body, field: string, send: (body: Body, signal: AbortSignal) => Promise<RawStream>, signal: AbortSignal): Promise<RawStream | null> {
    const asked = JSON.stringify({ ...body, seed: undefined });
    const member = this.#members.get(index);
    // A choice that has come whole can be read late.
    const gone = this.#hangUp.signal.aborted && !member?.over;
    if (!member || member.joined || member.left || gone || (this.#open !== undefined && asked !== this.#body)) return null;
    member.joined = true;
    signal.addEventListener('abort', () => this.leave(index), { once: true });
    if (this.#open === undefined) {
      this.#body = asked;
      this.#open = this.#send({ ...body, [field]: this.count }, send);
    }
    const stream = await this.#open;
    if (!stream) return null;
    // The first chunk tells whether the server gives this choice at all.
    while (member.waiting.length === 0 && !member.over) await woken(member);
    if (!member.got && this.#failure === undefined && !member.left) {
      this.#onRefused();
      return null;
    }
    return { chunks: this.#read(member), tail: stream.tail };
  }

  async #send(body: Body, send: (body: Body, signal: AbortSignal) => Promise<RawStream>): Promise<RawStream | null> {
    try {
      const stream = await send(body, this.#hangUp.signal);
      void this.#pump(stream.chunks);
      return stream;
    } catch (error) {
      // What is wrong beyond the number of replies is told by the request that asks for one. A busy server has not looked at it.
      const status = httpFailureIn(error)?.status;
      if (!this.#hangUp.signal.aborted && status !== 429 && status !== 503) this.#onRefused();
      return null;
    }
  }

  async #pump(chunks: AsyncIterator<unknown>): Promise<void> {
    try {
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) this.#deliver(next.value);
    } catch (error) {
      this.#failure = error;
    }
    for (const member of this.#members.values()) end(member);
  }

  #deliver(value: unknown): void {
    const parts = choicesIn(value);
    if (parts === null) {
      for (const member of this.#members.values()) give(member, value);
      return;
    }
    for (const { index, chunk, ends } of parts) {
      const member = this.#members.get(index);
      if (!member || member.over) continue;
      give(member, chunk);
      // What comes after the end of a choice is about all of them.
      if (ends) end(member);
    }
  }

  async *#read(member: Member): AsyncGenerator<unknown> {
    for (;;) {
      const next = member.waiting.shift();
      if (next !== undefined) yield next;
      else if (member.over) break;
      else await woken(member);
    }
    if (this.#failure !== undefined && !member.left) throw this.#failure;
  }

  /** Whoever had this choice, or would have had it, does not read it any more. */
  leave(index: number): void {
    const member = this.#members.get(index);
    if (!member || member.left) return;
    member.left = true;
    end(member);
    if ([...this.#members.values()].every(({ over }) => over)) this.#hangUp.abort();
  }
}

function give(member: Member, value: unknown): void {
  member.got = true;
  member.waiting.push(value);
  member.wake.call();
}

function end(member: Member): void {
  member.over = true;
  member.wake.call();
}

function woken(member: Member): Promise<void> {
  return new Promise((resolve) => (member.wake.call = resolve));
}

/**
 * A chunk taken apart by choice, each as if it were the only one; null where it is no choice's (an error). Totals of all choices are nobody's, so they are
 * left out.
 */
function choicesIn(value: unknown): readonly { readonly index: number; readonly chunk: Chunk; readonly ends: boolean }[] | null {
  if (!isChunk(value) || 'error' in value) return null;
  const { choices, index } = value;
  if (!Array.isArray(choices)) return typeof index === 'number' ? [{ index, chunk: value, ends: value['stop'] === true }] : null;
  const { usage: _usage, ...rest } = value;
  return choices.filter(isChunk).map((choice) => ({ index: typeof choice['index'] === 'number' ? choice['index'] : 0, chunk: { ...rest, choices: [{ ...choice, index: 0 }] }, ends: typeof choice['finish_reason'] === 'string' }));
}

function isChunk(value: unknown): value is Chunk {
  return typeof value === 'object' && value !== null;
}
