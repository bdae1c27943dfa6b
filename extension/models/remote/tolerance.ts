/**
 * What a server turned out not to accept. OpenAI-compatible servers differ in the optional fields they know; one that answers 400 gets the same request
 * without them, and what it refused is remembered for that server and model.
 */
import type { ChatBody } from './endpoint.ts';
import type { HttpFailure } from './failures.ts';

/** Fields a reply can do without. */
const OPTIONAL = ['chat_template_kwargs', 'reasoning_effort', 'stream_options', 'logprobs', 'seed', 'min_p', 'top_k', 'top_p', 'temperature'] as const;
/** Efforts tried in turn where a server does not know `none`. */
const LEAST_EFFORTS = ['none', 'minimal', 'low'] as const;

export class Tolerance {
  #refused: ReadonlySet<string> = new Set();
  #limitField: 'max_tokens' | 'max_completion_tokens' = 'max_tokens';
  /** Index of the lowest effort accepted. */
  #least = 0;

  /** The request in the form this server accepts, as far as is known. */
  apply(body: ChatBody): ChatBody {
    const out: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(body)) {
      if (value === undefined || this.#refused.has(field)) continue;
      if (field === 'max_tokens') out[this.#limitField] = value;
      else if (field === 'reasoning_effort' && value === 'none') out[field] = LEAST_EFFORTS[this.#least];
      else out[field] = value;
    }
    return out;
  }

  accepts(field: (typeof OPTIONAL)[number]): boolean {
    return !this.#refused.has(field);
  }

  /**
   * Learn from a refusal of `sent`. Returns the fields given up or changed; empty when there is nothing left to try. With `onlyNamed` nothing is given up
   * that the server did not name.
   */
  learn(failure: HttpFailure, sent: ChatBody, onlyNamed = false): string[] {
    if (failure.status !== 400 && failure.status !== 422) return [];
    const said = `${failure.param} ${failure.detail}`;
    if ('max_tokens' in sent && /max_completion_tokens/.test(said)) {
      this.#limitField = 'max_completion_tokens';
      return ['max_tokens'];
    }
    const effort = sent['reasoning_effort'];
    if (effort !== undefined && /reasoning[_.]?effort|does not support thinking/i.test(said)) {
      if (effort === LEAST_EFFORTS[this.#least] && this.#least < LEAST_EFFORTS.length - 1) this.#least += 1;
      else this.#refuse(['reasoning_effort']);
      return ['reasoning_effort'];
    }
    const present = OPTIONAL.filter((field) => field in sent);
    const named = present.filter((field) => new RegExp(`\\b${field}\\b`).test(said));
    const given = named.length > 0 || onlyNamed ? named : present;
    this.#refuse(given);
    return given;
  }

  /** For a request that fails in the end: what it seemed to teach was not the reason. */
  remember(): () => void {
    const [refused, limitField, least] = [this.#refused, this.#limitField, this.#least];
    return () => {
      this.#refused = refused;
      this.#limitField = limitField;
      this.#least = least;
    };
  }

  #refuse(fields: readonly string[]): void {
    this.#refused = new Set([...this.#refused, ...fields]);
  }
}
