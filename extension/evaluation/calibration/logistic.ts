/**
 * Logistic regression on one signal (Platt 1999), by Newton's method with a little ridge, so that labels which a threshold separates without
 * error still give finite figures.
 */
import type { ProbabilityMap } from '../../reasoning/calibration.ts';
import type { Labelled } from '../exits/scored.ts';

export interface Logistic {
  /** p = 1 / (1 + e^-(intercept + slope * value)). */
  readonly intercept: number;
  readonly slope: number;
}

const ROUNDS = 50;
const RIDGE = 1e-3;
/** Points of the curve that is kept. */
const POINTS = 33;

export function fitLogistic(labels: readonly Labelled[]): Logistic {
  const count = labels.length;
  const mean = labels.reduce((sum, { value }) => sum + value, 0) / count;
  const spread = Math.sqrt(labels.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / count) || 1;
  let a = 0;
  let b = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    let [ga, gb, haa, hab, hbb] = [-RIDGE * a, -RIDGE * b, RIDGE, 0, RIDGE];
    for (const { value, right } of labels) {
      const x = (value - mean) / spread;
      const p = sigmoid(a + b * x);
      const w = p * (1 - p);
      ga += Number(right) - p;
      gb += (Number(right) - p) * x;
      haa += w;
      hab += w * x;
      hbb += w * x * x;
    }
    const determinant = haa * hbb - hab * hab;
    const [da, db] = [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant];
    // A long step would overshoot where the labels are nearly separated.
    const scale = Math.min(1, 4 / Math.max(Math.abs(da), Math.abs(db), 1e-12));
    a += da * scale;
    b += db * scale;
    if (Math.abs(da) + Math.abs(db) < 1e-9) break;
  }
  return { intercept: a - (b * mean) / spread, slope: b / spread };
}

/** The fitted curve over the values seen, as points. */
export function logisticMap(labels: readonly Labelled[]): ProbabilityMap {
  const { intercept, slope } = fitLogistic(labels);
  const values = labels.map(({ value }) => value).sort((a, b) => a - b);
  const points = new Set(Array.from({ length: POINTS }, (_, i) => values[Math.round((i * (values.length - 1)) / (POINTS - 1))] ?? 0));
  return [...points].map((value) => [value, sigmoid(intercept + slope * value)]);
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
