/** What Reins needs of a chat model that another extension provides. The editor's own interface is wrapped in extension/editor/models. */
import type { ChatMessage } from '../../reasoning/port.ts';

/** What is sent along with the messages; what it means is the other extension's to say. */
export type ModelOptions = Readonly<Record<string, unknown>>;

export interface ChatAccess {
  /** Tokens of a prompt at most. */
  readonly maxInputTokens: number;
  /** The reply in pieces, as they come. Ends when the model does; rejects with a `ReasoningError`, or an AbortError once the signal fires. */
  send(messages: readonly ChatMessage[], options: ModelOptions, signal: AbortSignal): AsyncIterable<string>;
  /** Tokens by the other extension's own count. */
  count(text: string, signal: AbortSignal): Promise<number>;
}
