/** What the person asks, as the user message every model gets. */

import type { ChatMessage } from './port.ts';

export interface Question {
  /** What is asked, in words. */
  readonly question: string;
  /** The code it is about, if any. */
  readonly context?: { readonly label: string; readonly languageId: string; readonly code: string } | undefined;
  /** What was asked and answered before in the same conversation, oldest first. */
  readonly history?: readonly Turn[] | undefined;
}

/** An earlier question with its answer. Thoughts are not part of it: chat templates strip them from earlier turns, and so do we. */
export interface Turn {
  readonly question: string;
  readonly context?: { readonly label: string; readonly languageId: string; readonly code: string } | undefined;
  readonly answer: string;
}

/** The conversation so far and the question, as the messages every model gets. */
export function composeConversation({ question, context, history = [] }: Question): ChatMessage[] {
  const asked = (turn: Question): ChatMessage => ({ role: 'user', content: composeUserMessage({ question: turn.question, ...(turn.context ?? {}) }) });
  return [...history.flatMap((turn) => [asked(turn), { role: 'assistant' as const, content: turn.answer }]), asked({ question, context })];
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
