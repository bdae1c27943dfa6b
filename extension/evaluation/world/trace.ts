/** Text of a thinking trace, with the stretches a model must not learn to say: slips before their correction and hypotheses that fail at random. */

export interface Trace {
  readonly text: string;
  /** Half-open character ranges of `text` that carry no training loss. */
  readonly unlearned: readonly (readonly [number, number])[];
  /** Whether the trace contains a slip and its correction. */
  readonly slipped: boolean;
}

export class TraceWriter {
  #text = '';
  readonly #unlearned: [number, number][] = [];
  #slipped = false;

  say(text: string): void {
    this.#text += text;
  }

  sayUnlearned(text: string): void {
    if (text === '') {
      return;
    }
    this.#unlearned.push([this.#text.length, this.#text.length + text.length]);
    this.#text += text;
  }

  /** A wrong value, noticed and put right: `7 wait 3*2=6`. */
  slip(wrong: string, correction: string): void {
    this.sayUnlearned(wrong);
    this.say(` wait ${correction}`);
    this.#slipped = true;
  }

  /** Puts a verdict behind the last line. */
  sayVerdict(verdict: string): void {
    this.#text = `${this.#text.replace(/\n$/, '')}${verdict}\n`;
  }

  markSlipped(): void {
    this.#slipped = true;
  }

  get slipped(): boolean {
    return this.#slipped;
  }

  /** The trace so far, without a line break at its end: the end tag brings its own. */
  finish(): Trace {
    return { text: this.#text.replace(/\n+$/, ''), unlearned: this.#unlearned, slipped: this.#slipped };
  }
}
