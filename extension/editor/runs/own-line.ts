/** How an answer goes in at the cursor without gluing statements together. */

export interface LineEdit {
  readonly character: number;
  readonly text: string;
}

/** An answer that is whole lines or statements, as opposed to a part of an expression. */
export function isWholeLine(code: string): boolean {
  const text = code.trim();
  return text.includes('\n') || /[;{}]$/.test(text) || /^(?:\/\/|\/\*|#|(?:const|let|var|function|return|if|for|while|class|import|export|def)\b)/.test(text);
}

/** Where in the caret's line the answer goes: a whole statement gets lines of its own, above the line from its start, else below it. */
export function atCaret(line: string, character: number, code: string): LineEdit {
  if (line.trim() === '' || !isWholeLine(code)) return { character, text: code };
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const lines = code.trim().split('\n').map((one) => (one.trim() === '' ? one : indent + one)).join('\n');
  return character <= indent.length ? { character: 0, text: `${lines}\n` } : { character: line.length, text: `\n${lines}` };
}
