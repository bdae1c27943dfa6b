/**
 * An exit policy as it is written down: in a setting, on the command line, in a calibration. Policies compose: any of several, all of
 * them at the same place, or one only after some thought.
 */
import * as v from 'valibot';
import { said } from '../../trace/said.ts';
import { signalInfo, type SignalName, signalTable } from '../../trace/signals.ts';

const tokens = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));
const share = v.pipe(v.number(), v.gtValue(0), v.maxValue(1));

/** Signals that a threshold may be set on: those that come by themselves, without a probe. */
export const thresholdSignals = signalTable.flatMap((info) => (info.per === 'point' && !('costs' in info) && info.name !== 'tail-confidence' && info.name !== 'thought-leak' && info.name !== 'end-tag-bias' ? [info.name] : []));

const plainSchemas = [
  /** Dynasor-CoT: the last `window` trial answers are the same. */
  v.strictObject({ policy: v.literal('answer-convergence'), window: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(20)), interval: v.optional(tokens) }),
  /** DEER: the model holds the words of its trial answer likely. closed: the geometric mean, where the model closed its thoughts itself (Qwen3). */
  v.strictObject({ policy: v.literal('trial-answer-confidence'), atLeast: share, mean: v.optional(v.picklist(['arithmetic', 'geometric', 'closed'])), interval: v.optional(tokens) }),
  /** EAT: the moving variance of the entropy after the end tag is below the threshold. */
  v.strictObject({ policy: v.literal('entropy-after-end'), below: v.pipe(v.number(), v.gtValue(0)), weight: v.optional(share), warmUp: v.optional(tokens) }),
  /** A signal is at or beyond a threshold, `times` measurements in a row. */
  v.pipe(
    v.strictObject({
      policy: v.literal('signal'),
      signal: v.picklist(thresholdSignals),
      atLeast: v.optional(v.number()),
      atMost: v.optional(v.number()),
      times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
    }),
    v.check(({ atLeast, atMost }) => (atLeast === undefined) !== (atMost === undefined), 'A signal policy needs atLeast or atMost, one of the two.'),
  ),
] as const;

export type PlainSpec = v.InferOutput<(typeof plainSchemas)[number]>;
export type ExitSpec =
  | PlainSpec
  | { readonly policy: 'any' | 'all'; readonly of: readonly ExitSpec[] }
  | { readonly policy: 'after'; readonly tokens: number; readonly then: ExitSpec };

export const exitSpecSchema: v.GenericSchema<ExitSpec> = v.lazy(() =>
  v.union([
    ...plainSchemas,
    v.strictObject({ policy: v.picklist(['any', 'all']), of: v.pipe(v.array(exitSpecSchema), v.minLength(1), v.maxLength(10)) }),
    v.strictObject({ policy: v.literal('after'), tokens, then: exitSpecSchema }),
  ]),
);

/** Signals that the policy reads. */
export function signalsOf(spec: ExitSpec): SignalName[] {
  switch (spec.policy) {
    case 'answer-convergence':
      return ['answer-convergence'];
    case 'trial-answer-confidence':
      return ['trial-answer-confidence', 'trial-answer-confidence-geometric'];
    case 'entropy-after-end':
      return ['entropy-after-end', 'entropy-after-end-variance'];
    case 'signal':
      return [spec.signal];
    case 'any':
    case 'all':
      return spec.of.flatMap(signalsOf);
    case 'after':
      return signalsOf(spec.then);
  }
}

export interface Threshold {
  readonly signal: SignalName;
  readonly threshold: number;
  /** The signal has to fall to it; absent: to rise to it. */
  readonly atMost?: true;
}

/** What the policy holds its signals against, so that a chart can show how near they come before anything is decided. */
export function thresholdsOf(spec: ExitSpec): Threshold[] {
  switch (spec.policy) {
    case 'answer-convergence':
      return [{ signal: 'answer-convergence', threshold: spec.window }];
    case 'trial-answer-confidence':
      return [{ signal: confidenceSignal(spec.mean), threshold: spec.atLeast }];
    case 'entropy-after-end':
      return [{ signal: 'entropy-after-end-variance', threshold: spec.below, atMost: true }];
    case 'signal':
      return [spec.atLeast === undefined ? { signal: spec.signal, threshold: spec.atMost ?? 0, atMost: true } : { signal: spec.signal, threshold: spec.atLeast }];
    case 'any':
    case 'all':
      return spec.of.flatMap(thresholdsOf);
    case 'after':
      return thresholdsOf(spec.then);
  }
}

/** The signal a trial answer's confidence is told by. */
export function confidenceSignal(mean: 'arithmetic' | 'geometric' | 'closed' = 'arithmetic'): SignalName {
  return mean === 'arithmetic' ? 'trial-answer-confidence' : 'trial-answer-confidence-geometric';
}

/** The policy in words, to follow "Stops thinking when ". */
export function specWords(spec: ExitSpec): string {
  switch (spec.policy) {
    case 'answer-convergence':
      return said('{0} trial answers in a row are the same', spec.window);
    case 'trial-answer-confidence':
      return said('the model holds its trial answer {0} % likely', Math.round(spec.atLeast * 1000) / 10);
    case 'entropy-after-end':
      return said('its doubt about the answer’s first word no longer moves (variance below {0})', spec.below);
    case 'signal': {
      const label = signalInfo(spec.signal)?.label ?? spec.signal;
      const bound = spec.atLeast === undefined ? said('{0} is at most {1}', label, spec.atMost ?? 0) : said('{0} is at least {1}', label, spec.atLeast);
      return (spec.times ?? 1) > 1 ? said('{0}, {1} measurements in a row', bound, spec.times ?? 1) : bound;
    }
    case 'any':
      return spec.of.map(specWords).reduce((all, one) => said('{0}, or {1}', all, one));
    case 'all':
      return spec.of.map(specWords).reduce((all, one) => said('{0}, and {1}', all, one));
    case 'after':
      return said('{0}, but not before token {1}', specWords(spec.then), spec.tokens);
  }
}

/** A short name for the log: the plain policies it is made of. */
export function specName(spec: ExitSpec): string {
  switch (spec.policy) {
    case 'signal':
      return spec.signal;
    case 'any':
    case 'all':
      return `${spec.policy}(${spec.of.map(specName).join(', ')})`;
    case 'after':
      return `after ${spec.tokens}: ${specName(spec.then)}`;
    case 'answer-convergence':
    case 'trial-answer-confidence':
    case 'entropy-after-end':
      return spec.policy;
  }
}
