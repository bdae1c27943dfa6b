/** What a person's command does to a live run. Every command is an event: accepted or refused, with the reason. */
import type { SteerCommand } from '../trace/events.ts';
import { decide, tokens as inWords, type RunContext } from './context.ts';
import { inject } from './inject.ts';
import type { Availability } from './port.ts';
import { said } from '../trace/said.ts';

/** Tokens during which the model may not end its thinking again, after it was asked to go on. */
const KEEP_AT_LEAST = 16;
const DEFAULT_CONTINUE_PHRASE = '\nWait, ';
/** A remark that comes after the thinking budget is spent gets this many tokens to be thought about. */
const REMARK_THINKING = 64;

export type ThinkingSteer = 'continue' | 'answer-now' | 'stop';

/** A command taken while the model thinks. */
export async function steerThinking(context: RunContext, command: SteerCommand): Promise<ThinkingSteer> {
  switch (command.kind) {
    case 'stop':
      accept(context, command);
      decide(context, { policy: 'user', action: 'stop', evidence: [], reason: said('You pressed Stop.') });
      return 'stop';
    case 'answer-now':
      accept(context, command);
      context.state.answerNow = true;
      decide(context, {
        policy: command.because === undefined ? 'user' : 'cost-cap',
        action: 'end-thinking',
        evidence: budgetEvidence(context),
        reason: command.because ?? said('You pressed Answer Now, so the thinking was closed and the answer asked for.'),
      });
      return 'answer-now';
    case 'keep-thinking':
      extend(context, command);
      return 'continue';
    case 'steer':
      await remark(context, command);
      return 'continue';
    case 'release':
      if (context.settings.holdAt === undefined) {
        refuse(context, command, said('The run is not held.'));
        return 'continue';
      }
      context.state.released = true;
      accept(context, command);
      context.emit({ type: 'hold', held: false, atToken: context.ledger.usage.thinking });
      return 'continue';
  }
}

export type SolvingSteer = 'continue' | 'think-again' | 'stop';

/** A command taken while the model answers. Keep Thinking and Steer go back to the thoughts; the answer so far is kept aside. */
export async function steerSolving(context: RunContext, command: SteerCommand): Promise<SolvingSteer> {
  switch (command.kind) {
    case 'stop':
      accept(context, command);
      decide(context, { policy: 'user', action: 'stop', evidence: [], reason: said('You pressed Stop.') });
      return 'stop';
    case 'answer-now':
      refuse(context, command, said('The model is already answering.'));
      return 'continue';
    case 'release':
      refuse(context, command, said('The run is not held.'));
      return 'continue';
    case 'keep-thinking':
    case 'steer': {
      const blocked = cannotThinkAgain(context, command);
      if (blocked) {
        refuse(context, command, blocked);
        return 'continue';
      }
      await backToThoughts(context, command.kind);
      if (command.kind === 'keep-thinking') {
        extend(context, command);
        await inject(context, context.model.card.thinking?.continuePhrase ?? DEFAULT_CONTINUE_PHRASE);
      } else {
        if (context.ledger.thinkingLeft < KEEP_AT_LEAST) grant(context, REMARK_THINKING, said('A remark after the thinking budget was spent gets a little room of its own.'));
        await remark(context, command);
      }
      context.state.keepThinkingFor = KEEP_AT_LEAST;
      return 'think-again';
    }
  }
}

function cannotThinkAgain(context: RunContext, command: SteerCommand): string | null {
  const { card } = context.model;
  if (card.thinking === null) return said('{0} does not think before it answers.', card.name);
  return missing(card.capabilities.rewind) ?? (command.kind === 'steer' ? missing(card.capabilities.append) : null);
}

function missing(availability: Availability): string | null {
  return availability.available ? null : availability.reason;
}

async function backToThoughts(context: RunContext, reason: 'keep-thinking' | 'steer'): Promise<void> {
  const { state, ledger } = context;
  await context.session.rewind(state.thoughtsEnd);
  context.emit({ type: 'rewound', phase: 'solving', text: state.answer, count: state.answerTokens, reason });
  ledger.discardSolution(state.answerTokens);
  if (state.closing) {
    context.emit({ type: 'rewound', phase: 'closing', text: state.closing.text, count: state.closing.tokens, reason });
    ledger.refundInjected(state.closing.tokens);
  }
  state.answer = '';
  state.answerTokens = 0;
  state.closing = null;
  context.phases.to('thinking', 'user');
}

function extend(context: RunContext, command: Extract<SteerCommand, { kind: 'keep-thinking' }>): void {
  const added = grant(context, command.tokens, said('You asked to keep thinking.'));
  context.state.exitsSuspended = true;
  context.state.answerNow = false;
  if (added === 0 && context.ledger.thinkingLeft === 0) {
    refuse(context, command, said('The model’s context is full: there is no room for more thought beside the answer.'));
    return;
  }
  accept(context, command, added < command.tokens ? said('Only {0} fit beside the answer.', inWords(added)) : undefined);
  decide(context, {
    policy: 'user',
    action: 'keep-thinking',
    evidence: budgetEvidence(context),
    reason: said('You asked for {0} more of thought. Early exit is off for the rest of this run.', inWords(added)),
  });
}

function grant(context: RunContext, tokens: number, note: string): number {
  const added = context.ledger.extendThinking(tokens);
  if (added > 0) context.emit({ type: 'budget', budgets: context.ledger.budgets, reason: 'keep-thinking', note });
  return added;
}

async function remark(context: RunContext, command: Extract<SteerCommand, { kind: 'steer' }>): Promise<void> {
  const blocked = missing(context.model.card.capabilities.append);
  const text = `${context.state.thoughts === '' || context.state.thoughts.endsWith('\n') ? '' : '\n'}${command.text.trim()}\n`;
  if (blocked) return refuse(context, command, blocked);
  if (!context.ledger.canInject(context.model.countTokens(text))) return refuse(context, command, said('The remark does not fit: the rest of the context is set aside for the answer.'));
  await inject(context, text);
  accept(context, command);
  decide(context, { policy: 'user', action: 'steer', evidence: [{ signal: said('remark'), value: command.text.trim() }], reason: said('You gave the model a remark to think about.') });
}

function accept(context: RunContext, command: SteerCommand, note?: string): void {
  context.emit({ type: 'steer', command, accepted: true, ...(note === undefined ? {} : { note }) });
}

function refuse(context: RunContext, command: SteerCommand, note: string): void {
  context.emit({ type: 'steer', command, accepted: false, note });
}

function budgetEvidence(context: RunContext): { signal: string; value: number; threshold: number }[] {
  const usage = context.ledger.usage;
  return [{ signal: said('thinking tokens'), value: usage.thinking + usage.probes, threshold: context.ledger.budgets.thinking }];
}
