/** The thinking phase: one token after another until the model, a budget, a policy or the person ends it. */
import type { PhaseReason } from '../trace/events.ts';
import { approachBudget } from './approaching.ts';
import { decide, emitToken, nextToken, tokens, type RunContext } from './context.ts';
import { exitsEarly } from './exiting.ts';
import { steerThinking } from './steering.ts';
import type { Token } from './port.ts';
import { said } from '../trace/said.ts';

export type ThinkingEnd =
  | { readonly kind: 'natural' }
  /** Reins must write the closing text. */
  | { readonly kind: 'forced'; readonly reason: PhaseReason }
  /** The model answers without thinking; the token already belongs to the answer. */
  | { readonly kind: 'direct'; readonly token: Token }
  | { readonly kind: 'stopped' };

export async function think(context: RunContext): Promise<ThinkingEnd> {
  const end = await thinkOn(context);
  if (end.kind !== 'stopped') context.measuring.end(context.ledger.usage.thinking, context.session.hiddenRest?.() ?? null);
  return end;
}

async function thinkOn(context: RunContext): Promise<ThinkingEnd> {
  const { ledger, state, control } = context;
  // Going back to the thoughts, or continuing an earlier run, we already stand inside them.
  let inside = context.session.prompt.opensThinking || state.thoughts !== '';
  for (;;) {
    const command = control.take();
    if (command) {
      const next = await steerThinking(context, command);
      if (next === 'stop') return { kind: 'stopped' };
      if (next === 'answer-now') return forced(context, 'user');
      continue;
    }
    if (await heldHere(context)) continue;
    if (ledger.thinkingLeft === 0) return budgetSpent(context);
    if (context.deadlines.thinking.aborted) return outOfTime(context);
    if (await exitsEarly(context)) return forced(context, 'early-exit');
    if (control.interrupt.aborted) continue;
    await approachBudget(context);

    const before = context.session.position;
    const token = await nextToken(context);
    if (!token) continue;
    state.keepThinkingFor = Math.max(0, state.keepThinkingFor - token.count);

    if (!inside && token.mark === undefined && token.text.trim() !== '') return direct(context, before, token);
    if (token.mark === 'thinking-start') inside = true;
    if (!ledger.chargeThinking(token.count, context.model.card.tokenCounts === 'estimated')) {
      // A server's chunk may be larger than what is left: what does not fit is not used.
      ledger.discardExcess(token.count);
      if (context.model.card.capabilities.rewind.available) await context.session.rewind(before);
      return budgetSpent(context, token.count);
    }
    switch (token.mark) {
      case undefined:
        state.thoughts += token.text;
        emitToken(context, 'thinking', token);
        context.measuring.take(token);
        break;
      case 'thinking-start':
        emitToken(context, 'thinking', token, '');
        break;
      case 'thinking-end':
        return naturalEnd(context, before, token);
      case 'end':
      case 'cut':
        return brokenOff(context, before, token);
    }
  }
}

/** Pause at the token the caller asked for, until a command comes. True when it paused. */
async function heldHere(context: RunContext): Promise<boolean> {
  const { holdAt } = context.settings;
  if (holdAt === undefined || context.state.released || context.ledger.usage.thinking < holdAt) return false;
  context.emit({ type: 'hold', held: true, atToken: context.ledger.usage.thinking });
  await context.control.wait();
  // Any command lets go; the hold is a place to stop once, not a wall.
  context.state.released = true;
  return true;
}

function forced(context: RunContext, reason: PhaseReason): ThinkingEnd {
  context.state.thoughtsEnd = context.session.position;
  return { kind: 'forced', reason };
}

/** `refused`: tokens of a chunk that did not fit into what was left. */
function budgetSpent(context: RunContext, refused = 0): ThinkingEnd {
  const { thinking, probes } = context.ledger.usage;
  const limit = context.ledger.budgets.thinking;
  const onProbes = probes > 0 ? said(' ({0} of them on probes)', probes) : '';
  const reason =
    refused > 0
      ? said('The next {0} came at once and do not fit into the rest of the thinking budget of {1}, so Reins closed the thinking and asked for the answer.', tokens(refused), limit)
      : thinking + probes >= limit
        ? said('The thinking budget of {0} is spent{1}, so Reins closed the thinking and asked for the answer.', tokens(limit), onProbes)
        : said('The model’s context is nearly full after {0} of thought; the rest is set aside for the answer.', tokens(thinking));
  decide(context, { policy: 'budget', action: 'end-thinking', evidence: [{ signal: said('thinking tokens'), value: thinking + probes, threshold: limit }], reason });
  return forced(context, 'budget');
}

function outOfTime(context: RunContext): ThinkingEnd {
  const { seconds = 0 } = context.ledger.budgets;
  decide(context, {
    policy: 'time',
    action: 'end-thinking',
    evidence: [{ signal: said('seconds'), value: Math.round(context.clock.now() / 100) / 10, threshold: seconds }],
    reason: said('Three quarters of the {0} seconds are spent; the rest is for the answer.', seconds),
  });
  return forced(context, 'time');
}

function naturalEnd(context: RunContext, before: number, token: Token): ThinkingEnd {
  emitToken(context, 'thinking', token, '');
  context.state.thoughtsEnd = before;
  const { thinking, probes } = context.ledger.usage;
  decide(context, {
    policy: 'model',
    action: 'end-thinking',
    evidence: [{ signal: said('thinking tokens'), value: thinking + probes, threshold: context.ledger.budgets.thinking }],
    reason: said('The model finished thinking by itself after {0}.', tokens(thinking)),
  });
  return { kind: 'natural' };
}

/** The model ended its turn, or was cut off, without closing its thoughts: Reins closes them, so that there is an answer. */
async function brokenOff(context: RunContext, before: number, token: Token): Promise<ThinkingEnd> {
  emitToken(context, 'thinking', token, '');
  if (context.model.card.capabilities.rewind.available) await context.session.rewind(before);
  const cut = token.mark === 'cut';
  decide(context, {
    policy: cut ? 'budget' : 'model',
    action: 'end-thinking',
    evidence: [{ signal: said('thinking tokens'), value: context.ledger.usage.thinking, threshold: context.ledger.budgets.thinking }],
    reason: cut ? said('The thoughts were cut off at a limit of the model or its server, so Reins closed them and asked for the answer.') : said('The model ended its turn inside its thoughts, so Reins closed them and asked for the answer.'),
  });
  return forced(context, cut ? 'budget' : 'natural-end');
}

function direct(context: RunContext, before: number, token: Token): ThinkingEnd {
  context.state.thoughtsEnd = before;
  return { kind: 'direct', token };
}
