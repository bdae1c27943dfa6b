/** Ways to spend several lines of thought on one problem, and what came of each. */
import * as v from 'valibot';
import type { Sampler, Sampling } from '../../trace/events.ts';

export const wayNames = ['one', 'vote', 'particles'] as const;
export type WayName = (typeof wayNames)[number];

export interface Way {
  readonly name: WayName;
  readonly words: string;
  readonly sampling: Sampling | undefined;
  readonly sampler: Partial<Sampler>;
}

/** That of the particle filter's papers; votes are drawn at it too, so that nothing but the way differs. */
const TEMPERATURE = 0.8;

export const ways: readonly Way[] = [
  { name: 'one', words: 'one line of thought, greedy', sampling: undefined, sampler: { temperature: 0 } },
  { name: 'vote', words: 'runs whose answers vote', sampling: 'vote', sampler: { temperature: TEMPERATURE } },
  { name: 'particles', words: 'lines of a particle filter', sampling: 'particles', sampler: { temperature: TEMPERATURE } },
];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const sampledSchema = v.object({
  model: v.string(),
  problem: v.string(),
  level: count,
  way: v.picklist(wayNames),
  samples: count,
  answer: v.string(),
  right: v.boolean(),
  thinking: count,
  solution: count,
  /** All that was generated: thoughts, answers, what was dropped. */
  tokens: count,
  /** Times lines of thought were dropped. */
  drops: count,
});
export type Sampled = v.InferOutput<typeof sampledSchema>;
