/** Exit policies: asked at every place of measurement while the model thinks, they say whether the thinking may end early, with evidence. */
import type { Evidence } from '../../trace/events.ts';
import type { SignalName } from '../../trace/signals.ts';
import type { MovingEntropy } from '../signals/entropy-after-end.ts';
import type { TrialConfidence } from '../signals/trial-answer-confidence.ts';

/** A trial answer, and how it compares with those before it. */
export interface TrialAnswer {
  readonly answer: string;
  /** How many of the latest trial answers in a row were this one. */
  readonly streak: number;
  /** Null where the model does not tell the probabilities of its tokens. */
  readonly confidence: TrialConfidence | null;
  /** The model itself said that this is all: it ended its turn, or closed its thoughts, after the answer. */
  readonly closed: boolean;
}

/** What a policy may see. */
export interface SignalValues {
  /** Thinking tokens used so far. */
  readonly atToken: number;
  /** The latest value of a signal; null where there is none, or too little behind it. */
  value(signal: SignalName): number | null;
  /** Thinking tokens at the latest reading; -1 before any. */
  readAt(signal: SignalName): number;
}

/** What a policy may see and do at one place of the thinking. */
export interface ExitContext extends SignalValues {
  /** Tokens of thought expected beyond this place if nothing ends it (an estimate). */
  readonly expectedRemaining: number;
  /** Whether so many more tokens for probes keep them a modest part of the thoughts. */
  affords(tokens: number): boolean;
  /** What a trial answer costs, as far as is known. */
  readonly trialCost: number;
  /** A trial answer, paid from the thinking budget. Null when it no longer fits, or the model cannot. `whole`: until the model ends it itself. */
  trialAnswer(policy: string, whole?: boolean): Promise<TrialAnswer | null>;
  /** The entropy right after an end tag, likewise. */
  entropyAfterEnd(policy: string): Promise<MovingEntropy | null>;
}

export interface ExitVerdictYes {
  readonly exit: true;
  /** Who decided. */
  readonly policy: string;
  readonly evidence: readonly Evidence[];
  /** Why, as a sentence. */
  readonly reason: string;
}

export type ExitVerdict = { readonly exit: false } | ExitVerdictYes;

export interface ExitPolicy {
  readonly name: string;
  /** Told of every place of measurement, whether it is asked there or not. */
  observe(values: SignalValues): void;
  /** Cheap test whether asking makes sense here. */
  due(atToken: number): boolean;
  evaluate(context: ExitContext): Promise<ExitVerdict>;
}

export const stay: ExitVerdict = { exit: false };

/** The policy that never fires. */
export const neverExit: ExitPolicy = {
  name: 'off',
  observe: () => undefined,
  due: () => false,
  evaluate: () => Promise.resolve(stay),
};
