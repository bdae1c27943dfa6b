/** From the tokens of the solving phase to the answer that is shown. */
import type { ThinkingFormat } from './port.ts';

/**
 * The answer without what does not belong to it: thoughts the model resumed after a forced end, stray tags, white space around.
 * (After a forced end some models write a second end tag or think on; both are in the trace, neither is the answer.)
 */
export function cleanAnswer(raw: string, format: ThinkingFormat | null): string {
  if (!format) return raw.trim();
  const { open, close } = format;
  let text = raw;
  for (let from = text.indexOf(open); open !== '' && from >= 0; from = text.indexOf(open)) {
    const to = text.indexOf(close, from + open.length);
    text = to < 0 ? text.slice(0, from) : text.slice(0, from) + text.slice(to + close.length);
  }
  if (close !== '') text = text.replaceAll(close, '');
  return text.trim();
}

/** The closing text of a forced end, as it must be appended after `thoughts`: the end tag comes exactly once. */
export function closingText(thoughts: string, format: ThinkingFormat): string {
  const phrase = thoughts === '' || thoughts.endsWith('\n') ? format.closingPhrase.replace(/^\n+/, '') : format.closingPhrase;
  return phrase + format.close + format.afterClose;
}
