/**
 * Separates thoughts from answer in a streamed reply, whichever way the server writes them: separate fields, or tags inside the content that may be
 * split across chunks anywhere, lack their opening (the template wrote it) or their end. Pure; nothing of the text is lost.
 */

export type Part = 'start' | 'thinking' | 'answer';

/** One piece of the normalised stream. `count` is the number of tokens behind it (an estimate); `part` is where the text belongs. */
export interface ParsedPiece {
  readonly part: Part;
  readonly text: string;
  readonly count: number;
  /** The ids of these tokens, where the server gives them. */
  readonly ids?: readonly number[];
  readonly mark?: 'thinking-start' | 'thinking-end';
}

export interface ParserInput {
  readonly reasoning?: string;
  readonly content?: string;
  readonly count: number;
  /** As many as `count`, or none. */
  readonly ids?: readonly number[];
}

export interface ParserOptions {
  /** Where the sequence stands before the first input. */
  readonly part: Part;
  /** The close tag is already written: text in a reasoning field is answer that the server has filed wrongly. */
  readonly reasoningIsAnswer?: boolean;
  /** The server starts its reply with an open mark although the sequence is in the thoughts already; do not repeat it. */
  readonly skipOpening?: boolean;
  /** The thoughts we stand in arrive in a field of their own, so content ends them. */
  readonly field?: boolean;
  /** How this model marks its thoughts, beside the spellings that are known anyway. */
  readonly tags?: { readonly open: string; readonly close: string };
}

