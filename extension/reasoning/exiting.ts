/** Measuring and early exit at one place of the thinking: read the signals, ask the exit policy, and say what was decided. */
import { decide, type RunContext } from './context.ts';
import { expectedThinking } from './effort.ts';
import type { ExitContext } from './exits/policy.ts';
import { signalsOf } from './exits/spec.ts';
import { affords, affordsBeside, entropyAfterEnd, trialAnswer, trialCost } from './probes.ts';
import { survey } from './survey.ts';
import { said } from '../trace/said.ts';

/** Who long thinks may think on: a run beyond the usual length is expected to go on for this share of what it has had (our own rule). */
const GOES_ON = 0.25;

/** Measure where it is time to. True when the thinking may end here. */
export async function exitsEarly(context: RunContext): Promise<boolean> {
  const { ledger, policy, state, measuring } = context;
  const atToken = ledger.usage.thinking;
  if (!measuring.due(atToken, state.thoughts.endsWith('\n'))) return false;
  measuring.look(atToken);
  const values = { atToken, value: measuring.value.bind(measuring), readAt: measuring.readAt.bind(measuring) };
  policy.observe(values);
  if (context.plan.survey) {
    await survey(context);
    return false;
  }
  const expectedRemaining = remainingThought(context);
  const expected = atToken + expectedRemaining;
  if (context.plan.signals === 'all') await measureByProbes(context, expected);
  if (state.exitsSuspended || !policy.due(atToken)) return false;
  const asked: ExitContext = {
    ...values,
    expectedRemaining,
    affords: (tokens) => affords(context, tokens, expected),
    trialCost: trialCost(context),
    trialAnswer: (name, whole) => trialAnswer(context, name, whole),
    entropyAfterEnd: (name) => entropyAfterEnd(context, name, (tokens) => affords(context, tokens, expected)),
  };
  const verdict = await policy.evaluate(asked);
  if (!verdict.exit) return false;
  const spent = ledger.usage.probes;
  decide(context, {
    policy: verdict.policy,
    action: 'end-thinking',
    evidence: [...verdict.evidence, ...(spent > 0 ? [{ signal: said('tokens spent on probes'), value: spent }] : [])],
    savedTokensEstimate: Math.round(expectedRemaining - spent),
    reason: verdict.reason,
  });
  return true;
}

/** Thinking tokens expected beyond this place. An estimate. */
export function remainingThought({ ledger, measuring, model, plan }: RunContext): number {
  const usual = expectedThinking(plan.effort, model.card, ledger.budgets.thinking);
  return expectedRemaining({ used: ledger.usage.thinking, left: ledger.thinkingLeft, usual, predicted: measuring.value('remaining-length') });
}

/** By the model's own prediction where it has a trusted one, else from its usual length. Units: tokens. */
export function expectedRemaining({ used, left, usual, predicted }: { readonly used: number; readonly left: number; readonly usual: number; readonly predicted: number | null }): number {
  const remaining = predicted ?? Math.max(usual - used, used * GOES_ON);
  return Math.max(0, Math.min(Math.round(remaining), left));
}

/**
 * With all signals asked for, those that need a probe are measured too, as far as they are affordable. Not those that the policy asks for
 * itself: more of them would be other figures than the ones it goes by, and a run must not be decided otherwise because somebody looks.
 */
async function measureByProbes(context: RunContext, expected: number): Promise<void> {
  const { measuring, plan, probes, state, ledger } = context;
  const asked = new Set(plan.exit.spec && !state.exitsSuspended ? signalsOf(plan.exit.spec) : []);
  const affordable = (tokens: number): boolean => affordsBeside(context, tokens, expected);
  const who = 'all signals';
  const before = ledger.usage.probes - probes.beside;
  if (measuring.names.has('entropy-after-end') && !asked.has('entropy-after-end')) await entropyAfterEnd(context, who, affordable);
  probes.beside = ledger.usage.probes - before;
  const asksTrials = asked.has('answer-convergence') || asked.has('trial-answer-confidence');
  if (measuring.names.has('answer-convergence') && !asksTrials && affordable(trialCost(context))) await trialAnswer(context, who);
  probes.beside = ledger.usage.probes - before;
}
