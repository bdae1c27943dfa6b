/** A trace as one JSON document: all events, and what they come to. */
import { TRACE_VERSION, type RunEvent } from '../events.ts';
import type { RunView } from '../view.ts';

/** Pretty-printed, with a newline at the end. `view` is the fold of `events`. */
export function exportJson(events: readonly RunEvent[], view: RunView): string {
  const { started } = view;
  const document = {
    format: 'reins-trace',
    version: started?.version ?? TRACE_VERSION,
    summary: {
      run: view.run,
      time: started?.time ?? null,
      question: started?.task.question ?? null,
      model: started?.model ?? null,
      effort: started?.effort ?? null,
      budgets: view.budgets,
      usage: view.usage,
      outcome: view.outcome,
      elapsedMs: view.elapsedMs,
      answer: view.answer,
      truncated: view.truncated,
      discarded: view.discarded,
      notices: view.notices,
      error: view.error,
    },
    events,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
