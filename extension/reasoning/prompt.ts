/** What the person asks, as the user message every model gets. */

import type { ChatMessage } from './port.ts';

interface Code {
  readonly label: string;
  readonly languageId: string;
  readonly code: string;
}

export interface Question {
  /** What is asked, in words. */
  readonly question: string;
  /** The code it is about, if any. */
  readonly context?: Code | undefined;
  /** What else was sent along, each under its label. */
  readonly attached?: readonly Code[] | undefined;
  /** What was asked and answered before in the same conversation, oldest first. */
  readonly history?: readonly Turn[] | undefined;
}

/** An earlier question with its answer. Thoughts are not part of it: chat templates strip them from earlier turns, and so do we. */
export interface Turn {
  readonly question: string;
  readonly context?: Code | undefined;
  readonly attached?: Code[] | undefined;
  readonly answer: string;
}

/** The conversation so far and the question, as the messages every model gets. */
export function composeConversation({ question, context, attached, history = [] }: Question): ChatMessage[] {
  const asked = (turn: Question): ChatMessage => ({ role: 'user', content: composeUserMessage({ question: withAttached(turn), ...(turn.context ?? {}) }) });
  return [...history.flatMap((turn) => [asked(turn), { role: 'assistant' as const, content: turn.answer }]), asked({ question, context, attached })];
}

/** Labels are written as they are shown; only what is asked about goes without one, as models trained on that form expect. */
function withAttached({ question, context, attached = [] }: Question): string {
  if (attached.length === 0) return question;
  const blocks = attached.map(({ label, languageId, code }) => composeUserMessage({ question: `${label}:`, code, languageId }));
  return [question.trim(), ...blocks, ...(context ? [`${context.label}, which the question is about:`] : [])].join('\n\n');
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
