/** What is known of one model on one server, how it was found out, and what that means for the verbs of the model port. */
import type { Availability, Capabilities } from '../../reasoning/port.ts';
import { DEFAULT_CHARACTERS_PER_TOKEN } from './token-estimate.ts';
import { Tolerance } from './tolerance.ts';
import type { ServerUsage } from './wire.ts';

/** Where thoughts arrive. `hidden`: they are spent but not shown; `none`: none were seen. */
export type ThoughtPlace = 'reasoning' | 'reasoning_content' | 'thinking' | 'parts' | 'inline' | 'hidden' | 'none';

/**
 * How a partly written reply is handed over to be continued. `flags`: last assistant message with continue_final_message and tags in its content (vLLM,
 * SGLang); `reasoning`: the same with the thoughts in reasoning_content (llama-server); `trailing`: a plain last assistant message.
 */
export type PrefixStyle = 'flags' | 'reasoning' | 'trailing';

export interface ServerCapabilities {
  readonly thoughts: ThoughtPlace;
  /** The chat template has already written the open tag, so the reply begins inside the thoughts. */
  readonly opensThinking: boolean;
  /** Null: the server starts afresh or refuses. */
  readonly prefix: PrefixStyle | null;
  /** Where thoughts arrive when a reply is continued inside them: some servers file them under content then, tags included. */
  readonly continuedThoughts: 'field' | 'content';
  readonly acceptsEffort: boolean;
  readonly streamsUsage: boolean;
  readonly logprobs: boolean;
  /** What was seen, one sentence a fact. */
  readonly evidence: readonly string[];
}

/** What is remembered of a server and model while Reins runs. */
export class ServerMemory {
  readonly tolerance = new Tolerance();
  capabilities: ServerCapabilities | undefined;
  /** Tokens the model can hold, where the server's list of models tells. */
  contextLength: number | undefined;
  /** Measured on the prompts sent so far, where the server tells their tokens. */
  charactersPerToken = DEFAULT_CHARACTERS_PER_TOKEN;

  notePrompt(characters: number, usage: ServerUsage): void {
    const tokens = usage.promptTokens;
    // Short prompts are mostly template; figures out of this range are counts of something else (images, caching).
    if (tokens === undefined || tokens < 50) return;
    const measured = characters / tokens;
    if (measured >= 1.5 && measured <= 8) this.charactersPerToken = (this.charactersPerToken + measured) / 2;
  }

  /** It refused a begun reply after all (restarted with another template, say). */
  noteNoPrefix(): void {
    if (this.capabilities) this.capabilities = { ...this.capabilities, prefix: null };
  }

  noteUnopenedThoughts(): void {
    if (this.capabilities) this.capabilities = { ...this.capabilities, thoughts: 'inline', opensThinking: true };
  }
}

const memories = new Map<string, ServerMemory>();

/** One memory for each server address and model name. */
export function memoryOf(baseUrl: string, model: string): ServerMemory {
  const key = `${baseUrl}\n${model}`;
  const found = memories.get(key) ?? new ServerMemory();
  memories.set(key, found);
  return found;
}

export function forgetServers(): void {
  memories.clear();
}

const yes: Availability = { available: true };
const no = (reason: string): Availability => ({ available: false, reason });

export function portCapabilities(server: ServerCapabilities): Capabilities {
  const hidden = server.thoughts === 'hidden';
  const unseen = no('This server does not show its thoughts, so they cannot be steered; only the effort can be set.');
  return {
    endThinking: hidden ? 'unavailable' : server.prefix === null ? 'degraded' : 'exact',
    probe: hidden ? unseen : server.prefix === null ? no('This server cannot continue a reply that has begun, so a trial answer is not possible.') : yes,
    rewind: hidden ? unseen : yes,
    append: hidden ? unseen : yes,
    logprobs: server.logprobs ? yes : no('This server does not send log-probabilities.'),
    entropy: no('A server sends at most the likeliest tokens, not the whole distribution that entropy needs.'),
    hiddenStates: no('OpenAI-compatible servers do not give out hidden states; choose a local model for signals that need them.'),
    score: no('This server does not score a given text.'),
    fork: no('A remote session cannot be copied; start another run instead.'),
  };
}
