/// <reference types="node" />
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blockEnd } from '../../webview/run/blocks.ts';

/** The text cut into blocks, the last of which may still grow. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = blockEnd(rest) || rest.length;
    blocks.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return blocks;
}

/** The same, with the text arriving in pieces. */
function streamed(pieces: readonly string[]): string[] {
  const blocks: string[] = [];
  let open = '';
  for (const piece of pieces) {
    open += piece;
    for (let end = blockEnd(open); end > 0; end = blockEnd(open)) {
      blocks.push(open.slice(0, end));
      open = open.slice(end);
    }
  }
  return open === '' ? blocks : [...blocks, open];
}

const words = fc.array(fc.constantFrom('a', 'word ', 'longer words, ', '\n', 'x'.repeat(700), 'so it goes on and on. '.repeat(30), '\u{1F914}'.repeat(900)), { maxLength: 60 });

describe('blocks of thoughts', () => {
  it('lose nothing and stay small', () => {
    fc.assert(
      fc.property(words, (pieces) => {
        const blocks = blocksOf(pieces.join(''));
        assert.equal(blocks.join(''), pieces.join(''));
        for (const block of blocks) assert.ok(block.length <= 4800);
      }),
    );
  });

  it('do not depend on how the text arrived', () => {
    fc.assert(fc.property(words, (pieces) => assert.deepEqual(streamed(pieces), blocksOf(pieces.join('')))));
  });

  it('end at line ends where there are any, and never inside a character', () => {
    const [first] = blocksOf(`${'word '.repeat(300)}\n${'word '.repeat(300)}`);
    assert.equal(first?.endsWith('\n'), true);
    for (const block of blocksOf(`a${'\u{1F914}'.repeat(6000)}`)) assert.equal(block.isWellFormed(), true);
  });
});
