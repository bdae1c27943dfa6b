import assert from 'node:assert/strict';
import { linesOfText } from '../../../../extension/assist/world/lines.ts';
import { printPlaceAt } from '../../../../extension/assist/world/print-place.ts';
import { lastPrinted } from '../../../../extension/evaluation/suggestion/prove.ts';

const at = (text: string, line: number, character = text.split('\n')[line]?.length ?? 0): ReturnType<typeof printPlaceAt> => printPlaceAt(linesOfText(text), line, character);

describe('finding the program a print belongs to', () => {
  it('takes the program from the top of the file to the print', () => {
    const text = 'let x = 8;\nlet y = 5;\nfor (let i = 1; i < 5; i++) {\n  x += 2;\n}\nconsole.log(y + x);';
    const place = at(text, 5);
    assert.equal(place?.source, text);
    assert.equal(lastPrinted(place?.source ?? ''), '21');
    assert.equal(place?.character, 19);
  });

  it('leaves comments and earlier prints out of what is asked', () => {
    assert.equal(at('// start\nlet x = 8; // eight\nconsole.log(x); // 8\nx += 1;\nconsole.log(x);', 4)?.source, 'let x = 8;\nx += 1;\nconsole.log(x);');
  });

  it('takes the last paragraph where the file begins with something else', () => {
    assert.equal(at("import fs from 'node:fs';\n\nlet x = 8;\nconsole.log(x);", 3)?.source, 'let x = 8;\nconsole.log(x);');
  });

  it('takes nothing else', () => {
    const texts: [string, number, number?][] = [
      ['let x = 8;\nconsole.log(x);', 1, 5],
      ['let x = 8;\nconsole.log(x); // 8', 1],
      ['for (let i = 0; i < 3; i++) {\n  console.log(i);', 1],
      ['console.log(name);', 0],
      ["console.log('a');", 0],
      ['while (true) {\n}\nconsole.log(1);', 2],
      ['let x = 8;', 0],
      [`let x = 1;${' '.repeat(1200)}x += 1;\nconsole.log(x);`, 1],
    ];
    for (const [text, line, character] of texts) assert.equal(at(text, line, character), null, text.slice(0, 80));
  });
});
