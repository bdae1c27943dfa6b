import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Detokenizer } from '../../../extension/models/local/detokenizer.ts';
import { TagMatcher, type Tag } from '../../../extension/models/local/tag-matcher.ts';

/** A toy tokenizer: one id per byte. */
const bytes = (ids: readonly number[]) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(ids));

describe('detokenizer', () => {
  it('never splits a character, and loses none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const ids = [...new TextEncoder().encode(text)];
        const stream = new Detokenizer(bytes);
        const pieces = ids.map((id) => stream.push(id));
        assert.equal(pieces.join('') + stream.flush(), text);
        if (!text.includes('\uFFFD')) assert.ok(pieces.every((piece) => !piece.includes('\uFFFD')));
      }),
    );
  });

  it('gives a character with the token that completes it', () => {
    const stream = new Detokenizer(bytes);
    const pieces = [...new TextEncoder().encode('a€b')].map((id) => stream.push(id));
    assert.deepEqual(pieces, ['a', '', '', '€', 'b']);
  });

  it('does not wait for ever for bytes that are no character', () => {
    const stream = new Detokenizer(bytes);
    const pieces = Array.from({ length: 8 }, () => stream.push(0x80));
    assert.equal(pieces.join(''), '\uFFFD'.repeat(8));
  });

  it('keeps the space that a tokenizer drops from a first word', () => {
    // like SentencePiece: each word brings its space, and the first one loses it
    const words = (ids: readonly number[]) => ids.map((id) => ` w${id}`).join('').slice(1);
    const stream = new Detokenizer(words);
    stream.reset([1, 2]);
    assert.deepEqual([stream.push(3), stream.push(4)], [' w3', ' w4']);
  });

  it('copies its state', () => {
    const stream = new Detokenizer(bytes);
    const [first, ...rest] = new TextEncoder().encode('€');
    stream.push(first!);
    const twin = stream.copy();
    const finish = (one: Detokenizer) => rest.map((id) => one.push(id)).join('');
    assert.deepEqual([finish(stream), finish(twin)], ['€', '€']);
  });
});

const single: Tag[] = [
  { mark: 'thinking-start', text: '<think>', id: 100 },
  { mark: 'thinking-end', text: '</think>', id: 101 },
];
const spelled: Tag[] = single.map((tag) => ({ ...tag, id: undefined }));

describe('tag matcher', () => {
  it('knows a tag of one token by its id only', () => {
    const matcher = new TagMatcher(single);
    assert.deepEqual(matcher.push(101, '</think>'), { text: '</think>', mark: 'thinking-end', tokens: 1 });
    assert.deepEqual(matcher.push(5, '</think>'), { text: '</think>' });
    assert.deepEqual(matcher.push(6, 'a <'), { text: 'a <' });
  });

  it('holds back what may be a tag, and marks the token that completes it', () => {
    const matcher = new TagMatcher(spelled);
    assert.deepEqual(matcher.push(1, 'done. </'), { text: 'done. ' });
    assert.deepEqual(matcher.push(2, 'think'), { text: '' });
    assert.deepEqual(matcher.push(3, '>\n\n'), { text: '</think>\n\n', mark: 'thinking-end', tokens: 3 });
    assert.deepEqual(matcher.push(4, 'answer'), { text: 'answer' });
  });

  it('gives the text back when it was none', () => {
    const matcher = new TagMatcher(spelled);
    assert.deepEqual(matcher.push(1, 'if (a <'), { text: 'if (a ' });
    assert.deepEqual(matcher.push(2, ' b'), { text: '< b' });
  });

  it('finds the tag however the text is cut, and loses nothing', () => {
    const text = 'x < y <thin <think>abc</thi</think>\nz</';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: text.length, maxLength: text.length }), (lengths) => {
        const matcher = new TagMatcher(spelled);
        let written = '';
        const marks: string[] = [];
        for (let at = 0, i = 0; at < text.length; at += lengths[i]!, i += 1) {
          const { text: piece, mark } = matcher.push(i, text.slice(at, at + lengths[i]!));
          written += piece;
          if (mark) marks.push(mark);
        }
        assert.equal(written + matcher.flush(), text);
        assert.deepEqual(marks, ['thinking-start', 'thinking-end']);
      }),
    );
  });
});
