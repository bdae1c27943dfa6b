/** Turns a hidden function and its rivals into a problem whose examples leave one answer. */
import type { Example } from '../interpreter/examples.ts';
import { behaviour, isTame, satisfies } from './behaviour.ts';
import type { Hypothesis } from './problem.ts';

export interface Draft {
  readonly name: string;
  readonly truth: Hypothesis;
  readonly rivals: readonly Hypothesis[];
  readonly inputs: readonly (readonly number[])[];
  readonly hidden: readonly (readonly number[])[];
  /** Most statements that may take effect on one example. */
  readonly maxEffects: number;
}

export interface Settled {
  readonly examples: readonly Example[];
  readonly wrong: readonly Hypothesis[];
}

/**
 * The examples the truth gives and the rivals they refute; null where a value leaves the world, or where a rival that differs on hidden
 * inputs fits all examples, since the problem would then be ambiguous.
 */
export function settle(draft: Draft): Settled | null {
  const { name, truth, rivals, inputs, hidden, maxEffects } = draft;
  if (!inputs.every((given) => isTame(truth.source, name, given, maxEffects))) {
    return null;
  }
  const examples: Example[] = behaviour(truth.source, name, inputs).map((value, index) => ({ name, arguments: inputs[index] ?? [], expected: value ?? 0 }));
  const expected = JSON.stringify(behaviour(truth.source, name, hidden));
  const wrong: Hypothesis[] = [];
  for (const rival of rivals) {
    if (!satisfies(rival.source, examples)) {
      if (inputs.every((given) => isTame(rival.source, name, given, maxEffects + 8))) {
        wrong.push(rival);
      }
    } else if (JSON.stringify(behaviour(rival.source, name, hidden)) !== expected) {
      return null;
    }
  }
  return wrong.length === 0 ? null : { examples, wrong };
}
