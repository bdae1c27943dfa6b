/** What every signal said at the places of a course, beside whether the answer there was right. */
import { AnswerConvergence } from '../../reasoning/signals/answer-convergence.ts';
import { EntropyAfterEnd } from '../../reasoning/signals/entropy-after-end.ts';
import { ENTROPY_WEIGHT } from '../../reasoning/exits/build.ts';
import { thresholdSignals } from '../../reasoning/exits/spec.ts';
import { signalInfo, type SignalName } from '../../trace/signals.ts';
import { Readings } from './readings.ts';
import type { Course } from './record.ts';

export interface Labelled {
  readonly value: number;
  readonly right: boolean;
}

/** Signals that a course tells something of. `length` is none: the tokens so far, which every signal has to beat. */
export const scoredSignals: readonly (SignalName | 'length')[] = [
  'length',
  'answer-convergence',
  'trial-answer-confidence',
  'trial-answer-confidence-geometric',
  'entropy-after-end',
  'entropy-after-end-variance',
  ...thresholdSignals,
];

/** The latest values at every place. `interval`: thinking tokens between trial answers. */
export function labelled(course: Course, interval: number): Map<SignalName | 'length', Labelled[]> {
  const found = new Map<SignalName | 'length', Labelled[]>(scoredSignals.map((name) => [name, []]));
  const readings = new Readings();
  const convergence = new AnswerConvergence();
  const entropy = new EntropyAfterEnd(ENTROPY_WEIGHT);
  let nextTrial = 0;
  for (const place of course.places) {
    readings.take(place);
    const { right } = place.end;
    const add = (name: SignalName | 'length', value: number | null): void => {
      if (value !== null) found.get(name)?.push({ value, right });
    };
    add('length', place.at);
    if (place.at >= nextTrial) {
      nextTrial = place.at + interval;
      add('answer-convergence', convergence.add(place.trial.answer).streak);
      add('trial-answer-confidence', place.trial.arithmetic);
      add('trial-answer-confidence-geometric', place.trial.geometric);
    }
    if (place.entropy !== null) {
      const { latest, variance } = entropy.add(place.entropy);
      add('entropy-after-end', latest);
      add('entropy-after-end-variance', variance);
    }
    for (const name of thresholdSignals) add(name, readings.value(name));
  }
  return found;
}

/** Whether a high value speaks for a right answer. What neither does is taken as the lower the surer: little is left to be thought. */
export function higherIsSurer(name: SignalName | 'length'): boolean {
  return name === 'length' || signalInfo(name)?.surer === 'higher';
}
