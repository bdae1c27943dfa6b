import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { TextTokenizer } from '../../../extension/models/local/text-tokenizer.ts';
import { PieceCounter, type Encoder } from '../../../extension/models/remote/piece-counter.ts';
import type { ParsedPiece } from '../../../extension/models/remote/thought-parser.ts';

const bundled = join(import.meta.dirname, '../../../media/models/reins-tiny');

/** All that comes of these chunks of thoughts. */
function counted(encoder: Encoder, chunks: readonly string[]): ParsedPiece[] {
  const counter = new PieceCounter(encoder);
  return [...chunks.flatMap((text) => counter.take([{ part: 'thinking', text, count: 0 }])), ...counter.finish()];
}

const sum = (pieces: readonly ParsedPiece[]): number => pieces.reduce((all, { count }) => all + count, 0);
const spelled = (pieces: readonly ParsedPiece[]): string => pieces.map(({ text }) => text).join('');

describe('tokens counted with a tokenizer', () => {
  let tokenizer: TextTokenizer;
  before(async () => (tokenizer = await TextTokenizer.read(bundled)));

  /** Words, code, other scripts, emoji of several units, and white space of every kind. */
  const piece = fc.constantFrom('the', ' value', ' of', ' t', 'for', ' (let i = 0; i < x; i++) {\n', '    ', '\n\n', '.', ').\n', "it's", ' 12', '345', 'é', 'e\u0301', ' 数値は三で終わる', '，', '🙂', '👩‍💻', ' \u00a0', '\t', '\r\n', '<think>', ' -1', 'aaaa', '===');
  const text = fc.array(piece, { minLength: 1, maxLength: 60 }).map((pieces) => pieces.join(''));

  it('add up to those of the whole text, however it was cut, and no character is lost', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(300), { maxLength: 40 }), (whole, cuts) => {
        const at = [...new Set([0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length])].sort((a, b) => a - b);
        const pieces = counted(tokenizer, at.slice(1).map((end, index) => whole.slice(at[index], end)));
        assert.equal(spelled(pieces), whole);
        assert.equal(sum(pieces), tokenizer.encode(whole).length);
        assert.ok(pieces.every(({ count }) => count >= 0));
      }),
      { numRuns: 300 },
    );
  });

  it('add up where every chunk is half of an emoji', () => {
    const whole = 'So 🙂🙂 and 👩‍💻 are fine.';
    const pieces = counted(tokenizer, Array.from({ length: whole.length }, (_, index) => whole[index] ?? ''));
    assert.equal(spelled(pieces), whole);
    assert.equal(sum(pieces), tokenizer.encode(whole).length);
  });

  it('come word by word, and the word under way is held back', () => {
    const counter = new PieceCounter(tokenizer);
    const take = (text: string): string[] => counter.take([{ part: 'thinking', text, count: 0 }]).map((one) => one.text);
    assert.deepEqual([take('the va'), take('lue of t'), take(' is')], [['the'], [' value', ' of'], [' t']]);
    assert.deepEqual(counter.finish().map((one) => one.text), [' is']);
    assert.deepEqual(counter.finish(), []);
  });

  it('come soon also in a language that writes without spaces', () => {
    const whole = '値が一つずつ増えるので、四回目には五になる。'.repeat(12);
    const counter = new PieceCounter(tokenizer);
    const [held, pieces] = [[] as number[], [] as ParsedPiece[]];
    for (const character of whole) {
      pieces.push(...counter.take([{ part: 'thinking', text: character, count: 0 }]));
      held.push(spelled(pieces).length);
    }
    pieces.push(...counter.finish());
    assert.ok(held.every((shown, index) => index + 1 - shown <= 65), 'never more than a line behind');
    assert.equal(spelled(pieces), whole);
    assert.equal(sum(pieces), tokenizer.encode(whole).length);
  });

  it('add up where one word goes on and on', () => {
    const whole = 'returnvaluefunctionexampleletforwhile'.repeat(12);
    assert.ok(tokenizer.encode(whole).length < whole.length / 2, 'its tokens are longer than a letter');
    const pieces = counted(tokenizer, [...whole]);
    assert.ok(pieces.length > 1);
    assert.equal(spelled(pieces), whole);
    assert.equal(sum(pieces), tokenizer.encode(whole).length);
  });

  it('are those of each part apart, with the tag between them', () => {
    const counter = new PieceCounter(tokenizer);
    const pieces = [...counter.take([{ part: 'thinking', text: 'so t', count: 9 }, { part: 'thinking', text: '</think>', count: 9, mark: 'thinking-end' }, { part: 'answer', text: '\n\n7', count: 9 }]), ...counter.finish()];
    assert.deepEqual(pieces.map(({ part, mark, text }) => [part, mark ?? text]), [['thinking', 'so'], ['thinking', ' t'], ['thinking', 'thinking-end'], ['answer', '\n\n7']]);
    assert.deepEqual(pieces.map(({ count }) => count), ['so', ' t', '</think>', '\n\n7'].map((each) => tokenizer.encode(each).length));
    assert.equal(pieces[2]!.count, 1, 'a tag is one token of this model');
  });

  it('of a chunk as long as a book are estimated, and at once', () => {
    const [one] = counted(tokenizer, ['x'.repeat(10_000_000)]);
    assert.equal(one?.count, Math.round(10_000_000 / 3.6));
  });

  it('stay whole where the vocabulary has tokens of two words', () => {
    // "of the" is one token here; every other word and every space is one.
    const encoder: Encoder = { encodeContinuation: (given) => (given.match(/ of the|\s+|[^\s]+/g) ?? []).map((token) => [...token].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) | 0, 7)) };
    const pieces = counted(encoder, ['value', ' of', ' the', ' loop ends']);
    assert.equal(spelled(pieces), 'value of the loop ends');
    assert.ok(sum(pieces) >= encoder.encodeContinuation('value of the loop ends').length, 'never too few');
  });
});
