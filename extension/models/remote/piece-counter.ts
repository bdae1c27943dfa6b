/**
 * Counts the tokens of a streamed reply with the model's own tokenizer. A chunk is not a token and may end anywhere, and how many tokens a word has is known
 * only when it is over. So text is passed on word by word, each with its tokens, and the word under way is held back until the next one begins. Nothing is ever
 * charged that has to be taken back.
 *
 * How exact: the counts of a part (the thoughts, the answer) add up to the tokens of its whole text, however it was cut into chunks, unless a token of the
 * vocabulary goes on from one word into the next over white space; each border is tried before text is let go there. A model may also write a text in other
 * tokens than the tokenizer would, which it rarely does, and marks that the server does not spell out are not in the text.
 */
import type { ParsedPiece, Part } from './thought-parser.ts';
import { estimateTokens } from './token-estimate.ts';

/** The ids of a text that goes on from another. */
export interface Encoder {
  encodeContinuation(text: string): readonly number[];
}

/** Characters read at once, so that a long chunk does not stop everything else for long. */
const SLICE = 2048;
/** One chunk of more characters than this is no stream, and is counted by its length. */
const LONGEST_CHUNK = 65_536;
/** Characters held back where no white space comes: some languages write without. */
const HELD_MOST = 64;
/** The last characters of them, whose tokens may still change. */
const UNSURE = 24;
/** Places tried for a border. */
const TRIES = 16;

export class PieceCounter {
  readonly #encoder: Encoder;
  #part: Part = 'start';
  /** Text that is not passed on yet. */
  #held = '';

  constructor(encoder: Encoder) {
    this.#encoder = encoder;
  }

  /** What can be passed on by now, counted. The counts that the pieces come with are not looked at. */
  take(pieces: readonly ParsedPiece[]): ParsedPiece[] {
    const out: ParsedPiece[] = [];
    for (const piece of pieces) {
      if (piece.mark !== undefined) out.push(...this.finish(), { ...piece, count: this.#count(piece.text) });
      else this.#takeText(piece, out);
    }
    return out;
  }

  /** All that is held back: nothing follows it in its part. */
  finish(): ParsedPiece[] {
    const out: ParsedPiece[] = [];
    this.#pass(this.#held, out);
    this.#held = '';
    return out;
  }

  #takeText({ part, text }: ParsedPiece, out: ParsedPiece[]): void {
    if (part !== this.#part) out.push(...this.finish());
    this.#part = part;
    if (text.length > LONGEST_CHUNK) {
      out.push(...this.finish(), { part, text, count: estimateTokens(text) });
      return;
    }
    for (let at = 0; at < text.length; at += SLICE) {
      this.#held += text.slice(at, at + SLICE);
      const border = this.#border();
      this.#pass(this.#held.slice(0, border), out);
      this.#held = this.#held.slice(border);
    }
  }

  /** Where the text that is certain ends. */
  #border(): number {
    const text = this.#held;
    const spaces = bordersOf(text).slice(-TRIES).reverse();
    if (spaces.length === 0 && text.length <= HELD_MOST) return 0;
    const whole = this.#encoder.encodeContinuation(text);
    const fits = (at: number): boolean => {
      const apart = [...this.#encoder.encodeContinuation(text.slice(0, at)), ...this.#encoder.encodeContinuation(text.slice(at))];
      return apart.length === whole.length && apart.every((id, index) => id === whole[index]);
    };
    const space = spaces.find(fits);
    if (space !== undefined || text.length <= HELD_MOST) return space ?? 0;
    const sure = Array.from({ length: TRIES }, (_, index) => text.length - UNSURE - index).find(fits);
    return sure ?? (text.length > 4 * HELD_MOST ? text.length : 0);
  }

  /** Word by word, so that a budget ends between two words also where many come at once. */
  #pass(text: string, out: ParsedPiece[]): void {
    if (text === '') return;
    const borders = [0, ...bordersOf(text), text.length];
    const words = borders.slice(1).map((end, index) => text.slice(borders[index], end));
    const counts = words.map((word) => this.#count(word));
    const count = this.#count(text);
    const part = this.#part;
    if (counts.reduce((sum, each) => sum + each, 0) === count) out.push(...words.map((word, index) => ({ part, text: word, count: counts[index] ?? 0 })));
    else out.push({ part, text, count });
  }

  #count(text: string): number {
    return text === '' ? 0 : this.#encoder.encodeContinuation(text).length;
  }
}

/** Where white space begins that is over and has words on both sides. */
function bordersOf(text: string): number[] {
  return [...text.matchAll(/(?<=\S)\s+(?=\S)/g)].map(({ index }) => index);
}
