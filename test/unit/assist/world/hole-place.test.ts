import assert from 'node:assert/strict';
import { placeAround, placeAt } from '../../../../extension/assist/world/hole-place.ts';
import { linesOfText } from '../../../../extension/assist/world/lines.ts';

const examples = ['// f(2) = 7', '// f(5) = 16'];
const at = (lines: string[], line: number, character: number): ReturnType<typeof placeAt> => placeAt(linesOfText(lines.join('\n')), line, character);

describe('finding the function to complete', () => {
  it('takes a hole with the cursor at either end of it, and nowhere else', () => {
    const lines = [...examples, 'const f = (x) => ___;'];
    for (const character of [17, 20]) {
      const place = at(lines, 2, character);
      assert.deepEqual([place?.name, place?.start, place?.end, place?.lead], ['f', 17, 20, '']);
      assert.equal(place?.source, lines.join('\n'));
    }
    for (const character of [0, 16, 18, 19, 21]) assert.equal(at(lines, 2, character), null, String(character));
  });

  it('takes an empty body, with the space it needs', () => {
    const typed = at([...examples, 'const f = (x) => '], 2, 17);
    assert.deepEqual([typed?.lead, typed?.start, typed?.end], ['', 17, 17]);
    assert.equal(typed?.source, [...examples, 'const f = (x) => ___'].join('\n'));
    assert.equal(at([...examples, 'const f = (x) =>'], 2, 16)?.lead, ' ');
    assert.equal(at([...examples, 'const f = (x) => ;'], 2, 17)?.start, 17);
    assert.equal(at([...examples, 'function f(x) { return  }'], 2, 23)?.source, [...examples, 'function f(x) { return ___ }'].join('\n'));
  });

  it('takes nothing from a body that has begun', () => {
    assert.equal(at([...examples, 'const f = (x) => 3'], 2, 18), null);
    assert.equal(at([...examples, 'const f = (x) => 3'], 2, 17), null);
  });

  it('wants two examples of this very function, right above it', () => {
    assert.equal(at(['// f(2) = 7', 'const f = (x) => ___;'], 1, 17), null);
    assert.equal(at(['// g(2) = 7', '// g(5) = 16', 'const f = (x) => ___;'], 2, 17), null);
    assert.equal(at([...examples, '', 'const f = (x) => ___;'], 3, 17), null);
    assert.equal(at(['// says what f does', ...examples, 'const f = (x) => ___;'], 3, 17)?.source, [...examples, 'const f = (x) => ___;'].join('\n'));
  });

  it('gives the model the function as it knows functions: without export, indentation and neighbours', () => {
    const lines = ['const a = 1;', '', '  // f(2) = 7', '  // f(5) = 16', '  export const f = (x) => ___;', '', 'const g = (x) => x;'];
    assert.equal(at(lines, 4, 26)?.source, [...examples, 'const f = (x) => ___;'].join('\n'));
  });

  it('refuses two holes and code beyond the small language', () => {
    assert.equal(at([...examples, 'const f = (x) => ___ + ___;'], 2, 17), null);
    assert.equal(at([...examples, 'const f = async (x) => ___;'], 2, 23), null);
    assert.equal(at([...examples, 'class A { f = (x) => ___; }'], 2, 21), null);
  });

  it('finds the hole of a function of several lines from anywhere in it', () => {
    const lines = [...examples, 'function f(x) {', '  let s = 1;', '  s += ___;', '  return s;', '}', 'let z = 0;'];
    for (const line of [0, 1, 2, 3, 4, 5, 6]) assert.equal(placeAround(linesOfText(lines.join('\n')), line, 0)?.line, 4, String(line));
    assert.equal(placeAround(linesOfText(lines.join('\n')), 7, 0), null);
  });

  it('finds the function the cursor is in, not its neighbour', () => {
    const lines = [...examples, 'const f = (x) => ___;', '', '// g(1) = 1', '// g(2) = 2', 'const g = (x) => ___;'];
    assert.equal(placeAround(linesOfText(lines.join('\n')), 2, 3)?.name, 'f');
    assert.equal(placeAround(linesOfText(lines.join('\n')), 5, 3)?.name, 'g');
    assert.equal(placeAround(linesOfText(lines.join('\n')), 3, 0), null);
  });
});
