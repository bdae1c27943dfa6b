import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { editsOf, type TextEdit } from '../../../../extension/assist/review/edits.ts';
import { applyHunks, diffLines, splitLines } from '../../../../extension/assist/review/line-diff.ts';
import { placeHunks } from '../../../../extension/assist/review/place-hunks.ts';

/** Few different lines, so that texts have much in common. */
const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 14 }).map((lines) => (lines.length === 0 ? [''] : lines));

function edited(lines: readonly string[], edits: readonly TextEdit[]): string {
  const joined = lines.join('\n');
  const offset = (line: number, character: number): number => lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return edits.toReversed().reduce((so, { startLine, startCharacter, endLine, endCharacter, text: put }) => so.slice(0, offset(startLine, startCharacter)) + put + so.slice(offset(endLine, endCharacter)), joined);
}

describe('the difference between two texts', () => {
  it('carried out on the first gives the second', () => {
    fc.assert(fc.property(text, text, (before, after) => assert.deepEqual(applyHunks(before, diffLines(before, after)), after)));
  });

  it('has no hunk that changes nothing, and leaves a line both have between two hunks', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const hunks = diffLines(before, after);
        for (const { removed, added } of hunks) assert.ok(removed.length + added.length > 0);
        hunks.slice(1).forEach(({ start }, index) => assert.ok(start > hunks[index]!.start + hunks[index]!.removed.length));
      }),
    );
  });

  it('is as small as can be on a known pair', () => {
    assert.deepEqual(diffLines(['a', 'b', 'c', 'a', 'b', 'b', 'a'], ['c', 'b', 'a', 'b', 'a', 'c']).reduce((sum, { removed, added }) => sum + removed.length + added.length, 0), 5);
  });

  it('copes with long texts that have nothing in common', () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `a${index}`);
    assert.equal(diffLines(before, before.map((line) => `${line}!`)).length, 1);
  });

  it('as edits of a document gives the same text, to the last line break', () => {
    fc.assert(fc.property(text, text, (before, after) => assert.equal(edited(before, editsOf(before, diffLines(before, after))), after.join('\n'))));
  });

  it('reads every kind of line break', () => {
    assert.deepEqual(splitLines('a\r\nb\nc\rd'), ['a', 'b', 'c', 'd']);
  });
});

describe('hunks in a text that has changed meanwhile', () => {
  const here = (base: readonly string[], proposed: readonly string[], current: readonly string[]): string[] => {
    const hunks = placeHunks(base, diffLines(base, proposed), current).flatMap((placed) => (placed.kind === 'here' ? [placed.hunk] : []));
    return applyHunks(current, hunks);
  };

  it('give the proposal when nothing changed', () => {
    fc.assert(fc.property(text, text, (base, proposed) => assert.deepEqual(here(base, proposed, base), proposed)));
  });

  it('never take away a line that was written meanwhile', () => {
    const written = fc.array(fc.tuple(fc.nat(20), fc.nat(3)), { maxLength: 5 });
    fc.assert(
      fc.property(text, text, written, (base, proposed, inserts) => {
        const current = [...base];
        inserts.forEach(([at, remove], index) => current.splice(Math.min(at, current.length), Math.min(remove, 2), `mine ${index}`));
        const mine = current.filter((line) => line.startsWith('mine'));
        assert.deepEqual(here(base, proposed, current).filter((line) => line.startsWith('mine')), mine);
      }),
    );
  });

  it('go where their lines have moved to', () => {
    assert.deepEqual(here(['a', 'b', 'c'], ['a', 'B', 'c'], ['new', 'a', 'b', 'c']), ['new', 'a', 'B', 'c']);
  });

  it('are left out where their lines were changed, and told apart from those done already', () => {
    const kinds = (current: string[]): string[] => placeHunks(['a', 'b', 'c', 'd'], diffLines(['a', 'b', 'c', 'd'], ['a', 'B', 'c', 'D']), current).map(({ kind }) => kind);
    assert.deepEqual(kinds(['a', 'b', 'c', 'd']), ['here', 'here']);
    assert.deepEqual(kinds(['a', 'x', 'c', 'd']), ['changed', 'here']);
    assert.deepEqual(kinds(['a', 'B', 'c', 'd']), ['done', 'here']);
    assert.deepEqual(kinds([]), ['changed', 'changed']);
  });
});
