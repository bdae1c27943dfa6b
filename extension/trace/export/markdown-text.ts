/** Foreign text in Markdown: no text, however made, gets out of its fence or its line. */

/** A fenced block. The fence is longer than any run of backticks inside. */
export function fenced(text: string, info = ''): string {
  const longest = Math.max(0, ...[...text.matchAll(/`{3,}/g)].map((match) => match[0].length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  // Some readers end lines at characters Markdown does not; written out they end none.
  const body = text.replace(/\r\n?/g, '\n').replace(/[\u0085\u2028\u2029\v\f]/g, '\n').replace(/\n+$/, '');
  return `${fence}${info.replace(/[^A-Za-z0-9+#-]/g, '')}\n${body}${body === '' ? '' : '\n'}${fence}`;
}

/** Text on a line of its own, in a list or in a table cell: one line, nothing in it is markup. */
export function inline(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.replace(/[\\`*_{}[\]<>#|~&!$@:/]|^[-+=]|(?<=www)\.|^\d+(?=[.)])/gi, (match) => (/^\d/.test(match) ? `${match}\\` : `\\${match}`));
}

/** Milliseconds for people. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