/** Opening and closing spellings known to arrive as text. */
export const knownTags: readonly (readonly [string, string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['[THINK]', '[/THINK]'],
];
/** Characters of ordinary text that may stand before an opening tag. Later ones are taken as text, e.g. code about tags. */
const PREAMBLE = 400;

export class ThoughtParser {
  #part: Part;
  /** Content not yet told apart from the beginning of a tag. */
  #held = '';
  #heldCount = 0;
  /** Ids of the tokens held back; undefined once any came without. */
  #heldIds: readonly number[] | undefined = [];
  #preamble = 0;
  /** Thoughts come in a field of their own, so content ends them. */
  #field: boolean;
  /** The close tag that belongs to the opening seen, or null: any. */
  #close: string | null = null;
  #skipOpening: boolean;
  readonly #reasoningIsAnswer: boolean;
  readonly #openings: readonly string[];
  readonly #closings: readonly string[];

  constructor(options: ParserOptions) {
    const { tags } = options;
    const all = tags ? [[tags.open, tags.close] as const, ...knownTags] : knownTags;
    this.#openings = all.map(([open]) => open);
    this.#closings = all.map(([, close]) => close);
    this.#part = options.part;
    this.#reasoningIsAnswer = options.reasoningIsAnswer ?? false;
    this.#skipOpening = options.skipOpening ?? false;
    this.#field = options.field ?? false;
  }

  /** Where the text read so far ends. */
  get part(): Part {
    return this.#part;
  }

  push(input: ParserInput): ParsedPiece[] {
    const out: ParsedPiece[] = [];
    const reasoning = input.reasoning ?? '';
    const content = input.content ?? '';
    if (reasoning !== '') this.#reasoning(reasoning, out);
    if (content !== '') this.#content(content, out);
    return this.#counted(out, input.count, input.ids ?? (input.count === 0 ? [] : undefined));
  }

  /** The end of the reply: what was held back is text. */
  finish(): ParsedPiece[] {
    const out: ParsedPiece[] = [];
    this.#flush(out);
    return this.#counted(out, 0, []);
  }

  #reasoning(text: string, out: ParsedPiece[]): void {
    this.#flush(out);
    if (this.#reasoningIsAnswer) {
      this.#text('answer', text, out);
      return;
    }
    if (this.#part !== 'thinking') {
      this.#part = 'thinking';
      if (!this.#skipOpening) out.push({ part: 'thinking', text: '', count: 0, mark: 'thinking-start' });
    }
    this.#skipOpening = false;
    this.#field = true;
    this.#text('thinking', text, out);
  }

  #content(text: string, out: ParsedPiece[]): void {
    if (this.#part === 'thinking' && this.#field) this.#end('', out);
    let rest = this.#held + text;
    this.#held = '';
    for (;;) {
      const found = this.#nextTag(rest);
      if (!found) break;
      this.#text(this.#part, rest.slice(0, found.at), out);
      rest = rest.slice(found.at + found.tag.length);
      if (found.opens) this.#open(found.tag, out);
      else this.#end(found.tag, out);
    }
    const keep = heldBack(rest, this.#candidates());
    this.#text(this.#part, rest.slice(0, rest.length - keep), out);
    this.#held = rest.slice(rest.length - keep);
  }

  /** Tags that mean something here. In the answer an opening is text (it may be code about tags), a closing is a stray the heart judges. */
  #candidates(): readonly string[] {
    if (this.#part === 'answer') return this.#closings;
    if (this.#part === 'thinking') return [...(this.#close === null ? this.#closings : [this.#close]), ...(this.#skipOpening ? this.#openings : [])];
    return [...this.#closings, ...this.#openings];
  }

  #nextTag(text: string): { at: number; tag: string; opens: boolean } | null {
    let best: { at: number; tag: string; opens: boolean } | null = null;
    for (const tag of this.#candidates()) {
      const at = text.indexOf(tag);
      if (at < 0) continue;
      const opens = this.#openings.includes(tag);
      if (opens && !this.#mayOpenAt(text.slice(0, at))) continue;
      if (best === null || at < best.at) best = { at, tag, opens };
    }
    return best;
  }

  /** A repeated opening comes first or not at all; a real one after little else. */
  #mayOpenAt(before: string): boolean {
    return this.#part === 'thinking' ? before.trim() === '' : this.#preamble + before.length <= PREAMBLE;
  }

  #open(tag: string, out: ParsedPiece[]): void {
    this.#close = this.#closings[this.#openings.indexOf(tag)] ?? null;
    if (!this.#skipOpening) out.push({ part: 'thinking', text: tag, count: 0, mark: 'thinking-start' });
    this.#skipOpening = false;
    this.#part = 'thinking';
  }

  #end(tag: string, out: ParsedPiece[]): void {
    out.push({ part: 'thinking', text: tag, count: 0, mark: 'thinking-end' });
    this.#part = 'answer';
    this.#field = false;
    this.#close = null;
    this.#skipOpening = false;
  }

  #flush(out: ParsedPiece[]): void {
    const text = this.#held;
    this.#held = '';
    this.#text(this.#part, text, out);
  }

  #text(part: Part, text: string, out: ParsedPiece[]): void {
    if (text === '') return;
    if (part === 'start') this.#preamble += text.length;
    if (part === 'thinking' && text.trim() !== '') this.#skipOpening = false;
    out.push({ part, text, count: 0 });
  }

  /** Spread the tokens over the pieces: one each, what is left to the last. A token held back counts when it comes out. */
  #counted(pieces: readonly ParsedPiece[], count: number, given: readonly number[] | undefined): ParsedPiece[] {
    let left = count + this.#heldCount;
    let ids = given && this.#heldIds ? [...this.#heldIds, ...given] : undefined;
    const texts = pieces.filter((piece) => piece.text !== '').length;
    this.#heldCount = texts === 0 ? left : 0;
    this.#heldIds = texts === 0 ? ids : [];
    if (texts === 0) return [...pieces];
    let seen = 0;
    return pieces.map((piece) => {
      if (piece.text === '') return piece;
      seen += 1;
      const share = seen === texts ? left : Math.min(1, left);
      left -= share;
      const own = ids?.slice(0, share);
      ids = ids?.slice(share);
      return { ...piece, count: share, ...(own && own.length > 0 ? { ids: own } : {}) };
    });
  }
}

/** Length of the longest end of `text` that may be the beginning of a tag. */
function heldBack(text: string, tags: readonly string[]): number {
  const longest = Math.max(...tags.map((tag) => tag.length)) - 1;
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (tags.some((tag) => tag.length > length && tag.startsWith(end))) return length;
  }
  return 0;
}
