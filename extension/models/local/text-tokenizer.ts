/** The model's tokenizer: text to ids and back. */
import { join } from 'node:path';
import type { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { ReasoningError } from '../../reasoning/errors.ts';
import { buildTokenizer } from './built-tokenizer.ts';
import { readJson } from './json.ts';
import { said } from '../../trace/said.ts';

const tokenizerSchema = v.looseObject({ model: v.looseObject({}), added_tokens: v.optional(v.array(v.looseObject({ id: v.number(), content: v.string() })), []) });

const special = v.nullish(v.union([v.string(), v.looseObject({ content: v.string() })]));
const tokenizerConfigSchema = v.looseObject({
  bos_token: special,
  eos_token: special,
  pad_token: special,
  unk_token: special,
  model_max_length: v.nullish(v.number()),
  chat_template: v.nullish(v.union([v.string(), v.array(v.object({ name: v.string(), template: v.string() }))])),
});
export type TokenizerConfig = v.InferOutput<typeof tokenizerConfigSchema>;

/** Text of a special token as the config writes it: a string or an object with its content. */
export function specialText(token: TokenizerConfig['bos_token']): string | undefined {
  return token == null ? undefined : typeof token === 'string' ? token : token.content;
}

export class TextTokenizer {
  readonly config: TokenizerConfig;
  /** One more than the largest id. */
  readonly size: number;
  /** Tokens added on top of the vocabulary, such as tags and turn marks. */
  readonly added: readonly { readonly id: number; readonly content: string }[];
  readonly #tokenizer: Tokenizer;
  readonly #addsLeadingSpace: boolean;
  /** Text of single tokens: the stream asks for the same ones again and again. */
  readonly #texts = new Map<number, string>();

  private constructor(tokenizer: Tokenizer, config: TokenizerConfig) {
    this.#tokenizer = tokenizer;
    this.config = config;
    this.added = [...tokenizer.get_added_tokens_decoder().values()].map(({ id, content }) => ({ id, content }));
    this.size = this.added.reduce((size, { id }) => Math.max(size, id + 1), tokenizer.model?.vocab.length ?? 0);
    this.#addsLeadingSpace = tokenizer.encode('x', { add_special_tokens: false }).tokens[0]?.startsWith('▁') ?? false;
  }

  /** Read tokenizer.json and tokenizer_config.json. Throws `tokenizer-missing` without the first, and `model-invalid` when one is damaged. */
  static async read(folder: string): Promise<TextTokenizer> {
    const data = await readJson(join(folder, 'tokenizer.json'), tokenizerSchema);
    if (!data) throw new ReasoningError('tokenizer-missing', said('The folder {0} has no tokenizer.json. Download it from the page the model came from.', folder));
    const config = (await readJson(join(folder, 'tokenizer_config.json'), tokenizerConfigSchema)) ?? {};
    // The library insists on all five parts; a null one means "nothing to do".
    const parts = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, ...data };
    const flat = { ...config, bos_token: specialText(config.bos_token), eos_token: specialText(config.eos_token), pad_token: specialText(config.pad_token), unk_token: specialText(config.unk_token) };
    try {
      return new TextTokenizer(await buildTokenizer(parts, flat), config);
    } catch (error) {
      throw new ReasoningError('model-invalid', said('tokenizer.json in the model\'s folder is damaged or of a kind Reins does not know. Download it again.'), { cause: error });
    }
  }

  /** Ids of a text as it stands; tags and marks in it become their tokens. `special` adds the start token where the tokenizer wants one. */
  encode(text: string, special = false): number[] {
    return text === '' ? [] : this.#tokenizer.encode(text, { add_special_tokens: special }).ids;
  }

  /** Ids of a text that continues another: without the space some tokenizers put before a first word. */
  encodeContinuation(text: string): number[] {
    if (!this.#addsLeadingSpace) return this.encode(text);
    const before = this.encode('\n');
    const joined = this.encode(`\n${text}`);
    return before.every((id, i) => joined[i] === id) ? joined.slice(before.length) : this.encode(text);
  }

  /** The text of ids, tags included. Incomplete characters come out as U+FFFD. */
  decode(ids: readonly number[]): string {
    if (ids.length !== 1) return this.#decode(ids);
    const [id] = ids as [number];
    let text = this.#texts.get(id);
    if (text === undefined) this.#texts.set(id, (text = this.#decode(ids)));
    return text;
  }

  #decode(ids: readonly number[]): string {
    // Models pad their vocabulary: such ids have no text.
    const known = ids.filter((id) => this.#tokenizer.id_to_token(id) !== undefined);
    return known.length === 0 ? '' : this.#tokenizer.decode(known, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  /** The id of a text that is exactly one token. */
  singleId(text: string): number | undefined {
    const ids = this.encodeContinuation(text);
    return ids.length === 1 && this.decode(ids) === text ? ids[0] : undefined;
  }
}
