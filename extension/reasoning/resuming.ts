/** Brings a session to where the strategy begins, with what an earlier run had put back. */
import { closingText } from './answer.ts';
import { uninterrupted, type RunContext } from './context.ts';
import { ReasoningError } from './errors.ts';
import type { RunSettings } from './plan.ts';
import { close } from './solving.ts';
import type { Beginning } from './strategies/single.ts';
import { said } from '../trace/said.ts';

/** Bring the session to where the strategy begins: inside the thoughts, or at the answer. */
export async function begin(context: RunContext): Promise<Beginning> {
  const { settings, model, session, state } = context;
  const format = model.card.thinking;
  if (settings.resume) return resume(context, settings.resume);
  if (!format || !context.plan.think) {
    state.thoughtsEnd = session.position;
    if (format && session.prompt.opensThinking) await close(context, 'no-thinking');
    context.phases.to('solving', 'no-thinking');
    return 'solving';
  }
  context.phases.to('thinking', 'start');
  context.measuring.begin();
  return 'thinking';
}

/** Put back what an earlier run had. Those tokens were paid for there. */
async function resume(context: RunContext, from: NonNullable<RunSettings['resume']>): Promise<Beginning> {
  const { model, session, state, ledger } = context;
  const format = model.card.thinking;
  const put = async (phase: 'thinking' | 'closing' | 'solving', text: string): Promise<void> => {
    if (text === '') return;
    if (model.countTokens(text) > ledger.contextLeft) throw new ReasoningError('context-overflow', said('The earlier run and the new budgets do not fit into the model’s context together. Lower a budget.'));
    const tokens = await session.append(text, uninterrupted);
    ledger.chargeResumed(tokens);
    context.emit({ type: 'tokens', phase, source: 'resumed', text, count: tokens });
  };
  if (format) {
    const thoughts = session.prompt.opensThinking ? from.thoughts : `${format.open}\n${from.thoughts}`;
    await put('thinking', thoughts);
    state.thoughts = from.thoughts;
  }
  state.thoughtsEnd = session.position;
  if (from.into === 'thinking' && format) {
    context.phases.to('thinking', 'resumed');
    state.exitsSuspended = from.cutOff !== true;
    state.keepThinkingFor = from.atLeast ?? (from.cutOff ? 0 : 16);
    return 'thinking';
  }
  if (format) await put('closing', closingText(from.thoughts, format));
  context.phases.to('solving', 'resumed');
  await put('solving', from.answer);
  state.answer = from.answer;
  return 'solving';
}
