/**
 * Builds the library's tokenizer from a tokenizer.json without holding up the thread for long. Its constructor reads a whole vocabulary at once, and a server's
 * tokenizer is read where the editor's extensions live. So it is given an empty one, which is then filled in slices, the way the library's own constructor of
 * byte-pair encodings does it. Vocabularies of other kinds are left to that constructor.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';

/** Entries of a vocabulary that are read before others get their turn. */
export const SLICE = 4096;

type Vocabulary = Readonly<Record<string, unknown>>;
/** Not checked entry by entry: that would take all at once what is to be taken in slices. */
const largeSchema = v.looseObject({
  type: v.literal('BPE'),
  vocab: v.custom<Vocabulary>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  merges: v.custom<readonly unknown[]>((value) => Array.isArray(value)),
});

export interface TokenizerParts {
  readonly model: object;
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

/** What the library's byte-pair model goes by. */
interface BytePairs {
  tokens_to_ids: Map<string, number>;
  vocab: string[];
  /** By JSON of the pair. */
  bpe_ranks: Map<string, number>;
  readonly unk_token?: string;
  unk_token_id?: number;
}

function isBytePairs(model: unknown): model is BytePairs {
  // The library's models can be called like functions.
  if ((typeof model !== 'object' && typeof model !== 'function') || model === null || !('tokens_to_ids' in model && 'vocab' in model && 'bpe_ranks' in model)) return false;
  return model.tokens_to_ids instanceof Map && Array.isArray(model.vocab) && model.bpe_ranks instanceof Map;
}

/** Throws what the library throws, or a TypeError, where the vocabulary is none. */
export async function buildTokenizer(parts: TokenizerParts, config: object): Promise<Tokenizer> {
  const { model } = parts;
  if (!v.is(largeSchema, model)) return new Tokenizer(parts, config);
  const tokenizer = new Tokenizer({ ...parts, model: { ...model, vocab: {}, merges: [] } }, config);
  const pairs: unknown = tokenizer.model;
  if (!isBytePairs(pairs)) return new Tokenizer(parts, config);
  await fill(pairs, model, parts.added_tokens);
  return tokenizer;
}

async function fill(model: BytePairs, { vocab, merges }: v.InferOutput<typeof largeSchema>, added: TokenizerParts['added_tokens']): Promise<void> {
  const tokens = Object.keys(vocab);
  const ids = new Map<string, number>();
  const texts = new Array<string>(tokens.length);
  await inSlices(tokens, (token) => {
    const id = vocab[token];
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) throw new TypeError('An id of the vocabulary is no whole number.');
    ids.set(token, id);
    texts[id] = token;
  });
  const ranks = new Map<string, number>();
  await inSlices(merges, (merge, rank) => void ranks.set(JSON.stringify(typeof merge === 'string' ? merge.split(' ', 2) : merge), rank));
  const unknown = model.unk_token === undefined ? undefined : ids.get(model.unk_token);
  if (unknown !== undefined) model.unk_token_id = unknown;
  // Added tokens go before those of the vocabulary.
  for (const { id, content } of added) {
    ids.set(content, id);
    texts[id] = content;
  }
  model.tokens_to_ids = ids;
  model.vocab = texts;
  model.bpe_ranks = ranks;
}

async function inSlices<T>(entries: readonly T[], read: (entry: T, index: number) => void): Promise<void> {
  for (let from = 0; from < entries.length; from += SLICE) {
    if (from > 0) await turn();
    const until = Math.min(entries.length, from + SLICE);
    for (let index = from; index < until; index += 1) read(entries[index] as T, index);
  }
}
