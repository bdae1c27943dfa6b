/** Turns a stream of ids into text that never splits a character. */

/** After so many tokens without a whole character the bytes are given out as they are: the model wrote none. */
const MOST_PENDING = 8;
const INCOMPLETE = '\uFFFD';

/**
 * Characters may span tokens, and some tokenizers drop the space of whatever comes first. So each token is decoded together with the
 * ones before it, and only what is new is given out.
 */
export class Detokenizer {
  readonly #decode: (ids: readonly number[]) => string;
  #before: readonly number[] = [];
  #pending: readonly number[] = [];

  constructor(decode: (ids: readonly number[]) => string) {
    this.#decode = decode;
  }

  /** The text that `id` completes; empty while a character is incomplete. */
  push(id: number): string {
    this.#pending = [...this.#pending, id];
    const text = this.#fresh();
    if (text.endsWith(INCOMPLETE) && this.#pending.length < MOST_PENDING) return '';
    this.#advance();
    return text;
  }

  /** What is still held back, incomplete as it is. */
  flush(): string {
    if (this.#pending.length === 0) return '';
    const text = this.#fresh();
    this.#advance();
    return text;
  }

  /** Start anew after these ids. */
  reset(before: readonly number[]): void {
    this.#before = before.slice(-1);
    this.#pending = [];
  }

  copy(): Detokenizer {
    const twin = new Detokenizer(this.#decode);
    twin.#before = this.#before;
    twin.#pending = this.#pending;
    return twin;
  }

  #fresh(): string {
    return this.#decode([...this.#before, ...this.#pending]).slice(this.#decode(this.#before).length);
  }

  #advance(): void {
    this.#before = this.#pending;
    this.#pending = [];
  }
}
