/** What a chunk of a streamed reply comes to, whatever the server's format. */

export type ReasoningField = 'reasoning' | 'reasoning_content' | 'thinking';

/** Usage as the server counted it, in its own tokens. */
export interface ServerUsage {
  readonly promptTokens?: number;
  /** Of the prompt, read from the server's cache. */
  readonly cachedTokens?: number;
  readonly completionTokens?: number;
  readonly reasoningTokens?: number;
}

/** A token as the server lists it. */
export interface ListedToken {
  readonly text: string;
  /** Natural log of its probability; null where the server does not say. */
  readonly logprob: number | null;
  /** Natural logs of the likeliest tokens' probabilities, where asked for. */
  readonly top?: readonly number[];
}

/** One validated chunk, without the differences between servers. */
export interface Delta {
  readonly reasoning: string;
  /** Where the thoughts arrived. `summary` is a retelling of thoughts that are not shown. */
  readonly field?: ReasoningField | 'parts' | 'summary';
  readonly content: string;
  readonly tokens?: readonly ListedToken[];
  /** Token ids of the chunk, where the server gives them. */
  readonly ids?: readonly number[];
  /** Name of the reply, for controlling it while it runs. */
  readonly id?: string;
  /** Why the reply ended: stop, length, content_filter or a word of the server's own. */
  readonly finish?: string;
  readonly usage?: ServerUsage;
  /** The server broke off, in its own words. */
  readonly failure?: string;
}

export const emptyDelta: Delta = { reasoning: '', content: '' };

/** True when there is anything of the model in it. */
export function speaks(delta: Delta): boolean {
  return delta.reasoning !== '' || delta.content !== '' || (delta.ids?.length ?? 0) > 0;
}
