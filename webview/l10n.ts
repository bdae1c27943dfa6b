/**
 * The viewer's words in the editor's language. The host puts the bundle of that language on the page; without one, or for a message it lacks, the words are
 * the English ones that stand in the code. Messages are written out where they are used: `npm run l10n` and a test find them by the name of this function.
 */
import * as v from 'valibot';
import { Retelling } from '../extension/trace/said.ts';

const wordsSchema = v.record(v.string(), v.string());

let words: Readonly<Record<string, string>> | undefined;
let retelling: Retelling | undefined;

/** `{0}`, `{1}` … stand for the values in their order. */
export function t(message: string, ...values: readonly (string | number)[]): string {
  words ??= wordsOnPage();
  return (words[message] ?? message).replaceAll(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

/** A sentence, or the name of a signal, that is recorded in English. */
export function retold(sentence: string): string {
  retelling ??= new Retelling((words ??= wordsOnPage()));
  return retelling.tell(sentence);
}

/** The language of the words on the page; undefined where they are the English ones of the code. */
export function pageLanguage(): string | undefined {
  const language = typeof document === 'undefined' ? 'en' : document.documentElement.lang;
  return language === '' || language === 'en' ? undefined : language;
}

function wordsOnPage(): Readonly<Record<string, string>> {
  // The checks of single functions run without a page.
  const found = typeof document === 'undefined' ? null : document.querySelector('meta[name="reins-words"]')?.getAttribute('content');
  if (found === undefined || found === null) return {};
  const parsed = v.safeParse(wordsSchema, JSON.parse(found));
  return parsed.success ? parsed.output : {};
}
