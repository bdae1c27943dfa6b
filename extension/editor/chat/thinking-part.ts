/**
 * Thoughts in the editor's chat. The part that carries them, `LanguageModelThinkingPart`, is only proposed (vscode.proposed.languageModelThinkingPart.d.ts), so it is not
 * declared, typed or needed: where this editor has the class, thoughts go through it; where it has not, or takes it back, they stay out. The one file that knows of it.
 */
import * as vscode from 'vscode';
import type { RunEvent } from '../../trace/events.ts';

type Report = (part: vscode.LanguageModelResponsePart) => void;
type ThinkingPart = new (value: string) => vscode.LanguageModelResponsePart;

function thinkingPartOf(api: object): ThinkingPart | null {
  const found: unknown = Reflect.get(api, 'LanguageModelThinkingPart');
  return typeof found === 'function' ? (found as ThinkingPart) : null;
}

/** Takes a run's events and reports the model's own thoughts as they come. `api` is the editor's, or stands in for it in tests. */
export function thoughtsTo(report: Report, api: object = vscode): (events: readonly RunEvent[]) => void {
  let part = thinkingPartOf(api);
  return (events) => {
    for (const event of events) {
      if (part === null || event.type !== 'tokens' || event.phase !== 'thinking' || event.source !== 'model' || event.text === '') continue;
      try {
        report(new part(event.text));
      } catch {
        part = null; // A proposal may change: the answer matters more.
      }
    }
  };
}
