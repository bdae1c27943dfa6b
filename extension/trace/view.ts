/** What is shown of a run: the result of folding its events. Plain data, so that it crosses process borders as it is. */
import type { Budgets, Decision, Outcome, Phase, PhaseReason, RunEventOf, Usage } from './events.ts';

/** A stretch of thoughts of one origin. */
export interface ThoughtSegment {
  /** closing: the text that ended the thoughts by force (it is shown with them, but the model did not think it); injected: a remark or a nudge. */
  readonly source: 'model' | 'injected' | 'closing' | 'resumed';
  readonly text: string;
  /** Thinking tokens used when it began. */
  readonly fromToken: number;
}

/** What the model had thought, as another run may go on from it: without the closing text. */
export function thoughtsText(view: Pick<RunView, 'thoughts'>): string {
  return view.thoughts.map((segment) => (segment.source === 'closing' ? '' : segment.text)).join('');
}

export interface Transition {
  readonly at: number;
  readonly from: Phase;
  readonly to: Phase;
  readonly reason: PhaseReason;
}

export interface RunView {
  readonly run: string;
  readonly started: Omit<RunEventOf<'started'>, 'type' | 'run' | 'seq' | 'at'> | null;
  readonly phase: Phase;
  readonly transitions: readonly Transition[];
  readonly thoughts: readonly ThoughtSegment[];
  /** Text of the answer so far; replaced by the cleaned text of the answer event. */
  readonly answer: string;
  readonly truncated: boolean;
  /** Answers dropped by Keep Thinking or Steer. Nothing is lost. */
  readonly discarded: readonly { readonly at: number; readonly text: string }[];
  readonly budgets: Budgets;
  readonly usage: Usage;
  readonly decisions: readonly (Decision & { readonly at: number })[];
  readonly probes: readonly (Omit<RunEventOf<'probe'>, 'type' | 'run' | 'seq'>)[];
  readonly signals: Readonly<Record<string, readonly { readonly atToken: number; readonly value: number }[]>>;
  readonly steers: readonly (Omit<RunEventOf<'steer'>, 'type' | 'run' | 'seq'>)[];
  readonly notices: readonly { readonly code: string; readonly message: string }[];
  readonly error: { readonly reason: RunEventOf<'error'>['reason']; readonly message: string } | null;
  readonly held: boolean;
  /** Runs before this one in the queue; 0 when it runs. */
  readonly queue: number;
  readonly outcome: Outcome | null;
  /** Milliseconds from the start to the last event. */
  readonly elapsedMs: number;
  /** `seq` of the last event folded in; -1 before any. */
  readonly lastSeq: number;
}
