/**
 * The sequence of a remote session as Reins keeps it, since the server keeps none: pieces the model wrote and pieces Reins wrote, with positions to go
 * back to. Pure.
 */
import type { ParsedPiece, Part } from './thought-parser.ts';

export interface Piece {
  readonly text: string;
  readonly count: number;
  readonly part: Part;
  readonly mark?: 'thinking-start' | 'thinking-end' | 'end' | 'cut';
  readonly logprob?: number;
}

/** What has been said so far, apart. */
export interface Said {
  /** Text before any thoughts. */
  readonly preamble: string;
  readonly thoughts: string;
  readonly answer: string;
  /** True when the sequence stands inside the thoughts. */
  readonly inThoughts: boolean;
  /** True when there are thoughts, open or closed. */
  readonly thought: boolean;
  /** The whole as one text, with the tags spelt out. */
  readonly raw: string;
}

export class Transcript {
  readonly #pieces: { readonly piece: Piece; readonly start: number }[] = [];
  readonly #origin: number;
  readonly #opensThinking: boolean;
  #position: number;

  /** `origin` is the position of the end of the prompt. */
  constructor(origin: number, opensThinking: boolean) {
    this.#origin = origin;
    this.#position = origin;
    this.#opensThinking = opensThinking;
  }

  get position(): number {
    return this.#position;
  }

  get empty(): boolean {
    return this.#pieces.length === 0;
  }

  /** True after `end` or `cut`: nothing can follow. */
  get over(): boolean {
    const mark = this.#pieces.at(-1)?.piece.mark;
    return mark === 'end' || mark === 'cut';
  }

  /** Where text that follows would belong. */
  get part(): Part {
    const last = this.#pieces.findLast(({ piece }) => piece.mark !== 'end' && piece.mark !== 'cut')?.piece;
    if (!last) return this.#opensThinking ? 'thinking' : 'start';
    return last.mark === 'thinking-end' ? 'answer' : last.part;
  }

  add(piece: Piece): void {
    this.#pieces.push({ piece, start: this.#position });
    this.#position += width(piece);
  }

  addAll(pieces: readonly ParsedPiece[]): void {
    for (const piece of pieces) this.add(piece);
  }

  /** Drop all that begins at or after `position`. An end or cut at the very end is undone too. */
  rewind(position: number): void {
    while (this.#pieces.length > 0 && this.#pieces.at(-1)!.start >= Math.max(position, this.#origin)) this.#position = this.#pieces.pop()!.start;
  }

  dropEnd(): void {
    if (this.over) this.#pieces.pop();
  }

  clone(): Transcript {
    const copy = new Transcript(this.#origin, this.#opensThinking);
    for (const { piece } of this.#pieces) copy.add(piece);
    return copy;
  }

  said(): Said {
    let preamble = '';
    let thoughts = '';
    let answer = '';
    let raw = this.#opensThinking ? '<think>\n' : '';
    let thought = this.#opensThinking;
    for (const { piece } of this.#pieces) {
      if (piece.mark === 'thinking-start') raw += piece.text === '' ? '<think>\n' : piece.text;
      else if (piece.mark === 'thinking-end') raw += piece.text === '' ? `${raw.endsWith('\n') ? '' : '\n'}</think>\n\n` : piece.text;
      else raw += piece.text;
      if (piece.mark === 'thinking-start') thought = true;
      if (piece.mark !== undefined) continue;
      if (piece.part === 'start') preamble += piece.text;
      else if (piece.part === 'thinking') thoughts += piece.text;
      else answer += piece.text;
    }
    return { preamble, thoughts, answer, raw, inThoughts: this.part === 'thinking', thought };
  }
}

/** A tag is a token of the model even where the server does not spell it out, so every piece but the ends takes at least one place: positions stay distinct. */
function width(piece: Piece): number {
  return piece.mark === 'end' || piece.mark === 'cut' ? 0 : Math.max(1, piece.count);
}
