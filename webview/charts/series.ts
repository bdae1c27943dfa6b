/** What there is to draw of a run: every signal by its name, and the figures of the single tokens, which come with the text. */
import { signalInfo, signalLabel, type SignalInfo } from '../../extension/trace/signals.ts';
import type { RunView, SignalPoint } from '../../extension/trace/view.ts';
import { formatCount, formatValue } from '../format.ts';
import type { Places, TokenFigures } from '../places.ts';
import { retold, t } from '../l10n.ts';

export interface Series {
  readonly name: string;
  /** "Net drift". */
  readonly title: string;
  readonly unit: string;
  /** What it means, as a sentence; empty for a signal this version does not know. */
  readonly meaning: string;
  readonly family: SignalInfo['family'] | null;
  /** A number that means something only beside others of the same model. */
  readonly raw: boolean;
  readonly points: readonly SignalPoint[];
  /** How the points were made of the figures, where they are not the figures themselves. */
  readonly note: string;
}

/** A side panel has no room for more dots than this from one token to the next. */
const MOST_BUCKETS = 200;

const ofToken: Readonly<Record<string, (figures: TokenFigures) => number | null>> = {
  'token-logprob': ({ logprob }) => logprob,
  'token-entropy': ({ entropy }) => entropy,
  'token-confidence': ({ confidence }) => confidence,
};

export const tokenSeriesNames: readonly string[] = Object.keys(ofToken);

export function describeSignal(name: string): Omit<Series, 'points' | 'note'> {
  const info = signalInfo(name);
  const label = retold(signalLabel(name));
  return { name, title: label.charAt(0).toUpperCase() + label.slice(1), unit: retold(info?.unit ?? ''), meaning: retold(info?.meaning ?? ''), family: info?.family ?? null, raw: info?.kind !== 'count' };
}

export function pointSeries(view: Pick<RunView, 'signals'>, name: string): Series {
  const points = Object.hasOwn(view.signals, name) ? (view.signals[name] ?? []) : [];
  return { ...describeSignal(name), points, note: '' };
}

/** The figures of the tokens; of a long run the means of so many tokens each. */
export function tokenSeries(places: Places, name: string): Series {
  const pick = ofToken[name];
  const all: { readonly token: number; readonly value: number }[] = [];
  if (pick) {
    places.forEachToken((token, figures) => {
      const value = pick(figures);
      if (value !== null) all.push({ token, value });
    });
  }
  const size = Math.ceil(all.length / MOST_BUCKETS);
  const points: SignalPoint[] = [];
  for (let from = 0; from < all.length; from += size) {
    const bucket = all.slice(from, from + size);
    points.push({ atToken: bucket.at(-1)?.token ?? 0, value: bucket.reduce((sum, { value }) => sum + value, 0) / bucket.length });
  }
  return { ...describeSignal(name), points, note: size > 1 ? t('means of {0} tokens each', formatCount(size)) : '' };
}

/** Whether the model gave this figure for any token; looks no further than it must. */
export function hasTokenFigure({ thoughts }: Pick<RunView, 'thoughts'>, name: string): boolean {
  const list = ({ 'token-logprob': 'logprobs', 'token-entropy': 'entropies', 'token-confidence': 'confidences' } as const)[name];
  return list !== undefined && thoughts.some(({ source, tokens }) => source === 'model' && tokens?.some((page) => page[list].some((value) => value !== null)) === true);
}

/** The threshold of the last decision that looked at the signal; before any, the one the exit policy goes by. */
export function thresholdOf(signal: string, { decisions, started }: Pick<RunView, 'decisions' | 'started'>): number | null {
  for (const { evidence } of decisions.toReversed()) {
    const found = evidence.find((each) => each.signal === signal)?.threshold;
    if (typeof found === 'number') return found;
  }
  return started?.exit?.thresholds?.find((each) => each.signal === signal)?.threshold ?? null;
}

/** "0.42 length per step". Without the unit where there is none. */
export function withUnit(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return t('not measured');
  return unit === '' ? formatValue(value) : `${formatValue(value)} ${unit}`;
}

/** Why points have no value, each reason once: "too short at 3 points". */
export function gapWords(points: readonly SignalPoint[]): string {
  const counts = new Map<string, number>();
  for (const { value, reason } of points) if (value === null) counts.set(reason ?? t('no reason given'), (counts.get(reason ?? t('no reason given')) ?? 0) + 1);
  return [...counts].map(([reason, count]) => t('{0} at {1}', reason, count === 1 ? t('1 point') : t('{0} points', formatCount(count)))).join(', ');
}
