/** Sending a prompt that Reins puts together itself, as tokens or as text: what each server that allows it must offer. */
import type { ChatMessage, StepOptions } from '../../../reasoning/port.ts';
import type { Effort } from '../../../trace/events.ts';
import type { WireRequest } from '../endpoint.ts';

export interface RenderedText {
  readonly text: string;
  /** Null where the server has no tokenizer to ask. */
  readonly ids: readonly number[] | null;
}

export interface RawRequest {
  readonly prompt: { readonly ids: readonly number[] } | { readonly text: string };
  /** Most tokens to generate. */
  readonly limit: number;
  readonly step: Pick<StepOptions, 'sampler' | 'seed'>;
  /** Likeliest tokens to list with each; 0: only the token's own probability; undefined: none. */
  readonly logprobs: number | undefined;
  /** Added to the logits of tokens; from -100 on they are never sampled. */
  readonly bias: readonly { readonly id: number; readonly value: number }[];
}

export interface RawAccess {
  /** The messages as the model's chat template writes them, ready for the reply. */
  render(messages: readonly ChatMessage[], how: { readonly think: boolean; readonly effort: Effort }, signal: AbortSignal): Promise<RenderedText>;
  /** Tokens of a text that follows a prompt. Null where the server has no tokenizer to ask. */
  readonly tokenize: ((text: string, signal: AbortSignal) => Promise<readonly number[]>) | null;
  request(input: RawRequest): WireRequest;
  /** The field for several replies from one request, where there is one. */
  readonly several?: string;
}
