/** What the parts of one run share: the model's session, the ledger, the phases, the person's commands, and where events go. */
import type { Decision, RunEventOf, Sampler, UnstampedEvent } from '../trace/events.ts';
import type { BudgetLedger } from './budget.ts';
import type { RunControl } from './control.ts';
import { isCancellation } from './errors.ts';
import type { ExitPolicy } from './exits/policy.ts';
import type { Phases } from './phases.ts';
import type { Measuring } from './measuring.ts';
import type { Plan, RunSettings } from './plan.ts';
import type { Model, Session, StepOptions, Token } from './port.ts';
import type { ProbeMemory } from './probes.ts';
import { said } from '../trace/said.ts';

/** Time comes from outside, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the run started. */
  now(): number;
  /** Resolves early, without error, when the signal fires. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface RunContext {
  readonly settings: RunSettings;
  readonly plan: Plan;
  readonly model: Model;
  readonly session: Session;
  readonly ledger: BudgetLedger;
  readonly phases: Phases;
  readonly control: RunControl;
  readonly policy: ExitPolicy;
  readonly measuring: Measuring;
  readonly probes: ProbeMemory;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly state: RunState;
  /** True when the answer is to end where it stands: a request for tools is whole. */
  readonly endsAnswer?: ((answer: string) => boolean) | undefined;
  emit(event: UnstampedEvent): void;
}

/** When the optional budget in seconds is spent. Thinking stops earlier, so that the answer has its share of the time. */
export interface Deadlines {
  readonly thinking: AbortSignal;
  readonly solving: AbortSignal;
}

/** For what must not be cut short: the closing text, a remark. */
export const uninterrupted: AbortSignal = new AbortController().signal;

/** The little that changes while a run goes on, beside the ledger and the phase. */
export interface RunState {
  /** All thoughts so far, as the model sees them (without tags). */
  thoughts: string;
  /** Position in the session where the thoughts end, before any end tag. */
  thoughtsEnd: number;
  /** Closing text that was written at a forced end, so that it can be taken back. */
  closing: { readonly text: string; readonly tokens: number } | null;
  /** Raw text of the answer so far. */
  answer: string;
  /** Solution tokens since this answer began. */
  answerTokens: number;
  /** The model must not end its thinking while this many more tokens are to come. */
  keepThinkingFor: number;
  /** The person asked for more thought, so no policy may end it early. */
  exitsSuspended: boolean;
  /** The person asked for the answer now. */
  answerNow: boolean;
  /** The run has been let go of after a hold. */
  released: boolean;
  /** What the end tag's score gets at the next token, in logits. */
  endTagBias: number;
  /** It has been told that the end tag is favoured. */
  favoured: boolean;
  /** The thinking budget for which the model was asked to come to its end; -1 for none. */
  wrappedUpAt: number;
  /** When the next token may be shown (pace), in ms since the start. */
  nextTokenAt: number;
}

export function initialState(): RunState {
  return {
    thoughts: '', thoughtsEnd: 0, closing: null, answer: '', answerTokens: 0, keepThinkingFor: 0, exitsSuspended: false, answerNow: false, released: false,
    endTagBias: 0, favoured: false, wrappedUpAt: -1, nextTokenAt: 0,
  };
}

/** Strong enough that the end tag is never sampled while more thought is wanted. */
const NEVER = -1e4;

export function stepOptions(context: RunContext): StepOptions {
  const { capabilities } = context.model.card;
  const thinking = context.phases.current === 'thinking';
  const bias = context.state.keepThinkingFor > 0 ? NEVER : thinking ? context.state.endTagBias : 0;
  return {
    sampler: context.plan.sampler,
    seed: context.plan.seed,
    logprob: capabilities.logprobs.available,
    entropy: capabilities.entropy.available,
    ...(thinking ? context.measuring.stepOptions : {}),
    ...(bias === 0 ? {} : { endTagBias: bias }),
    ...(thinking ? { thinkingLeft: context.ledger.thinkingLeft } : {}),
  };
}

/** The next token, at the run's pace. Null when a command is waiting or the time is spent: nothing was lost, ask again. */
export async function nextToken(context: RunContext): Promise<Token | null> {
  const deadline = context.phases.current === 'solving' ? context.deadlines.solving : context.deadlines.thinking;
  // One signal a token would be waste where there is no deadline.
  const signal = deadline === uninterrupted ? context.control.interrupt : AbortSignal.any([context.control.interrupt, deadline]);
  await keepPace(context, signal);
  if (signal.aborted) return null;
  try {
    return await context.session.step(stepOptions(context), signal);
  } catch (error) {
    if (signal.aborted && isCancellation(error)) return null;
    throw error;
  }
}

async function keepPace(context: RunContext, signal: AbortSignal): Promise<void> {
  const { pace } = context.settings;
  if (!pace) return;
  const now = context.clock.now();
  if (now < context.state.nextTokenAt) await context.clock.sleep(context.state.nextTokenAt - now, signal);
  context.state.nextTokenAt = Math.max(now, context.state.nextTokenAt) + 1000 / pace;
}

export const greedy: Sampler = { temperature: 0 };

/** Emit a token's text under the phase it belongs to. Pass '' for tags, which are not shown but count. */
export function emitToken(context: RunContext, phase: 'thinking' | 'solving', token: Token, text = token.text): void {
  context.emit({
    type: 'tokens',
    phase,
    source: 'model',
    text,
    count: token.count,
    ...(context.model.card.tokenCounts === 'estimated' ? { estimated: true } : {}),
    ...figuresOf(token, text),
  });
}

/** The token's figures, where there are any, and how much of the text they are about. What is no finite number cannot stand in a log. */
function figuresOf({ logprob, entropy, confidence }: Token, text: string): Partial<RunEventOf<'tokens'>> {
  const figures = {
    ...(isFinite(logprob) ? { logprobs: [round(logprob)] } : {}),
    ...(isFinite(entropy) ? { entropies: [round(entropy)] } : {}),
    ...(isFinite(confidence) ? { confidences: [round(confidence)] } : {}),
  };
  return Object.keys(figures).length === 0 ? {} : { lengths: [text.length], ...figures };
}

function isFinite(value: number | undefined): value is number {
  return Number.isFinite(value);
}

export function decide(context: RunContext, decision: Omit<Decision, 'atToken' | 'phase'>): void {
  const usage = context.ledger.usage;
  const phase = context.phases.current;
  context.emit({ type: 'decision', decision: { ...decision, phase, atToken: phase === 'solving' ? usage.solution : usage.thinking } });
}

/** "1 token", "2 tokens". */
export function tokens(count: number): string {
  return count === 1 ? said('1 token') : said('{0} tokens', count);
}

/** Four decimals are more than any signal needs and keep the log small. */
function round(value: number): number {
  // Adding 0 makes a 0 of a -0, which a log does not keep apart.
  return Math.round(value * 1e4) / 1e4 + 0;
}
