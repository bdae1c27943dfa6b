/**
 * What was learned about one model from runs whose answers are known to be right or wrong. Thresholds and probabilities never carry over
 * to another model, so a calibration belongs to the weights it was made with.
 */
import * as v from 'valibot';
import { ReasoningError } from './errors.ts';
import { exitSpecSchema } from './exits/spec.ts';
import type { ModelCard } from './port.ts';
import { said } from '../trace/said.ts';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** Points of a monotone curve from a signal's value to the chance of a right answer, by ascending value. */
export const probabilityMapSchema = v.pipe(v.array(v.tuple([v.number(), probability])), v.minLength(1));
export type ProbabilityMap = v.InferOutput<typeof probabilityMapSchema>;

/** With fewer labelled tasks a probability would pretend to know; raw figures are shown instead. */
export const FEWEST_LABELS = 50;

const reliabilitySchema = v.object({
  method: v.picklist(['logistic', 'isotonic']),
  /** Mean squared errors of the chances stated, and of always stating the share of right answers. */
  brier: v.number(),
  baseBrier: v.number(),
  calibrationError: v.number(),
  labels: whole,
  /** Ten bins of equal width: how many chances fell into it, their mean, and the share right. */
  bins: v.array(v.object({ count: whole, stated: v.nullable(probability), right: v.nullable(probability) })),
});

export const calibrationSchema = v.object({
  id: v.string(),
  /** ISO 8601. */
  time: v.string(),
  /** SHA-256 of the weights. */
  model: v.string(),
  /** Answers known to be right or wrong. */
  labels: whole,
  /** Tasks they belong to; answers to one task are no independent evidence. Absent: one answer each. */
  tasks: v.optional(whole),
  /** What the tasks were, in words that follow "N tasks of". */
  world: v.optional(v.string()),
  /** Exit policies with this model's thresholds. */
  presets: v.optional(v.object({ cautious: v.optional(exitSpecSchema), eager: v.optional(exitSpecSchema) }), {}),
  /** Part of the tasks it was made from, and the seed they were drawn by. */
  split: v.optional(v.string()),
  seed: v.optional(whole),
  /** Policies for average budgets, in tokens a run. */
  targets: v.optional(v.array(v.object({ tokens: whole, exits: exitSpecSchema }))),
  /** How well the maps state chances, on tasks they were not fitted on: for whoever wants to draw it. */
  reliability: v.optional(v.record(v.string(), reliabilitySchema)),
  /** By name of the signal. */
  maps: v.optional(v.record(v.string(), probabilityMapSchema), {}),
});
export type Calibration = v.InferOutput<typeof calibrationSchema>;

/** The chance of a right answer at a value: linear between the points, flat beyond them. */
export function probabilityAt(map: ProbabilityMap, value: number): number {
  const after = map.findIndex(([at]) => at >= value);
  if (after < 0) return map.at(-1)![1];
  const [high, chance] = map[after]!;
  const before = map[after - 1];
  if (!before || high === value) return chance;
  const [low, lower] = before;
  return lower + ((chance - lower) * (value - low)) / (high - low);
}

/** The calibration, if it is this model's. Throws the sentence otherwise: thresholds of one model mean nothing on another. */
export function checkedCalibration(calibration: Calibration, { name, hash }: Pick<ModelCard, 'name' | 'hash'>): Calibration {
  if (hash !== undefined && calibration.model === hash) return calibration;
  throw new ReasoningError('bad-request', said('This calibration was made for other weights than those of {0}, and thresholds of one model mean nothing on another. Calibrate {1} itself.', name, name));
}

/** The calibration as far as it may be used: made with these weights, and its probabilities only with enough labels. */
export function usableCalibration(calibration: Calibration | undefined, hash: string | undefined): Calibration | undefined {
  if (!calibration || hash === undefined || calibration.model !== hash) return undefined;
  return (calibration.tasks ?? calibration.labels) >= FEWEST_LABELS ? calibration : { ...calibration, maps: {} };
}
