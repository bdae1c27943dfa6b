/**
 * Sentences that are recorded: reasons of decisions, notices, errors. A trace is to read the same for everybody, so they are English there. `said` marks the
 * template a sentence was made from, `npm run l10n` collects the templates, and whoever shows a recorded sentence finds its template again and says it in the
 * reader's language. Traces of any age can be read so, and the rooms that decide need to know nothing of languages.
 */

/** What a template is listed under in the bundles of words: apart from the words of the interface, which are looked up as they are. */
export const SAID = '/said';

/** The sentence, in English. `{0}`, `{1}` … stand for the values in their order, which may be said too. */
export function said(template: string, ...values: readonly (string | number)[]): string {
  return filled(template, values);
}

/** Longer texts are a model's or a server's, and no sentence of ours. In UTF-16 units. */
const LONGEST = 2000;
/** Sentences inside of sentences. */
const DEEPEST = 4;
/** A template with fewer characters of its own, such as “{0}, and {1}”, is only meant where its values are figures, or known themselves. */
const SHORT = 12;

/** Where one sentence ends and another begins. */
const BOUNDARY = /[.!?…] (?=\S)/;
const FIGURE = /^[\d.,+−-]+$/;

interface Template {
  readonly pieces: readonly string[];
  /** Numbers of the values between the pieces. */
  readonly places: readonly number[];
  readonly words: string;
  /** Characters of its own. */
  readonly length: number;
}

/** Says recorded sentences in the words of a bundle; without one, as they are. */
export class Retelling {
  readonly #plain = new Map<string, string>();
  readonly #templates: readonly Template[];

  constructor(bundle: Readonly<Record<string, string>>) {
    const templates: Template[] = [];
    for (const [key, words] of Object.entries(bundle)) {
      if (!key.endsWith(SAID)) continue;
      const template = key.slice(0, -SAID.length);
      const places = [...template.matchAll(/\{(\d+)\}/g)].map(([, index]) => Number(index));
      if (places.length === 0) this.#plain.set(template, words);
      else {
        const pieces = template.split(/\{\d+\}/);
        templates.push({ pieces, places, words, length: pieces.join('').length });
      }
    }
    // The one that says most by itself is the one that is meant.
    this.#templates = templates.sort((a, b) => b.length - a.length);
  }

  tell(sentence: string): string {
    return sentence.length > LONGEST ? sentence : (this.#told(sentence, 0) ?? sentence);
  }

  /** Null where nothing of it is known. */
  #told(sentence: string, depth: number): string | null {
    if (depth > DEEPEST || (this.#plain.size === 0 && this.#templates.length === 0)) return null;
    return this.#whole(sentence, depth, false) ?? this.#lowered(sentence) ?? this.#sentences(sentence, depth) ?? this.#whole(sentence, depth, true);
  }

  /** `over`: a value may reach over the end of a sentence, as what a model said does. */
  #whole(sentence: string, depth: number, over: boolean): string | null {
    const plain = this.#plain.get(sentence);
    if (plain !== undefined) return plain;
    for (const { pieces, places, words, length } of this.#templates) {
      const between = valuesIn(sentence, pieces);
      if (!between || (!over && between.some((value, at) => pieces[at + 1] !== '' && BOUNDARY.test(value)))) continue;
      const told = between.map((value) => this.#told(value, depth + 1));
      if (length < SHORT && told.some((value, at) => value === null && !FIGURE.test(between[at] ?? ''))) continue;
      const values: string[] = [];
      for (const [at, place] of places.entries()) values[place] = told[at] ?? between[at] ?? '';
      return filled(words, values);
    }
    return null;
  }

  /** A name of ours at the beginning of a sentence. */
  #lowered(words: string): string | null {
    const told = this.#plain.get(words.charAt(0).toLowerCase() + words.slice(1));
    return told === undefined ? null : told.charAt(0).toUpperCase() + told.slice(1);
  }

  /** Several sentences in a row: each that is known is said, the others stay. */
  #sentences(text: string, depth: number): string | null {
    for (const { index } of text.matchAll(new RegExp(BOUNDARY, 'g'))) {
      const [first, rest] = [text.slice(0, index + 1), text.slice(index + 2)];
      const [told, toldRest] = [this.#whole(first, depth, false), this.#told(rest, depth)];
      if (told !== null || toldRest !== null) return `${told ?? first} ${toldRest ?? rest}`;
    }
    return null;
  }
}

/** What stands between the pieces, each as near to the beginning as can be; null where the text is not made of them. */
function valuesIn(text: string, pieces: readonly string[]): readonly string[] | null {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return null;
  const end = text.length - last.length;
  const values: string[] = [];
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at + 1);
    if (found < 0 || found > end) return null;
    values.push(text.slice(at, found));
    at = found + piece.length;
  }
  if (at >= end) return null;
  return [...values, text.slice(at, end)];
}

function filled(template: string, values: readonly (string | number)[]): string {
  return template.replaceAll(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}
