/** What the person asks, as the user message every model gets. */

export interface Question {
  /** What is asked, in words. */
  readonly question: string;
  /** The code it is about, if any. */
  readonly context?: { readonly label: string; readonly languageId: string; readonly code: string } | undefined;
}

/** The question, then the code in a fence long enough that the code cannot close it. */
export function composeUserMessage(input: { question: string; code?: string; languageId?: string }): string {
  const question = input.question.trim();
  const code = input.code?.trimEnd();
  if (!code) return question;
  const longestRun = Math.max(0, ...[...code.matchAll(/`{3,}/g)].map((match) => match[0].length));
  const fence = '`'.repeat(Math.max(3, longestRun + 1));
  return `${question}\n\n${fence}${input.languageId ?? ''}\n${code}\n${fence}`;
}
