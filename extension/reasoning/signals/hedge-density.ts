/**
 * Hedge density: hedging words per 100 words of the thoughts. Correct answers are shorter and hedge less (Think Deep, Think Fast,
 * arXiv 2504.14047), which makes it a free tie-breaker and nothing more. The list is ours, English, and of whole words.
 */

const HEDGES = new Set(['wait', 'hmm', 'maybe', 'perhaps', 'possibly', 'probably', 'might', 'unsure', 'actually', 'alternatively', 'however', 'guess', 'confused', 'unclear']);
const WORD = /[\p{L}']+/gu;
const UNFINISHED_WORD = /[\p{L}']+$/u;

export interface HedgeReading {
  readonly words: number;
  readonly hedges: number;
  /** Per 100 words. */
  readonly density: number;
}

/** Streaming form: a word may come in parts. `hedgesOf` is the batch form; the two are equal however the text is cut. */
export class HedgeDensity {
  #words = 0;
  #hedges = 0;
  /** The word the text ends in, which may go on. */
  #unfinished = '';

  add(text: string): void {
    const all = this.#unfinished + text;
    this.#unfinished = UNFINISHED_WORD.exec(all)?.[0] ?? '';
    const { words, hedges } = count(all.slice(0, all.length - this.#unfinished.length));
    this.#words += words;
    this.#hedges += hedges;
  }

  /** Null before the first word. */
  read(): HedgeReading | null {
    const last = count(this.#unfinished);
    return reading(this.#words + last.words, this.#hedges + last.hedges);
  }
}

/** Batch form. Null for a text without words. */
export function hedgesOf(text: string): HedgeReading | null {
  const { words, hedges } = count(text);
  return reading(words, hedges);
}

function count(text: string): { words: number; hedges: number } {
  const words = text.match(WORD) ?? [];
  return { words: words.length, hedges: words.filter((word) => HEDGES.has(word.toLowerCase())).length };
}

function reading(words: number, hedges: number): HedgeReading | null {
  return words === 0 ? null : { words, hedges, density: (100 * hedges) / words };
}
