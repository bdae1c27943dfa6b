/** Closing and solving: write the end of the thinking where the model did not, then the answer within its own budget. */
import type { PhaseReason } from '../trace/events.ts';
import { closingText } from './answer.ts';
import { decide, emitToken, nextToken, tokens as inWords, uninterrupted, type RunContext } from './context.ts';
import { steerSolving } from './steering.ts';
import type { Token } from './port.ts';
import { said } from '../trace/said.ts';

/** Write the closing phrase and the end tag, exactly once. */
export async function close(context: RunContext, reason: PhaseReason): Promise<void> {
  const format = context.model.card.thinking;
  if (!format) return;
  const text = closingText(context.state.thoughts, format);
  context.phases.to('closing', reason);
  const tokens = await context.session.append(text, uninterrupted);
  context.ledger.chargeInjected(tokens);
  context.state.closing = { text, tokens };
  context.emit({ type: 'tokens', phase: 'closing', source: 'injected', text, count: tokens });
}

export type SolvingEnd = 'ended' | 'truncated' | 'think-again' | 'stopped';

/** `first` is a token the thinking phase already took because it belonged to the answer. */
export async function solve(context: RunContext, first?: Token): Promise<SolvingEnd> {
  let waiting = first;
  for (;;) {
    const command = context.control.take();
    if (command) {
      const next = await steerSolving(context, command);
      if (next === 'stop') return 'stopped';
      if (next === 'think-again') return 'think-again';
      continue;
    }
    if (context.ledger.solutionLeft === 0) return truncated(context, 'budget');
    if (context.deadlines.solving.aborted) return truncated(context, 'time');
    const token: Token | null = waiting ?? (await nextToken(context));
    waiting = undefined;
    if (!token) continue;
    const end = takeToken(context, token);
    if (end) return end;
  }
}

function takeToken(context: RunContext, token: Token): SolvingEnd | null {
  const { ledger, state } = context;
  if (!ledger.chargeSolution(token.count, context.model.card.tokenCounts === 'estimated')) {
    ledger.discardExcess(token.count);
    return truncated(context, 'budget');
  }
  state.answerTokens += token.count;
  const { mark } = token;
  if (mark === undefined) {
    state.answer += token.text;
    emitToken(context, 'solving', token);
    // A request can only become whole where a fence closes.
    return token.text.includes('`') && context.endsAnswer?.(state.answer) === true ? 'ended' : null;
  }
  switch (mark) {
    case 'end':
      emitToken(context, 'solving', token, '');
      return 'ended';
    case 'cut':
      emitToken(context, 'solving', token, '');
      return truncated(context, 'budget');
    case 'thinking-end': {
      const format = context.model.card.thinking;
      if (format && state.answer.lastIndexOf(format.open) > state.answer.lastIndexOf(format.close)) {
        // The end of thoughts that were resumed inside the answer.
        state.answer += format.close;
        emitToken(context, 'solving', token, format.close);
        return null;
      }
      // A second end tag is not part of the answer.
      emitToken(context, 'solving', token, '');
      context.emit({ type: 'notice', code: 'stray-tag', message: said('The model wrote a second end-of-thinking tag; it was left out of the answer.') });
      return null;
    }
    case 'thinking-start': {
      // It resumes its thoughts inside the answer. The tag is kept in the raw text, so that the cleaned answer can leave them out.
      const open = context.model.card.thinking?.open ?? '';
      state.answer += open;
      emitToken(context, 'solving', token, open);
      context.emit({ type: 'notice', code: 'leaked-thoughts', message: said('The model began to think again inside its answer; those thoughts are left out of the answer.') });
      return null;
    }
  }
}

function truncated(context: RunContext, policy: 'budget' | 'time'): SolvingEnd {
  const { solution } = context.ledger.usage;
  const limit = context.ledger.budgets.solution;
  decide(context, {
    policy,
    action: 'end-answer',
    evidence: [{ signal: said('solution tokens'), value: solution, threshold: limit }],
    reason: policy === 'time' ? said('The time is spent before the answer was finished.') : said('The solution budget of {0} ended the answer before the model did. You can continue it.', inWords(limit)),
  });
  return 'truncated';
}
