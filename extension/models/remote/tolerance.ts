/**
 * What a server turned out not to accept. OpenAI-compatible servers differ in the optional fields they know; one that answers 400 gets the same request
 * without them, and what it refused is remembered for that server and model.
 */
import type { Body } from './endpoint.ts';
import type { HttpFailure } from './failures.ts';

/** Fields a reply can do without. Everything else a request has is needed for it to mean what it should. */
const OPTIONAL: ReadonlySet<string> = new Set([
  'chat_template_kwargs', 'reasoning_effort', 'reasoning', 'thinking', 'enable_thinking', 'thinking_token_budget', 'thinking_budget',
  'reasoning_budget_tokens', 'custom_params', 'extra_body', 'reasoning_control', 'include_reasoning', 'reasoning_format', 'reasoning_split',
  'return_token_ids', 'stream_options', 'logprobs', 'top_logprobs', 'logit_bias', 'seed', 'min_p', 'top_k', 'top_p', 'temperature', 'store', 'include',
]);
/** Fields that mean nothing without another. */
const FOLLOWS: Readonly<Record<string, string>> = { top_logprobs: 'logprobs' };
const SUMMARY = 'reasoning.summary';
/** Efforts tried in turn where a server does not know `none`. */
const LEAST_EFFORTS = ['none', 'minimal', 'low'] as const;

type Tree = Record<string, unknown>;

export class Tolerance {
  #refused: ReadonlySet<string> = new Set();
  #limitField: 'max_tokens' | 'max_completion_tokens' = 'max_tokens';
  /** Index of the lowest effort accepted. */
  #least = 0;

  /** The request in the form this server accepts, as far as is known. */
  apply(body: Body): Body {
    const out: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(body)) {
      const leader = FOLLOWS[field];
      if (value === undefined || this.#refused.has(field) || (leader !== undefined && this.#refused.has(leader))) continue;
      if (field === 'max_tokens') out[this.#limitField] = value;
      else if (field === 'reasoning_effort') out[field] = this.#effort(value);
      else if (field === 'reasoning' && isTree(value)) out[field] = this.#reasoning(value);
      else out[field] = value;
    }
    return out;
  }

  #effort(value: unknown): unknown {
    return value === 'none' ? LEAST_EFFORTS[this.#least] : value;
  }

  /** The form of the Responses interface (and OpenRouter): effort and summary together. */
  #reasoning({ summary, ...rest }: Tree): Tree {
    const kept = summary === undefined || this.#refused.has(SUMMARY) ? rest : { ...rest, summary };
    return 'effort' in kept ? { ...kept, effort: this.#effort(kept.effort) } : kept;
  }

  accepts(field: string): boolean {
    return !this.#refused.has(field);
  }

  /**
   * Learn from a refusal of `sent`. Returns the fields given up or changed; empty when there is nothing left to try. With `onlyNamed` nothing is given up
   * that the server did not name.
   */
  learn(failure: HttpFailure, sent: Body, onlyNamed = false): string[] {
    if (failure.status !== 400 && failure.status !== 422) return [];
    const said = `${failure.param} ${failure.detail}`;
    if ('max_tokens' in sent && /max_completion_tokens/.test(said)) {
      this.#limitField = 'max_completion_tokens';
      return ['max_tokens'];
    }
    const reasoning = isTree(sent['reasoning']) ? sent['reasoning'] : {};
    if (reasoning['summary'] !== undefined && /reasoning[_.]?summary|reasoning summaries/i.test(said)) {
      this.#refuse([SUMMARY]);
      return [SUMMARY];
    }
    const effort = sent['reasoning_effort'] ?? reasoning['effort'];
    if (effort !== undefined && /reasoning[_.]?effort|does not support thinking/i.test(said)) {
      if (effort === LEAST_EFFORTS[this.#least] && this.#least < LEAST_EFFORTS.length - 1) this.#least += 1;
      else this.#refuse(['reasoning_effort' in sent ? 'reasoning_effort' : 'reasoning']);
      return ['reasoning_effort'];
    }
    const present = Object.keys(sent).filter((field) => OPTIONAL.has(field));
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

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
