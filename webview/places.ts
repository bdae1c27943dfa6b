/**
 * Where a thinking token stands in the text of the thoughts, and which token a place in the text belongs to. Exact where the model gave a
 * figure a token; a share of the way through the stretch otherwise (a server that does not tell its tokens apart).
 */
import type { RunView, ThoughtSegment, TokenPage } from '../extension/trace/view.ts';

/** Part of the text of one stretch of thoughts, in UTF-16 units. */
export interface Place {
  /** Index among the view's thoughts. */
  readonly segment: number;
  readonly start: number;
  readonly end: number;
}

export interface TokenFigures {
  readonly logprob: number | null;
  readonly entropy: number | null;
  readonly confidence: number | null;
}

/** Tokens that have no text of their own (tags) may make the entries of a stretch a few fewer than its tokens. */
const slack = 4;

interface Stretch {
  readonly segment: number;
  readonly text: string;
  /** Thinking tokens used before the stretch, and at its end. */
  readonly from: number;
  readonly to: number;
  readonly pages: readonly TokenPage[];
  readonly entries: number;
}

export interface Places {
  /** Thinking tokens that have a place; 0 where nothing was thought. */
  readonly tokens: number;
  /** The `token`-th thinking token (from 1); null where nothing stands. */
  placeOf(token: number): Place | null;
  /** The number of the token at a place of the text; null outside the model's own thoughts. */
  tokenAt(segment: number, offset: number): number | null;
  figuresAt(place: Place): TokenFigures | null;
  /** Every token the model gave figures for, in order. */
  forEachToken(visit: (token: number, figures: TokenFigures) => void): void;
}

export function placesOf({ thoughts, usage }: Pick<RunView, 'thoughts' | 'usage'>): Places {
  const stretches = thoughts.flatMap((segment, index) => stretchOf(segment, index, endOf(thoughts, index, usage.thinking)));
  const last = stretches.at(-1);
  return {
    tokens: last?.to ?? 0,
    placeOf: (token) => {
      const stretch = stretches.find(({ to }) => token <= to) ?? last;
      return stretch ? placeIn(stretch, token) : null;
    },
    tokenAt: (segment, offset) => {
      const stretch = stretches.find((each) => each.segment === segment);
      return stretch ? tokenIn(stretch, offset) : null;
    },
    figuresAt: ({ segment, end }) => {
      const stretch = stretches.find((each) => each.segment === segment);
      return stretch ? figuresIn(stretch, end) : null;
    },
    forEachToken: (visit) => {
      for (const stretch of stretches) visitTokens(stretch, visit);
    },
  };
}

/** Only the model's own thoughts are counted tokens: what was put in or carried over was not charged. */
function stretchOf({ source, text, fromToken, tokens: pages = [] }: ThoughtSegment, segment: number, to: number): Stretch[] {
  if (source !== 'model' || text === '') return [];
  return [{ segment, text, from: fromToken, to: Math.max(to, fromToken + 1), pages, entries: pages.reduce((sum, { ends }) => sum + ends.length, 0) }];
}

function endOf(thoughts: readonly ThoughtSegment[], index: number, used: number): number {
  const next = thoughts.slice(index + 1).find(({ source }) => source === 'model');
  return next?.fromToken ?? used;
}

/** Entries and tokens go together one by one, but for tags. */
function isExact({ entries, from, to }: Stretch): boolean {
  return entries > 0 && Math.abs(entries - (to - from)) <= Math.max(slack, entries * 0.02);
}

function placeIn(stretch: Stretch, token: number): Place {
  const { segment, text, from, to, entries } = stretch;
  const nth = Math.max(0, token - from - 1);
  if (entries === 0) {
    const perToken = text.length / (to - from);
    const start = Math.min(Math.floor(nth * perToken), text.length - 1);
    return { segment, start, end: Math.min(text.length, Math.max(start + 1, Math.round(start + perToken))) };
  }
  const entry = Math.min(entries - 1, isExact(stretch) ? nth : Math.floor((nth * entries) / (to - from)));
  return { segment, start: endOfEntry(stretch, entry - 1), end: endOfEntry(stretch, entry) };
}

function tokenIn(stretch: Stretch, offset: number): number {
  const { text, from, to, entries } = stretch;
  const at = Math.max(0, Math.min(offset, text.length - 1));
  if (entries === 0) return from + 1 + Math.min(to - from - 1, Math.floor((at / text.length) * (to - from)));
  return tokenOfEntry(stretch, Math.min(entries - 1, entriesBefore(stretch, at)));
}

function tokenOfEntry(stretch: Stretch, entry: number): number {
  const { from, to, entries } = stretch;
  return from + 1 + (isExact(stretch) ? Math.min(entry, to - from - 1) : Math.floor((entry * (to - from)) / entries));
}

function visitTokens(stretch: Stretch, visit: (token: number, figures: TokenFigures) => void): void {
  let entry = 0;
  for (const { ends, logprobs, entropies, confidences } of stretch.pages) {
    for (let at = 0; at < ends.length; at += 1, entry += 1) {
      visit(tokenOfEntry(stretch, entry), { logprob: logprobs[at] ?? null, entropy: entropies[at] ?? null, confidence: confidences[at] ?? null });
    }
  }
}

function endOfEntry({ pages }: Stretch, entry: number): number {
  let left = entry;
  if (left < 0) return 0;
  for (const { ends } of pages) {
    const end = ends[left];
    if (end !== undefined) return end;
    left -= ends.length;
  }
  return pages.at(-1)?.ends.at(-1) ?? 0;
}

/** How many entries end at or before the offset: the number of the entry that holds it. */
function entriesBefore({ pages }: Stretch, offset: number): number {
  let before = 0;
  for (const { ends } of pages) {
    if ((ends.at(-1) ?? 0) > offset) return before + firstAbove(ends, offset);
    before += ends.length;
  }
  return before;
}

function figuresIn(stretch: Stretch, end: number): TokenFigures | null {
  let left = entriesBefore(stretch, end - 1);
  for (const { ends, logprobs, entropies, confidences } of stretch.pages) {
    if (left < ends.length) return { logprob: logprobs[left] ?? null, entropy: entropies[left] ?? null, confidence: confidences[left] ?? null };
    left -= ends.length;
  }
  return null;
}

/** Index of the first entry above the value, in a rising list. */
export function firstAbove(rising: readonly number[], value: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? Infinity) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
