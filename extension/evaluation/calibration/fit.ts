/**
 * From a raw signal to the chance that the answer would be right: logistic or isotonic, whichever has the lower cross-validated Brier score.
 * Folds are whole problems, since places of one problem tell of each other. A map that is no better than always stating the share of right
 * answers is not given: it would only dress a raw figure as a probability.
 */
import { probabilityAt, type ProbabilityMap } from '../../reasoning/calibration.ts';
import { brierScore, calibrationError, reliabilityBins, type Forecast, type ReliabilityBin } from '../metrics/calibration.ts';
import type { Labelled } from '../exits/scored.ts';
import { isotonicMap } from './isotonic.ts';
import { fitLogistic, logisticMap } from './logistic.ts';

export const METHODS = ['logistic', 'isotonic'] as const;
export type Method = (typeof METHODS)[number];

export interface Fit {
  readonly method: Method;
  /** Absent where it is no better than the base rate. */
  readonly map: ProbabilityMap | undefined;
  /** All of these from held-out folds. */
  readonly brier: number;
  /** Of always stating the share of right answers. */
  readonly baseBrier: number;
  readonly calibrationError: number;
  readonly bins: readonly ReliabilityBin[];
  readonly labels: number;
}

const FOLDS = 5;
/** Points kept of a map. */
const MOST_POINTS = 48;

/** `problems` holds the labels of each. Null where there is nothing to learn: too few problems, or all right, or all wrong. */
export function fitSignal(problems: readonly (readonly Labelled[])[]): Fit | null {
  const told = problems.filter((labels) => labels.length > 0);
  const all = told.flat();
  const right = all.filter((label) => label.right).length;
  if (told.length < 2 * FOLDS || right === 0 || right === all.length) return null;
  const base: Forecast[] = [];
  const forecasts: Record<Method, Forecast[]> = { logistic: [], isotonic: [] };
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const train = told.filter((_, index) => index % FOLDS !== fold).flat();
    const test = told.filter((_, index) => index % FOLDS === fold).flat();
    const share = train.filter((label) => label.right).length / train.length;
    base.push(...test.map((label) => ({ probability: share, right: label.right })));
    for (const method of METHODS) {
      const map = mapOf(train, method);
      forecasts[method].push(...test.map(({ value, right: is }) => ({ probability: probabilityAt(map, value), right: is })));
    }
  }
  const method: Method = brierScore(forecasts.isotonic) < brierScore(forecasts.logistic) ? 'isotonic' : 'logistic';
  const brier = brierScore(forecasts[method]);
  const baseBrier = brierScore(base);
  const bins = reliabilityBins(forecasts[method]);
  return { method, map: brier < baseBrier ? thinned(mapOf(all, method)) : undefined, brier, baseBrier, calibrationError: calibrationError(bins), bins, labels: all.length };
}

/** Never quite 0 or 1: that would say that no further answer could be wrong, which no count of labels shows. */
function mapOf(labels: readonly Labelled[], method: Method): ProbabilityMap {
  const least = 1 / (labels.length + 2);
  const map = method === 'logistic' ? logisticMap(labels) : isotonicMap(labels, fitLogistic(labels).slope >= 0);
  return map.map(([value, probability]) => [value, Math.min(1 - least, Math.max(least, probability))]);
}

/** Few enough points to travel with every run. */
function thinned(map: ProbabilityMap): ProbabilityMap {
  const rounded = map.map(([value, probability]): [number, number] => [Number(value.toPrecision(6)), Number(probability.toPrecision(4))]);
  if (rounded.length <= MOST_POINTS) return rounded;
  return Array.from({ length: MOST_POINTS }, (_, i) => rounded[Math.round((i * (rounded.length - 1)) / (MOST_POINTS - 1))]!);
}
