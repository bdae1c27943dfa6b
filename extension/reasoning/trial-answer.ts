/** A trial answer: ask for the answer now, look at it, and put everything back. Its tokens are paid from the thinking budget. */
import { cleanAnswer, closingText } from './answer.ts';
import { greedy, type RunContext } from './context.ts';
import { isCancellation } from './errors.ts';
import type { Probe } from './port.ts';

/** Longest trial answer, in tokens (Dynasor's probes take 20; code expressions need a little more). */
const LONGEST = 32;
/** A trial answer with less room than this says nothing. */
const SHORTEST = 8;
/** On a model that answers in prose, its first words would always agree; so it is asked for the bare result. */
const SHORT_ANSWER_HINT = '\n\nSo far, the final answer in a few words is: **';

export async function trialAnswer(context: RunContext, policy: string): Promise<Probe | null> {
  const { ledger, model, state } = context;
  const format = model.card.thinking;
  if (!format) return null;
  const bare = model.card.effort === 'trained';
  const text = bare ? closingText(state.thoughts, format) : SHORT_ANSWER_HINT;
  const cost = model.countTokens(text);
  const limit = Math.min(LONGEST, ledger.thinkingLeft - cost);
  if (limit < SHORTEST || !ledger.canProbe(cost + limit)) return null;
  const atToken = ledger.usage.thinking;
  const probe = await attempt(context, text, limit);
  if (!probe) return null;
  // A server's chunk may overshoot the limit: what the budget does not cover is not charged to it, but it is on the bill as discarded.
  const total = probe.injected + probe.generated;
  const charged = Math.min(total, ledger.thinkingLeft);
  ledger.chargeProbe(charged);
  ledger.discardExcess(total - charged);
  const injected = Math.min(probe.injected, charged);
  const answer = bare ? cleanAnswer(probe.text, format) : (probe.text.split(/\*\*|\n/)[0] ?? '').trim();
  context.emit({ type: 'probe', policy, atToken, text: probe.text, answer, injected, generated: charged - injected });
  return { ...probe, text: answer };
}

/** Null when the person interrupted: the session is as before. */
async function attempt(context: RunContext, text: string, limit: number): Promise<Probe | null> {
  const signal = AbortSignal.any([context.control.interrupt, context.deadlines.thinking]);
  try {
    return await context.session.probe(text, { sampler: greedy, seed: context.plan.seed, limit }, signal);
  } catch (error) {
    if (signal.aborted && isCancellation(error)) return null;
    throw error;
  }
}
