/**
 * Probes: ask for the answer now, or look past an end tag, and put everything back. Their tokens are paid from the thinking budget. Those of the
 * exit policy stay a modest part of the thoughts, and so do those that only the charts want; neither takes from the other.
 */
import { cleanAnswer, closingText } from './answer.ts';
import { greedy, type RunContext } from './context.ts';
import { isCancellation, ReasoningError } from './errors.ts';
import type { TrialAnswer } from './exits/policy.ts';
import type { Probe, ProbeOptions } from './port.ts';
import { AnswerConvergence } from './signals/answer-convergence.ts';
import { EntropyAfterEnd, type MovingEntropy } from './signals/entropy-after-end.ts';
import { figure } from './signals/figure.ts';
import { trialConfidenceOf, type TrialConfidence } from './signals/trial-answer-confidence.ts';
import { said } from '../trace/said.ts';

/** Longest trial answer, in tokens (Dynasor's probes take 20; code expressions need a little more). */
export const LONGEST = 32;
/** A trial answer with less room than this says nothing. */
const SHORTEST = 8;
/** Tokens of an answer, before the first trial answer has shown it. */
const USUAL_ANSWER = 8;
/** On a model that answers in prose, its first words would always agree; so it is asked for the bare result. */
const SHORT_ANSWER_HINT = '\n\nSo far, the final answer in a few words is: **';
/** Where such a result ends. */
const RESULT_ENDS = ['**', '\n'];
/** Probes may cost this share of the thoughts: those used, or those expected if they are more. */
const SHARE = 0.25;

/** What probes remember of each other in one run. */
export class ProbeMemory {
  readonly convergence = new AnswerConvergence();
  readonly entropy: EntropyAfterEnd;
  /** What the last trial answer cost, prompt text included; null before the first. */
  trialCost: number | null = null;
  /** The last trial answer and look, and where they were: two policies at one place share them. */
  trial: { readonly atToken: number; readonly whole: boolean; readonly answer: TrialAnswer } | null = null;
  look: { readonly atToken: number; readonly moving: MovingEntropy } | null = null;
  /** The model turned out to give no entropy: asking again would only cost. */
  entropyMissing = false;
  /** A server failed at one of them: it is not asked for more, and the run goes on. */
  failed = false;
  /** Tokens spent on what only the charts want. */
  beside = 0;

  constructor(entropyWeight: number) {
    this.entropy = new EntropyAfterEnd(entropyWeight);
  }
}

/** Whether so many more tokens keep the policy's probes a modest part of the thoughts. `expected`: all thinking tokens the run may be expected to take. */
export function affords({ ledger: { usage }, probes }: RunContext, tokens: number, expected: number): boolean {
  return affordable({ thinking: usage.thinking, probes: usage.probes - probes.beside }, tokens, expected);
}

/** The same of probes that only the charts want. */
export function affordsBeside({ ledger: { usage }, probes }: RunContext, tokens: number, expected: number): boolean {
  return affordable({ thinking: usage.thinking, probes: probes.beside }, tokens, expected);
}

export function affordable({ thinking, probes }: { readonly thinking: number; readonly probes: number }, tokens: number, expected: number): boolean {
  return probes + tokens <= SHARE * Math.max(thinking, expected);
}

/** What the next trial answer costs: what the last one did, or a guess. Units: tokens. */
export function trialCost(context: RunContext): number {
  return context.probes.trialCost ?? firstTrialCost(context.model.countTokens(trialText(context)));
}

/** A guess, before any trial answer. `text`: tokens of what asks for it. */
export function firstTrialCost(text: number): number {
  return text + USUAL_ANSWER;
}

/** `whole`: let the model end its answer itself, which costs more and shows whether it would. */
export async function trialAnswer(context: RunContext, policy: string, whole = false): Promise<TrialAnswer | null> {
  const { ledger, model, probes, measuring } = context;
  const atToken = ledger.usage.thinking;
  if (probes.trial?.atToken === atToken && (probes.trial.whole || !whole)) return probes.trial.answer;
  const limit = trialLimit(ledger.thinkingLeft, model.countTokens(trialText(context)));
  if (limit === null) return null;
  const said = await askTrial(context, limit, whole);
  if (!said) return null;
  const { probe, answer, confidence, closed } = said;
  const charged = charge(context, probe);
  const { streak } = probes.convergence.add(answer);
  const trial: TrialAnswer = { answer, streak, confidence, closed };
  probes.trial = { atToken, whole, answer: trial };
  probes.trialCost = probe.injected + probe.generated;
  context.emit({ type: 'probe', policy, atToken, text: probe.text, answer, ...charged, ...(confidence ? { confidence: Number(confidence.arithmetic.toFixed(4)) } : {}) });
  measuring.tell({ signal: 'answer-convergence', value: streak }, atToken);
  if (confidence) {
    measuring.tell({ signal: 'trial-answer-confidence', value: confidence.arithmetic }, atToken);
    measuring.tell({ signal: 'trial-answer-confidence-geometric', value: confidence.geometric }, atToken);
  }
  return trial;
}

/** Most tokens a trial answer may take; null where there is too little room for one. `left`: thinking tokens; `text`: tokens of what asks for it. */
export function trialLimit(left: number, text: number): number | null {
  const limit = Math.min(LONGEST, left - text);
  return limit < SHORTEST ? null : limit;
}

