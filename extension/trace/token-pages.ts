/**
 * The figures of a stretch of thoughts, token by token, in pages. Appending copies the last page and the list of pages, never the figures
 * before them, so a run of 20,000 tokens folds as fast at its end as at its beginning.
 */
import type { RunEventOf } from './events.ts';
import { TOKENS_PER_PAGE, type TokenPage } from './view.ts';

type Figures = Pick<RunEventOf<'tokens'>, 'text' | 'lengths' | 'logprobs' | 'entropies' | 'confidences'>;

interface Entry {
  readonly end: number;
  readonly logprob: number | null;
  readonly entropy: number | null;
  readonly confidence: number | null;
}

/** The pages with the event's figures behind them; `at` is where its text begins in the segment. Figures that do not fit the text are left out. */
export function appendFigures(pages: readonly TokenPage[] | undefined, at: number, event: Figures): readonly TokenPage[] | undefined {
  const entries = entriesOf(event, at);
  const first = entries[0];
  if (!first) return pages;
  // Text before this event that came without figures keeps its place.
  if (lastEnd(pages) < at) entries.unshift({ end: at, logprob: null, entropy: null, confidence: null });
  return append(pages ?? [], entries);
}

/** The pages of the first `length` units of text. A token cut in two keeps its figures. */
export function cutFigures(pages: readonly TokenPage[] | undefined, length: number): readonly TokenPage[] | undefined {
  if (lastEnd(pages) <= length) return pages;
  const kept: TokenPage[] = [];
  for (const page of pages ?? []) {
    const whole = page.ends.filter((end) => end <= length).length;
    const halved = whole < page.ends.length && (page.ends[whole - 1] ?? lastEnd(kept)) < length;
    const size = halved ? whole + 1 : whole;
    if (size > 0) kept.push({ ends: page.ends.slice(0, size).map((end) => Math.min(end, length)), logprobs: page.logprobs.slice(0, size), entropies: page.entropies.slice(0, size), confidences: page.confidences.slice(0, size) });
    if (whole < page.ends.length) break;
  }
  return kept.length === 0 ? undefined : kept;
}

function lastEnd(pages: readonly TokenPage[] | undefined): number {
  return pages?.at(-1)?.ends.at(-1) ?? 0;
}

function entriesOf({ text, lengths, logprobs, entropies, confidences }: Figures, at: number): Entry[] {
  if (!lengths || !(logprobs || entropies || confidences)) return [];
  const entries: Entry[] = [];
  let end = at;
  for (const [index, length] of lengths.entries()) {
    end += length;
    if (length > 0) entries.push({ end, logprob: logprobs?.[index] ?? null, entropy: entropies?.[index] ?? null, confidence: confidences?.[index] ?? null });
  }
  return end === at + text.length ? entries : [];
}

function append(pages: readonly TokenPage[], entries: readonly Entry[]): readonly TokenPage[] {
  const next = [...pages];
  let from = 0;
  while (from < entries.length) {
    const last = next.at(-1);
    const open = last && last.ends.length < TOKENS_PER_PAGE ? next.pop() : undefined;
    const more = entries.slice(from, from + TOKENS_PER_PAGE - (open?.ends.length ?? 0));
    from += more.length;
    next.push({
      ends: [...(open?.ends ?? []), ...more.map(({ end }) => end)],
      logprobs: [...(open?.logprobs ?? []), ...more.map(({ logprob }) => logprob)],
      entropies: [...(open?.entropies ?? []), ...more.map(({ entropy }) => entropy)],
      confidences: [...(open?.confidences ?? []), ...more.map(({ confidence }) => confidence)],
    });
  }
  return next;
}
