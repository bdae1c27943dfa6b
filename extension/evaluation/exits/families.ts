/** Exit policies with a threshold to be chosen: from the strictest, which hardly ever ends a run, to the laxest. */
import { thresholdSignals, type ExitSpec } from '../../reasoning/exits/spec.ts';
import { signalLabel, type SignalName } from '../../trace/signals.ts';
import { higherIsSurer, labelled } from './scored.ts';
import type { Course } from './record.ts';

export interface Family {
  /** The signal it decides by. */
  readonly signal: SignalName;
  readonly label: string;
  /** From strict to lax. */
  readonly specs: readonly ExitSpec[];
}

/** Thresholds to choose from, at most. */
const MOST = 48;
/** Looks to wait for before the entropy's variance counts, and the weight that goes with so short a wait. */
const ENTROPY = { weight: 0.4, warmUp: 10 };
const CONFIDENCE = 'trial-answer-confidence';

/** A family for every signal that takes more than one value on the courses. `interval`: thinking tokens between trial answers. */
export function families(courses: readonly Course[], interval: number): Family[] {
  const all = courses.map((course) => labelled(course, interval));
  const values = (name: SignalName): number[] => all.flatMap((found) => found.get(name)?.map(({ value }) => value) ?? []);
  const family = (signal: SignalName, specOf: (threshold: number) => ExitSpec): Family[] => {
    const thresholds = quantiles(values(signal), higherIsSurer(signal));
    return thresholds.length < 2 ? [] : [{ signal, label: signalLabel(signal), specs: thresholds.map(specOf) }];
  };
  return [
    { signal: 'answer-convergence', label: signalLabel('answer-convergence'), specs: [6, 5, 4, 3, 2].map((window): ExitSpec => ({ policy: 'answer-convergence', window })) },
    ...family(CONFIDENCE, (atLeast) => ({ policy: CONFIDENCE, atLeast: Math.min(1, Math.max(Number.MIN_VALUE, atLeast)) })),
    ...family('trial-answer-confidence-geometric', (atLeast) => ({ policy: CONFIDENCE, mean: 'geometric', atLeast: Math.min(1, Math.max(Number.MIN_VALUE, atLeast)) })),
    ...family('entropy-after-end-variance', (below) => ({ policy: 'entropy-after-end', below: Math.max(Number.MIN_VALUE, below), ...ENTROPY })),
    ...thresholdSignals.flatMap((signal) => family(signal, (threshold) => ({ policy: 'signal', signal, ...(higherIsSurer(signal) ? { atLeast: threshold } : { atMost: threshold }) }))),
  ];
}

/** Distinct values at even ranks, the surest first. */
function quantiles(values: readonly number[], higher: boolean): number[] {
  const sorted = [...new Set(values)].sort((a, b) => (higher ? b - a : a - b));
  if (sorted.length <= MOST) return sorted;
  return Array.from({ length: MOST }, (_, rank) => sorted[Math.round((rank * (sorted.length - 1)) / (MOST - 1))]!);
}
