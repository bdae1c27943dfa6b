/** A vocabulary is read in slices: the same tokenizer must come of it as of the library's own way, and others must get their turn meanwhile. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { buildTokenizer, SLICE } from '../../../extension/models/local/built-tokenizer.ts';

interface File {
  readonly added_tokens: readonly { readonly id: number; readonly content: string; readonly special: boolean }[];
  readonly model: { readonly type: string; readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (readonly [string, string])[] };
}

const bundled = JSON.parse(readFileSync(join(import.meta.dirname, '../../../media/models/reins-tiny/tokenizer.json'), 'utf8')) as File;
const texts = ['let total = 0;\nfor (const x of xs) total += x;', 'é 🙂 漢字 naïve', '<think>\nfirst\n</think>\n\nanswer', 'zzzzzz qqqq', ''];

/** The bundled vocabulary with all pairs of its characters, and of these with another, on top. */
function large(entries: number): File {
  const vocab: Record<string, number> = { ...bundled.model.vocab };
  const merges = [...bundled.model.merges];
  const characters = Object.keys(vocab).filter((token) => [...token].length === 1);
  let next = Math.max(...Object.values(vocab), ...bundled.added_tokens.map(({ id }) => id)) + 1;
  const words = [...characters];
  for (let at = 0; at < words.length && next < entries; at += 1) {
    for (const character of characters) {
      const word = `${words[at]}${character}`;
      if (vocab[word] !== undefined || next >= entries) continue;
      vocab[word] = next;
      next += 1;
      merges.push([words[at] ?? '', character]);
      words.push(word);
    }
  }
  return { ...bundled, model: { ...bundled.model, vocab, merges } };
}

describe('a large vocabulary', () => {
  const file = large(6 * SLICE);

  const kinds: readonly [string, object][] = [
    ['as the library reads it', file],
    ['with merges as text', { ...file, model: { ...file.model, merges: file.model.merges.map((pair) => pair.join(' ')) } }],
    ['with a token for what it does not know', { ...file, model: { ...file.model, unk_token: 'x', fuse_unk: true } }],
    ['with added tokens far beyond it, and one that it has', { ...file, added_tokens: [...file.added_tokens, { id: 90_000, content: '<far>', special: true }, { id: file.model.vocab['zz'], content: 'zz', special: false }] }],
    ['of another kind, by the library itself', { ...file, model: { type: 'WordPiece', vocab: { ...file.model.vocab, '[UNK]': 90_001 }, unk_token: '[UNK]', continuing_subword_prefix: '##' } }],
  ];
  for (const [name, parts] of kinds) {
    it(`is the same tokenizer ${name}`, async () => {
      const built = await buildTokenizer(parts as File, {});
      const whole = new Tokenizer(parts, {});
      for (const text of [...texts, 'a <far> b']) {
        const { ids } = whole.encode(text, { add_special_tokens: false });
        assert.deepEqual(built.encode(text, { add_special_tokens: false }).ids, ids, text);
        assert.equal(ids.length === 0 ? '' : built.decode(ids), ids.length === 0 ? '' : whole.decode(ids), text);
      }
      assert.deepEqual(built.get_vocab(true), whole.get_vocab(true));
      assert.equal(built.token_to_id('zz'), whole.token_to_id('zz'));
    });
  }

  it('lets others have their turn while it is read', async () => {
    let turns = 0;
    let reading = true;
    const others = (): void => {
      turns += 1;
      if (reading) setImmediate(others);
    };
    setImmediate(others);
    await buildTokenizer(file, {});
    reading = false;
    // Tokens and merges have about six slices each.
    assert.ok(turns >= 9, `${turns} turns`);
  });

  it('that is damaged is refused', async () => {
    await assert.rejects(buildTokenizer({ ...file, model: { ...file.model, vocab: { a: 'b' } } }, {}), TypeError);
  });
});
