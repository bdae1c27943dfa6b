/**
 * A course: one problem thought through to the model's own end, with what every signal said on the way and what the answer would have been
 * at every place of measurement. Recorded once, it tells what any exit policy would have done.
 */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const figure = v.nullable(v.number());

const placeSchema = v.object({
  /** Thinking tokens so far. */
  at: count,
  /** What the signals that need no probe said here; those that said nothing new are absent. */
  values: v.record(v.string(), figure),
  /** Names of those with too little behind them to decide by. */
  early: v.array(v.string()),
  /** The trial answer here, and its cost in tokens. */
  trial: v.object({ answer: v.string(), injected: count, generated: count, arithmetic: figure, geometric: figure, closed: v.boolean() }),
  /** Entropy right after the end tag, nats. */
  entropy: figure,
  /** What an end here would give: the answer, whether it is right, its tokens, and those of the closing text. */
  end: v.object({ answer: v.string(), right: v.boolean(), solution: count, injected: count }),
});
export type Place = v.InferOutput<typeof placeSchema>;

export const courseSchema = v.object({
  /** Fingerprint of the model's folder, or hash of its weights: what the course is true of. */
  model: v.string(),
  /** See `drawProblems`. */
  problem: v.string(),
  level: count,
  skill: v.string(),
  /** Part of the split that the problem belongs to. */
  split: v.string(),
  /** Thinking tokens it might have used. */
  budget: count,
  /** Tokens of thought, the end tag included. */
  thinking: count,
  /** The model closed its thoughts itself. */
  natural: v.boolean(),
  injected: count,
  solution: count,
  answer: v.string(),
  right: v.boolean(),
  places: v.array(placeSchema),
});
export type Course = v.InferOutput<typeof courseSchema>;

/** All tokens of a run: thoughts, probes, the closing text and the answer. */
export function tokensOf({ thinking, injected, solution }: { readonly thinking: number; readonly injected: number; readonly solution: number }, probes = 0): number {
  return thinking + probes + injected + solution;
}
