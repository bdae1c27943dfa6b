/** The thoughts of a run, up to a token of them. */
import type { RunEvent } from '../../trace/events.ts';

/** The text of the first so many thinking tokens that the model chose; null where the events do not tell where they end. */
export function thoughtsUpTo(events: readonly RunEvent[], tokens: number): string | null {
  let left = tokens;
  let text = '';
  for (const event of events) {
    if (left === 0) break;
    if (event.type !== 'tokens' || event.phase !== 'thinking') continue;
    if (event.source !== 'model' || event.lengths?.length !== event.count) return null;
    const taken = event.lengths.slice(0, left);
    text += event.text.slice(0, taken.reduce((sum, length) => sum + length, 0));
    left -= taken.length;
  }
  return left === 0 ? text : null;
}
