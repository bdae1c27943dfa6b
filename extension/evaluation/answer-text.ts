/** What of an answer is meant to be put into a file. */

/** The code of an answer with exactly one fenced block; any other answer as it is. */
export function codeOf(answer: string): string {
  const fences = [...answer.matchAll(/^(`{3,})[^\n`]*\n([\s\S]*?)^\1[ \t]*$/gm)];
  const [only] = fences;
  return fences.length === 1 && only?.[2] !== undefined ? only[2].replace(/\n$/, '') : answer.trim();
}
