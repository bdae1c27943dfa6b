/** Chat messages of the editor as a question with what came before it. */
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { Turn } from '../../reasoning/prompt.ts';
import { said } from '../../trace/said.ts';

export interface Conversation {
  readonly question: string;
  readonly history: Turn[];
}

interface Message {
  readonly role: vscode.LanguageModelChatMessageRole;
  readonly content: readonly unknown[];
}

/**
 * Messages in a row by the same speaker count as one. Only text is taken: what a model cannot be given here (images, tool calls) is left out.
 * Throws `bad-request` when nobody asks anything at the end.
 */
export function conversationOfMessages(messages: readonly Message[]): Conversation {
  const history: Turn[] = [];
  let asked: string[] = [];
  for (const { role, content } of messages) {
    const text = textOf(content);
    if (text === '') continue;
    // What is not the model's is the person's: also the editor's own instructions, whose role only the proposed interface names.
    if (role !== vscode.LanguageModelChatMessageRole.Assistant) asked.push(text);
    else if (asked.length > 0) {
      history.push({ question: asked.join('\n\n'), answer: text });
      asked = [];
    } else {
      const last = history.pop();
      history.push(last ? { ...last, answer: `${last.answer}\n\n${text}` } : { question: '…', answer: text });
    }
  }
  if (asked.length === 0) throw new ReasoningError('bad-request', said('There is no question at the end of the conversation.'));
  return { question: asked.join('\n\n'), history };
}

export function textOf(content: readonly unknown[]): string {
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : part instanceof vscode.LanguageModelToolResultPart ? textOf(part.content) : '')).join('').trim();
}
