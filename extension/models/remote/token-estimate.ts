/**
 * How Reins counts the tokens of a model whose tokenizer it does not have. Always an estimate, and labelled so. (With a tokenizer: piece-counter.ts.)
 *
 * Most servers stream one token per chunk, so while chunks are short on average (at most 6 characters) a chunk is a token. Servers that group tokens
 * send longer chunks; those are counted by characters. Where the server lists the tokens of a chunk (log-probabilities), that list is the count.
 */

import type { Encoder } from './piece-counter.ts';

/** Mean characters per token of English and code with current vocabularies of 100 000 to 250 000 entries. */
export const DEFAULT_CHARACTERS_PER_TOKEN = 3.6;
const GROUPED_ABOVE = 6;
/** A single token is rarely longer, whatever the mean. */
const LONGEST_TOKEN = 24;
/** Weight of the first guess (one token, 4 characters) in the mean, in chunks. */
const PRIOR = 8;

export function estimateTokens(text: string, charactersPerToken = DEFAULT_CHARACTERS_PER_TOKEN): number {
  return text === '' ? 0 : Math.max(1, Math.round(text.length / charactersPerToken));
}

/** Tokens of a whole text: by the model's tokenizer where there is one. */
export function countTokens(text: string, tokenizer: Encoder | undefined, charactersPerToken: number): number {
  return tokenizer ? tokenizer.encodeContinuation(text).length : estimateTokens(text, charactersPerToken);
}

/** Counts the tokens of one stream, chunk by chunk. */
export class DeltaCounter {
  #characters = PRIOR * 4;
  #deltas = PRIOR;
  /** What rounding has left over, in tokens. */
  #carry = 0;
  readonly #charactersPerToken: number;

  constructor(charactersPerToken = DEFAULT_CHARACTERS_PER_TOKEN) {
    this.#charactersPerToken = charactersPerToken;
  }

  /** Tokens behind a chunk of this many characters; `listed` is the server's own list, if it sent one. */
  count(characters: number, listed?: number): number {
    if (listed !== undefined && listed > 0) return listed;
    if (characters === 0) return 0;
    this.#characters += characters;
    this.#deltas += 1;
    const single = characters <= LONGEST_TOKEN && this.#characters / this.#deltas <= GROUPED_ABOVE;
    if (single) return 1;
    const exact = characters / this.#charactersPerToken + this.#carry;
    const whole = Math.max(1, Math.round(exact));
    this.#carry = Math.max(-1, Math.min(1, exact - whole));
    return whole;
  }
}
