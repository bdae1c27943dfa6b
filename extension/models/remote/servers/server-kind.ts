/** What is known beforehand of a kind of server: where it says what it is, how requests are spelled, and which ways on it has. */
import type { EffortField, Field, KindId, PrefixStyle, ThinkingCap } from '../capability-record.ts';
import type { Endpoint } from '../endpoint.ts';
import type { ListedModel } from '../wire/models.ts';
import type { RawAccess } from './raw-access.ts';

/** What a server said of itself. */
export interface Recognised {
  readonly version: string | null;
  /** Tokens the chosen model can hold. */
  readonly contextLength?: number;
}

export interface Question {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly listed: readonly ListedModel[];
}

export interface ServerKind {
  readonly id: KindId;
  readonly name: string;
  /** Where the facts below are documented. */
  readonly source: string;
  /** Hosts that are this service; nothing need be asked of them. */
  readonly host?: RegExp;
  /** What its list of models names as owner. */
  readonly owner?: RegExp;
  /** Asks the server itself at a documented endpoint, with what it listed at hand. Null: it is another kind. */
  readonly recognise?: (about: Question, signal: AbortSignal) => Promise<Recognised | null>;
  /** Tokens the model can hold, asked once it has been used: some servers know only then. */
  readonly loadedLength?: (about: Question, signal: AbortSignal) => Promise<number | null>;
  readonly effort: EffortField;
  readonly cap: ThinkingCap | null;
  /** Ways of handing a begun reply over that are worth trying, best first. */
  readonly prefixes: readonly PrefixStyle[];
  /** Where begun replies are sent, if not where all others are. */
  readonly prefixPath?: string;
  /** Sent with every chat request. */
  readonly extras: readonly Field[];
  /** Most likely tokens it lists with each token; 0: it gives no log-probabilities. */
  readonly topLogprobs: number;
  readonly choices: 'native' | 'loop';
  /** It is documented to keep what it has read of a prompt, unless told otherwise. */
  readonly keepsPrefixes?: true;
  readonly raw?: (endpoint: Endpoint, model: string) => RawAccess;
  /** It counts thoughts beside the completion, not within it. */
  readonly thoughtsApart?: true;
  /** It can end the thoughts of a reply under way (llama-server). */
  readonly control?: true;
  /** It has OpenAI's Responses interface, which tells more there than chat does. */
  readonly responses?: true;
}

/** A cap that has not been tried yet. */
export function cap(paths: readonly string[], strength: ThinkingCap['strength'], more: Partial<Pick<ThinkingCap, 'with' | 'minimum' | 'insteadOfEffort'>> = {}): ThinkingCap {
  return { paths: [...paths], with: [], minimum: 0, insteadOfEffort: false, ...more, strength, held: 'untried' };
}

/** An effort with words of the server's own for low, medium and high. */
export function effort(path: string | null, [low, medium, high]: readonly [string, string, string], off: readonly Field[]): EffortField {
  return { path, words: { low, medium, high }, off: [...off] };
}
