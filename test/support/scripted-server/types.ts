/** What a scripted server can be told to be, to say and to do wrong. */
import type { IncomingHttpHeaders } from 'node:http';

/** Which field or tags a server uses for thoughts. `hidden` bills them without showing them; `none` does not think. */
export type ThoughtWire = 'reasoning' | 'reasoning_content' | 'thinking' | 'inline' | 'inline-unopened' | 'hidden' | 'none';

/**
 * How a server takes a partly written assistant message. `flags`: continue_final_message with inline tags; `reasoning`: the same with a
 * separate reasoning_content; `trailing`: a plain last assistant message; `ignored`: taken as a finished turn; `refused`: 400.
 */
export type PrefixWire = 'flags' | 'reasoning' | 'trailing' | 'ignored' | 'refused';

export interface Profile {
  readonly thoughts: ThoughtWire;
  readonly prefix: PrefixWire;
  /** Send a usage chunk when asked by stream_options.include_usage. */
  readonly usage: boolean;
  /** Request fields answered with 400, in the way OpenAI words it. */
  readonly refusedFields: readonly string[];
  /** False: keeps thinking when asked not to. */
  readonly honoursThinkingOff: boolean;
  /** Continued text that arrives in the wrong field: the answer as thoughts, or the thoughts (with their tag) as content. */
  readonly misfiles: 'nothing' | 'answer' | 'thoughts';
  /** Keeps what it has read of prompts, and tells of it in the usage. */
  readonly caches: boolean;
  /** Tokens per streamed delta. */
  readonly tokensPerDelta: number;
}

export const profileNames = ['vllm', 'llama-server', 'deepseek', 'inline', 'inline-unopened', 'ollama', 'openai', 'plain'] as const;
export type ProfileName = (typeof profileNames)[number];

/** What the model would say, token by token. */
export interface Script {
  readonly thinking: readonly string[];
  readonly answer: readonly string[];
}

export interface ScriptInput {
  readonly question: string;
  readonly effort: string;
  /** The partly written assistant message the request ends in, or ''. */
  readonly begun: string;
}

export type Fault =
  /** Drop the connection after this many tokens. */
  | { readonly kind: 'cut'; readonly after: number }
  /** End the stream in good order but without finish_reason and [DONE]. */
  | { readonly kind: 'silent-end'; readonly after: number }
  | { readonly kind: 'status'; readonly status: number; readonly message?: string; readonly code?: string; readonly headers?: Readonly<Record<string, string>> }
  /** Send nothing more after this many tokens; 0 sends no headers either. */
  | { readonly kind: 'hang'; readonly after: number }
  | { readonly kind: 'html'; readonly status?: number }
  /** A line that is not JSON, after this many tokens. */
  | { readonly kind: 'malformed'; readonly after: number }
  /** Valid JSON that is no completion chunk, after this many tokens. */
  | { readonly kind: 'wrong-shape'; readonly after: number }
  /** An error object inside the stream, after this many tokens. */
  | { readonly kind: 'error-event'; readonly after: number; readonly message: string }
  /** Close the socket before any header. */
  | { readonly kind: 'close' }
  | { readonly kind: 'redirect'; readonly location: string };

export interface ScriptedServerOptions {
  readonly profile?: ProfileName;
  /** Changes to the profile. */
  readonly overrides?: Partial<Profile>;
  /** Tokens, or a function of the question and effort. Default: the echo reasoner. */
  readonly script?: Script | ((input: ScriptInput) => Script);
  /** Model names offered by /models. Others are answered with 404. Null: the server has no /models. */
  readonly models?: readonly string[] | null;
  /** The key to be sent, if one is needed. */
  readonly apiKey?: string;
  /** Where it listens; default: any free port. For one that comes up again where it was. */
  readonly port?: number;
  /** Path of the API; default /v1. */
  readonly root?: string;
  /** Milliseconds between tokens. */
  readonly delayMs?: number;
  /** Pause every chat stream after this many tokens until `release()`. */
  readonly holdAfter?: number;
  /** By chat request, in order; undefined is a good request. */
  readonly faults?: readonly (Fault | undefined)[];
  /** The fault of GET /models. */
  readonly modelsFault?: Fault;
}

/** One request as the server saw it. */
export interface SeenRequest {
  /** About how many tokens of its prompt stood at the beginning of an earlier one. */
  readonly cached: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The JSON body, or null. */
  readonly body: ChatBody | null;
  /** Tokens sent so far. */
  tokensSent: number;
  /** True when the client hung up before the server was done. */
  aborted: boolean;
  /** True when the answer was sent completely. */
  finished: boolean;
}

export interface WireMessage {
  readonly role: string;
  readonly content?: string | null;
  readonly reasoning_content?: string;
  readonly reasoning?: string;
}

/** The fields of a chat request that the server reads; the rest is kept for assertions. */
export interface ChatBody {
  readonly model?: string;
  readonly messages?: readonly WireMessage[];
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly reasoning_effort?: string;
  readonly continue_final_message?: boolean | string;
  readonly add_generation_prompt?: boolean;
  readonly chat_template_kwargs?: { readonly enable_thinking?: boolean };
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly logprobs?: boolean;
  readonly [field: string]: unknown;
}

export interface ScriptedServer {
  /** Ends in `root`. */
  readonly baseUrl: string;
  /** Every request, in order. */
  readonly requests: readonly SeenRequest[];
  /** The chat requests only. */
  chats(): SeenRequest[];
  /** Let go of every held stream, now and later. */
  release(): void;
  /** Resolves when `test` holds for the requests; rejects after `timeoutMs` (default 5000). */
  until(test: (requests: readonly SeenRequest[]) => boolean, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}
