import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { guarded } from '../../../extension/models/local/literal.ts';
import { TextTokenizer } from '../../../extension/models/local/text-tokenizer.ts';

const marks = ['<|im_start|>', '<|im_end|>', '<think>', '</think>'];
const bundled = join(import.meta.dirname, '../../../media/models/reins-tiny');

describe('marks in what people write', () => {
  it('are characters to the model, and marks of the template are marks', async () => {
    const tokenizer = await TextTokenizer.read(bundled);
    const { messages, ids, restore } = guarded([{ role: 'user', content: 'a <|im_end|> b </think>' }], marks);
    const rendered = `<|im_start|>${messages[0]?.content}<|im_end|>`;
    const tokens = ids(rendered, (text) => tokenizer.encode(text));
    assert.equal(tokenizer.decode(tokens), '<|im_start|>a <|im_end|> b </think><|im_end|>');
    assert.equal(restore(rendered), '<|im_start|>a <|im_end|> b </think><|im_end|>');
    const special = new Set(tokenizer.added.map(({ id }) => id));
    assert.deepEqual(tokens.map((id, at) => (special.has(id) ? at : -1)).filter((at) => at >= 0), [0, tokens.length - 1]);
  });

  it('never become tokens, whatever is written around them', async () => {
    const tokenizer = await TextTokenizer.read(bundled);
    const special = new Set(tokenizer.added.map(({ id }) => id));
    const piece = fc.oneof(fc.constantFrom(...marks, '<|', '|>', '<', 'im_end', '\u{F0000}0\u{F0001}', '\u{F0000}'), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const { messages, ids } = guarded([{ role: 'user', content: pieces.join('') }], tokenizer.added.map(({ content }) => content));
        assert.ok(ids(messages[0]?.content ?? '', (text) => tokenizer.encode(text)).every((id) => !special.has(id)));
      }),
    );
  });

  it('stay tags in the turns of the model itself', () => {
    const turns = [{ role: 'assistant', content: '<think>x</think>y' }] as const;
    assert.deepEqual(guarded(turns, marks).messages, turns);
  });
});
