/** When a completion under way is enough, and what of it is shown. */

/** line: up to the end of the line the cursor is on; block: until the text comes back to less indentation. */
export type Extent = 'line' | 'block';

/** After text on the same line, or before more of it, only the line is completed; an empty line may take a block where a person asked. */
export function extentOf(prefix: string, suffix: string, asked: boolean): Extent {
  const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const rest = /^[^\n]*/.exec(suffix)?.[0] ?? '';
  return rest.trim() === '' && (asked || line.trim() === '') && line.trim() === '' ? 'block' : 'line';
}

/** The finished completion once `text` holds it, or null while more is needed. */
export function finished(text: string, extent: Extent): string | null {
  if (extent === 'line') {
    // A line break before anything else is only where the model starts; the first complete line ends it.
    const found = /^(?:[ \t]*\r?\n)*[^\n]*\S[^\n]*(?=\n)/.exec(text);
    return found ? shown(found[0], extent) : null;
  }
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0) return null;
  const indent = indentOf(lines[first] ?? '');
  // The last line may still grow, so it decides nothing.
  const end = lines.findIndex((line, index) => index > first && index < lines.length - 1 && line.trim() !== '' && indentOf(line) < indent);
  const blank = lines.findIndex((line, index) => index > first && index < lines.length - 1 && line.trim() === '' && (lines[index + 1] ?? '').trim() === '' && index + 1 < lines.length - 1);
  const cut = [end, blank].filter((index) => index >= 0).sort((a, b) => a - b)[0];
  return cut === undefined ? null : shown(lines.slice(0, cut).join('\n'), extent);
}

/** What of a whole reply is shown. White space at the end is nothing to accept. */
export function shown(text: string, extent: Extent): string {
  const kept = extent === 'line' ? (/^(?:[ \t]*\r?\n)*[^\n]*/.exec(text)?.[0] ?? '') : text;
  return kept.replaceAll('\r', '').trimEnd();
}

/**
 * Without what stands behind the cursor already: models that see the suffix often write its beginning again. Only closing brackets and
 * punctuation of the same line are looked at, and whole lines.
 */
export function withoutSuffix(completion: string, suffix: string): string {
  const rest = (/^[^\n]*/.exec(suffix)?.[0] ?? '').trimEnd();
  if (rest !== '' && !completion.includes('\n') && completion.endsWith(rest)) return completion.slice(0, completion.length - rest.length);
  const next = suffix.split('\n').find((line, index) => index > 0 && line.trim() !== '');
  const lines = completion.split('\n');
  return next !== undefined && lines.length > 1 && lines.at(-1)?.trim() === next.trim() ? lines.slice(0, -1).join('\n').trimEnd() : completion;
}

/** Thoughts and fences never reach the text, whatever a model that was asked not to think writes. */
export function withoutThoughts(text: string): string {
  const closed = text.replaceAll(/<(think|thinking|thought|reasoning)>[\s\S]*?<\/\1>\s*/g, '');
  const open = closed.search(/<(?:think|thinking|thought|reasoning)>/);
  const bare = open < 0 ? closed : closed.slice(0, open);
  const stray = /^[\s\S]*<\/(?:think|thinking|thought|reasoning)>\s*/.exec(bare);
  return stray ? bare.slice(stray[0].length) : bare;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
