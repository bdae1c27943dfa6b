/** What is shown of a run: the result of folding its events. Plain data, so that it crosses process borders as it is. */
import type { Budgets, Decision, Outcome, Phase, PhaseReason, RunEventOf, Usage } from './events.ts';

/**
 * Figures of up to `TOKENS_PER_PAGE` tokens of a stretch of thoughts, one entry a token; lists of equal length. Tokens without text have no
 * entry; text without figures has one with nulls. Pages keep a long run cheap: only the last one changes when tokens come.
 */
export interface TokenPage {
  /** Where the token's text ends in the segment's text (UTF-16 units). It begins where the entry before ends; the first at 0. */
  readonly ends: readonly number[];
  /** Natural-log probability. Minus this is the surprise in nats. */
  readonly logprobs: readonly (number | null)[];
  /** Entropy over the vocabulary, nats. */
  readonly entropies: readonly (number | null)[];
  /** Token confidence (DeepConf), nats. */
  readonly confidences: readonly (number | null)[];
}

export const TOKENS_PER_PAGE = 256;

/** A measurement, as the chart draws it. */
export interface SignalPoint {
  readonly atToken: number;
  /** Null: not measured here; `reason` says why. */
  readonly value: number | null;
  readonly reason?: string | undefined;
  readonly layers?: readonly (number | null)[] | undefined;
  /** What length alone would give. */
  readonly baseline?: number | undefined;
  /** Calibrated chance of being right. */
  readonly probability?: number | undefined;
  /** There is too little behind it to decide by. */
  readonly early?: true | undefined;
}

/** A stretch of thoughts of one origin. */
export interface ThoughtSegment {
  /** closing: the text that ended the thoughts by force (it is shown with them, but the model did not think it); injected: a remark or a nudge. */
  readonly source: 'model' | 'injected' | 'closing' | 'resumed';
  readonly text: string;
  /** Thinking tokens used when it began. */
  readonly fromToken: number;
  /** Absent where the model gave no figures. What comes after the last entry has none. */
  readonly tokens?: readonly TokenPage[];
}

/** What the model had thought, as another run may go on from it: without the closing text. */
export function thoughtsText(view: Pick<RunView, 'thoughts'>): string {
  return view.thoughts.map((segment) => (segment.source === 'closing' ? '' : segment.text)).join('');
}

/** What the model generates is counted neither by its own tokens nor by a tokenizer, so budgets are kept in tokens that are estimated. */
export function estimatesTokens({ prompt, tokenCounts }: Pick<RunEventOf<'started'>, 'prompt' | 'tokenCounts'>): boolean {
  return prompt.estimated && tokenCounts !== 'counted';
}

/** Where a run that did not come to its end was cut off; null for one that did, or that never began. */
export function cutOffIn({ started, outcome, phase, transitions }: Pick<RunView, 'started' | 'outcome' | 'phase' | 'transitions'>): Phase | null {
  if (!started || (outcome !== 'failed' && outcome !== null)) return null;
  const last = transitions.at(-1);
  return last?.to === 'done' ? last.from : phase;
}

/** The conversation a follow-up on this run goes along with: what came before it, then the run itself. Empty before it has started. */
export function conversationOf({ started, answer }: Pick<RunView, 'started' | 'answer'>): { question: string; context?: { label: string; languageId: string; code: string } | undefined; answer: string }[] {
  if (!started) return [];
  const { question, context, attached, history = [] } = started.task;
  return [...history, { question, ...(context ? { context } : {}), ...(attached ? { attached } : {}), answer: answer.trim() }];
}

/** Whether a decision ended the thoughts although the model had not: only then is there a question of what more thought would have done. */
export function endedByForce({ action, phase, policy }: Pick<Decision, 'action' | 'phase' | 'policy'>): boolean {
  return action === 'end-thinking' && phase === 'thinking' && policy !== 'model';
}

/** Whether something else than the model ended the thoughts, when they ended last. */
export function cutShort({ transitions }: Pick<RunView, 'transitions'>): boolean {
  const ended = transitions.findLast(({ from, to }) => from === 'thinking' && to !== 'thinking');
  return ended !== undefined && ended.reason !== 'natural-end';
}

export interface Transition {
  readonly at: number;
  readonly from: Phase;
  readonly to: Phase;
  readonly reason: PhaseReason;
}

/** Tokens of all requests of a run to a server: the prompt is sent with each of them. */
export interface RequestTotals {
  readonly count: number;
  readonly prompt: number;
  /** Of the prompts, read from the server's cache. */
  readonly cached: number;
  readonly thinking: number;
  readonly solution: number;
  /** Generated for trial answers. */
  readonly probes: number;
  /** Generated for samples beside the run that was watched. */
  readonly samples: number;
  readonly estimated: boolean;
}

/** A request for a tool, and what came of it. */
export type ToolCall = Omit<RunEventOf<'tool-call'>, 'type' | 'run' | 'seq'> & {
  /** Null: it is still going on, or the log ends here. */
  readonly result: Omit<RunEventOf<'tool-result'>, 'type' | 'run' | 'seq' | 'call'> | null;
};

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
  /** Null for a local model, and where the log does not tell. */
  readonly requests: RequestTotals | null;
  /** Samples of the question that are over, in the order in which they ended. Empty where there was one. */
  readonly samples: readonly (Omit<RunEventOf<'sample'>, 'type' | 'run' | 'seq'>)[];
  /** In the order in which they were asked for. */
  readonly tools: readonly ToolCall[];
  /** Tests of candidates, and of the workspace as it was, in the order in which they were over. */
  readonly testRuns: readonly (Omit<RunEventOf<'test-run'>, 'type' | 'run' | 'seq'>)[];
  readonly decisions: readonly (Decision & { readonly at: number })[];
  readonly probes: readonly (Omit<RunEventOf<'probe'>, 'type' | 'run' | 'seq'>)[];
  /** By name (see signals.ts), in the order they came. */
  readonly signals: Readonly<Record<string, readonly SignalPoint[]>>;
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
