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
  readonly confidence?: number;
  /** The least the entropy before it can have been, nats. */
  readonly leastEntropy?: number;
  readonly ids?: readonly number[];
  /** The chunk it came in, where that held several pieces: their ids may lie a little differently between them. */
  readonly chunk?: number;
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
  /** The whole as one text, with the tags spelt out, the one the template wrote too. */
  readonly raw: string;
  /** The same without the tag that the template wrote: what follows the prompt. */
  readonly written: string;
}

export interface Tags {
  readonly open: string;
  readonly close: string;
}

/** What most open models are trained with. */
export const thinkTags: Tags = { open: '<think>', close: '</think>' };

export class Transcript {
  readonly #pieces: { readonly piece: Piece; readonly start: number }[] = [];
  readonly #origin: number;
  readonly #opensThinking: boolean;
  readonly #tags: Tags;
  #position: number;
  /** A chunk was taken apart, so the ids of what is left of it are not certain. */
  #torn = false;

  /** `origin` is the position of the end of the prompt. */
  constructor(origin: number, opensThinking: boolean, tags: Tags = thinkTags) {
    this.#origin = origin;
    this.#position = origin;
    this.#opensThinking = opensThinking;
    this.#tags = tags;
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
    let last: Piece | undefined;
    while (this.#pieces.length > 0 && this.#pieces.at(-1)!.start >= Math.max(position, this.#origin)) {
      const { piece, start } = this.#pieces.pop()!;
      this.#position = start;
      last = piece;
    }
    const left = this.#pieces.at(-1)?.piece;
    if (left === undefined) this.#torn = false;
    else if (last?.chunk !== undefined && last.chunk === left.chunk) this.#torn = true;
  }

  dropEnd(): void {
    if (this.over) this.#pieces.pop();
  }

  clone(): Transcript {
    const copy = new Transcript(this.#origin, this.#opensThinking, this.#tags);
    for (const { piece } of this.#pieces) copy.add(piece);
    copy.#torn = this.#torn;
    return copy;
  }

  /** Ids of all that follows the prompt; null where they are not all known. */
  ids(): readonly number[] | null {
    if (this.#torn) return null;
    const ids: number[] = [];
    for (const { piece } of this.#pieces) {
      if (piece.ids) ids.push(...piece.ids);
      else if (piece.text !== '') return null;
    }
    return ids;
  }

  said(): Said {
    let preamble = '';
    let thoughts = '';
    let answer = '';
    const { open, close } = this.#tags;
    let raw = this.#opensThinking ? `${open}\n` : '';
    const opened = raw.length;
    let thought = this.#opensThinking;
    for (const { piece } of this.#pieces) {
      if (piece.mark === 'thinking-start') raw += piece.text === '' ? `${open}\n` : piece.text;
      else if (piece.mark === 'thinking-end') raw += piece.text === '' ? `${raw.endsWith('\n') ? '' : '\n'}${close}\n\n` : piece.text;
      else raw += piece.text;
      if (piece.mark === 'thinking-start') thought = true;
      if (piece.mark !== undefined) continue;
      if (piece.part === 'start') preamble += piece.text;
      else if (piece.part === 'thinking') thoughts += piece.text;
      else answer += piece.text;
    }
    return { preamble, thoughts, answer, raw, written: raw.slice(opened), inThoughts: this.part === 'thinking', thought };
  }
}

/** A tag is a token of the model even where the server does not spell it out, so every piece but the ends takes at least one place: positions stay distinct. */
function width(piece: Piece): number {
  return piece.mark === 'end' || piece.mark === 'cut' ? 0 : Math.max(1, piece.count);
}
