/** Finds the thinking tags in the stream of tokens, however many tokens a tag takes. */

export type TagMark = 'thinking-start' | 'thinking-end';

export interface Tag {
  readonly mark: TagMark;
  readonly text: string;
  /** Set when the tag is one token of the vocabulary: then only that token is the tag. */
  readonly id: number | undefined;
}

export interface Matched {
  readonly text: string;
  readonly mark?: TagMark;
  /** Tokens of the tag, this one included. */
  readonly tokens?: number;
}

/**
 * A tag of one token is recognised by its id. Any other is recognised by its text: text that may be the beginning of a tag is held back
 * and comes with the token that decides, together with the mark if it was one.
 */
export class TagMatcher {
  readonly #tags: readonly Tag[];
  #held = '';
  #heldTokens = 0;

  constructor(tags: readonly Tag[]) {
    this.#tags = tags;
  }

  push(id: number, text: string): Matched {
    const exact = this.#tags.find((tag) => tag.id === id);
    if (exact) return { text: this.flush() + text, mark: exact.mark, tokens: 1 };
    const buffer = this.#held + text;
    const spelled = this.#tags.filter((tag) => tag.id === undefined);
    const found = spelled.find((tag) => buffer.includes(tag.text));
    if (found) {
      const tokens = this.#heldTokens + 1;
      this.flush();
      return { text: buffer, mark: found.mark, tokens };
    }
    const keep = Math.max(0, ...spelled.map((tag) => overlap(buffer, tag.text)));
    this.#heldTokens = keep > 0 ? this.#heldTokens + 1 : 0;
    this.#held = buffer.slice(buffer.length - keep);
    return { text: buffer.slice(0, buffer.length - keep) };
  }

  /** What is held back, no longer waiting for the rest. */
  flush(): string {
    const text = this.#held;
    this.#held = '';
    this.#heldTokens = 0;
    return text;
  }

  copy(): TagMatcher {
    const twin = new TagMatcher(this.#tags);
    twin.#held = this.#held;
    twin.#heldTokens = this.#heldTokens;
    return twin;
  }
}

/** Length of the longest end of `text` that is a proper beginning of `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