export interface SaidTrial {
  readonly probe: Probe;
  readonly answer: string;
  readonly confidence: TrialConfidence | null;
  readonly closed: boolean;
}

/** Ask for the answer and put everything back. Charges nothing. Null when the person interrupted, or the model does not think. */
export async function askTrial(context: RunContext, limit: number, whole = false): Promise<SaidTrial | null> {
  const format = context.model.card.thinking;
  if (!format) return null;
  const bare = isBare(context);
  const probe = await attempt(context, trialText(context), { sampler: greedy, seed: context.plan.seed, limit, ...(bare ? {} : { stopAt: whole ? [format.close] : RESULT_ENDS }) });
  if (!probe) return null;
  return {
    probe,
    answer: bare ? cleanAnswer(probe.text, format) : (probe.text.split(/\*\*|\n/)[0] ?? '').trim(),
    confidence: confidenceOf(probe, bare ? probe.text.length : probe.text.search(/\*\*|\n|$/)),
    closed: bare ? probe.ended : probe.closed === true,
  };
}

/** How undecided the model would be right after an end tag, and how that has moved. */
export async function entropyAfterEnd(context: RunContext, policy: string, affordable: (tokens: number) => boolean): Promise<MovingEntropy | null> {
  const { ledger, model, probes, measuring } = context;
  const format = model.card.thinking;
  if (!format) return null;
  const atToken = ledger.usage.thinking;
  if (probes.look?.atToken === atToken) return probes.look.moving;
  if (probes.entropyMissing) return null;
  const text = closingText(context.state.thoughts, format);
  const cost = model.countTokens(text);
  if (cost > ledger.thinkingLeft || !affordable(cost)) return null;
  const probe = await attempt(context, text, { sampler: greedy, seed: context.plan.seed, limit: 0 });
  if (!probe) return null;
  const charged = charge(context, probe);
  context.emit({ type: 'probe', policy, atToken, text: probe.text, answer: '', ...charged, kind: 'entropy-after-end' });
  if (probe.entropy === undefined || !Number.isFinite(probe.entropy)) {
    probes.entropyMissing = true;
    measuring.tell({ signal: 'entropy-after-end', value: null, reason: said('the model gave no entropy') }, atToken);
    return null;
  }
  const moving = probes.entropy.add(figure(probe.entropy));
  probes.look = { atToken, moving };
  measuring.tell({ signal: 'entropy-after-end', value: moving.latest }, atToken);
  measuring.tell({ signal: 'entropy-after-end-variance', value: moving.variance }, atToken);
  return moving;
}

/** Whether the model answers with a bare result, as it was trained to. */
function isBare({ model }: RunContext): boolean {
  return model.card.bareAnswers ?? model.card.effort === 'trained';
}

function trialText(context: RunContext): string {
  const format = context.model.card.thinking;
  return isBare(context) && format ? closingText(context.state.thoughts, format) : SHORT_ANSWER_HINT;
}

/** The confidence of the tokens that begin within the first `end` units of the text. */
function confidenceOf({ logprobs, lengths }: Probe, end: number): TrialConfidence | null {
  if (!logprobs || logprobs.length !== lengths?.length) return null;
  let at = 0;
  const counted = logprobs.filter((_, i) => {
    const begins = at;
    at += lengths[i]!;
    return lengths[i]! > 0 && begins < end;
  });
  // Our own text opened the answer, so no token of it is to be left out.
  const confidence = trialConfidenceOf(counted, 0);
  return confidence && { arithmetic: figure(confidence.arithmetic), geometric: figure(confidence.geometric), least: figure(confidence.least) };
}

/** Take the probe's tokens from the thinking budget. A server's chunk may overshoot: what the budget does not cover is on the bill as discarded. */
function charge({ ledger }: RunContext, probe: Probe): { injected: number; generated: number } {
  const total = probe.injected + probe.generated;
  const charged = Math.min(total, ledger.thinkingLeft);
  ledger.chargeProbe(charged);
  ledger.discardExcess(total - charged);
  const injected = Math.min(probe.injected, charged);
  return { injected, generated: charged - injected };
}

/** Null when the person interrupted, or the server failed at it: the session is as before. */
export async function attempt(context: RunContext, text: string, options: ProbeOptions): Promise<Probe | null> {
  if (context.probes.failed) return null;
  const signal = AbortSignal.any([context.control.interrupt, context.deadlines.thinking]);
  try {
    return await context.session.probe(text, options, signal);
  } catch (error) {
    if (signal.aborted && isCancellation(error)) return null;
    if (!isSpareable(context, error)) throw error;
    context.probes.failed = true;
    context.emit({ type: 'notice', code: 'trial-answer-failed', message: said('A trial answer failed, so this run thinks on without them. {0}', error.message) });
    return null;
  }
}

/** A server's refusal of a request beside the run says nothing about the run: its own reply may be going on. A survey is worth nothing with gaps. */
function isSpareable({ model, plan }: RunContext, error: unknown): error is ReasoningError {
  return model.card.backend === 'remote' && !plan.survey && error instanceof ReasoningError && error.reason !== 'internal';
}
