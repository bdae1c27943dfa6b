/** Text that is not the model's, written into its thoughts: a remark of the person, a nudge of ours. It is shown as what it is. */
import { uninterrupted, type RunContext } from './context.ts';

/** False, and nothing written, when it would eat the answer's room. */
export async function inject(context: RunContext, text: string): Promise<boolean> {
  if (!context.ledger.canInject(context.model.countTokens(text))) return false;
  const tokens = await context.session.append(text, uninterrupted);
  context.ledger.chargeInjected(tokens);
  context.state.thoughts += text;
  context.emit({ type: 'tokens', phase: 'thinking', source: 'injected', text, count: tokens });
  return true;
}
