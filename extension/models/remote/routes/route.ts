/** How one session asks for its reply and goes on with it. The session keeps the sequence; the route knows the server's way. */
import type { RenderedPrompt, RequestUsage, StepOptions } from '../../../reasoning/port.ts';
import type { Notify } from '../reply-stream.ts';
import type { ReplyReader } from '../reply-reader.ts';
import type { Transcript } from '../transcript.ts';

export interface Asked {
  readonly step: StepOptions;
  /** Most tokens, when it is not the rest of the budgets (trial answers). */
  readonly limit?: number;
  readonly notify: Notify;
  readonly purpose: RequestUsage['purpose'];
  /** The answer at once, with as little thought as the server can be told. */
  readonly answerOnly?: boolean;
}

/** Tokens of a text of ours, with their ids where the server tells them. */
export interface Counted {
  readonly tokens: number;
  readonly ids?: readonly number[];
}

export interface Route {
  readonly prompt: RenderedPrompt;
  /** The reply from where the sequence stands. Nothing is sent before its first piece is asked for. */
  begin(transcript: Transcript, asked: Asked): ReplyReader;
  count(text: string, signal: AbortSignal): Promise<Counted>;
  /** After a refusal of a begun reply: true when the next `begin` goes another, lesser way. */
  giveWay(): boolean;
  /** Whether it goes on exactly where the sequence stands; otherwise it asks again. */
  readonly inPlace: boolean;
  /** Whether the end tag can be made more or less likely. */
  readonly biasesEnd: boolean;
}
