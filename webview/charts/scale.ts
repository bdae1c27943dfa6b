/** From values to places on a chart, and fewer points where there are more than anybody can see. */
import type { SignalPoint } from '../../extension/trace/view.ts';

/** Units of a chart's own coordinates; the browser stretches them to the room there is. */
export const WIDTH = 1000;
export const HEIGHT = 100;
/** Room above and below the line, so that its ends are not cut. */
const MARGIN = 6;
/** More points than this in a line cannot be told apart in a side panel. */
const MOST_POINTS = 400;

const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The end of the token axis: the next round number, so that a growing run does not move all that is drawn with every token. */
export function domainOf(tokens: number): number {
  if (tokens <= 10) return 10;
  const magnitude = 10 ** Math.floor(Math.log10(tokens));
  return Math.ceil(magnitude * (steps.find((step) => step * magnitude >= tokens) ?? 10));
}

export function x(token: number, domain: number): number {
  return (Math.max(0, Math.min(token, domain)) / domain) * WIDTH;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The values' own range; a single value gets one around it. */
export function rangeOf(values: readonly number[]): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { low: 0, high: 1 };
  // A file may hold any number, also such as lie further apart than a number can say.
  if (!Number.isFinite(high - low)) return { low: low / 4, high: high / 4 };
  if (low < high) return { low, high };
  const half = Math.abs(low) / 2 || 0.5;
  return { low: Math.max(low - half, -Number.MAX_VALUE), high: Math.min(high + half, Number.MAX_VALUE) };
}

export function y(value: number, { low, high }: Range): number {
  const share = Math.max(0, Math.min((value - low) / (high - low), 1));
  return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN);
}

/**
 * At most about `most` points with the same look: of each bucket the lowest, the highest and the last, so that no crossing of a threshold
 * is lost. Points without a value stay, because a gap says something too, but only the first of several in a row.
 */
export function thinned(points: readonly SignalPoint[], most = MOST_POINTS): readonly SignalPoint[] {
  if (points.length <= most) return points;
  const size = Math.ceil((points.length * 3) / most);
  const kept: SignalPoint[] = [];
  for (let from = 0; from < points.length; from += size) {
    const bucket = points.slice(from, from + size);
    const wanted = new Set<SignalPoint | undefined>([bucket.at(-1), bucket.find(({ value }) => value === null), extreme(bucket, 1), extreme(bucket, -1)]);
    kept.push(...bucket.filter((point) => wanted.has(point)));
  }
  return kept;
}

function extreme(points: readonly SignalPoint[], sign: 1 | -1): SignalPoint | undefined {
  let best: SignalPoint | undefined;
  for (const point of points) {
    if (point.value !== null && (best === undefined || best.value === null || point.value * sign > best.value * sign)) best = point;
  }
  return best;
}

/** A line through what was measured, broken where it was not. `of` picks the value drawn. */
export function linePath(points: readonly SignalPoint[], domain: number, range: Range, of: (point: SignalPoint) => number | null | undefined): string {
  let path = '';
  let open = false;
  for (const point of points) {
    const value = of(point);
    if (value === null || value === undefined) open = false;
    else {
      // A dot of no length: a point between two gaps has a round cap, and so can be seen.
      path += `${open ? 'L' : 'M'}${x(point.atToken, domain).toFixed(1)} ${y(value, range).toFixed(1)}${open ? '' : 'h0'}`;
      open = true;
    }
  }
  return path;
}

/** The point nearest to a token; of two as near, the later. */
export function nearest<P extends { readonly atToken: number }>(points: readonly P[], token: number): P | undefined {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.atToken ?? Infinity) > token) high = middle;
    else low = middle + 1;
  }
  const before = points[low - 1];
  const after = points[low];
  if (!before || !after) return before ?? after;
  return token - before.atToken <= after.atToken - token ? before : after;
}
