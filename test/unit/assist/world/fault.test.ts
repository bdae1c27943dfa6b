import assert from 'node:assert/strict';
import { correctedLine, faultsIn } from '../../../../extension/assist/world/fault.ts';
import { linesOfText } from '../../../../extension/assist/world/lines.ts';
import { provenRepair } from '../../../../extension/evaluation/suggestion/prove.ts';

const FAULTY = '// f(5) = 28\n// f(2) = 16\nfunction f(x) {\n  const a = x - 4;\n  const b = a + x;\n  return b * 2;\n}\n';

describe('finding functions that break their examples', () => {
  it('names the counter-example and where it stands', () => {
    const [fault] = faultsIn(linesOfText(`const other = 1;\n\n${FAULTY}`));
    assert.deepEqual([fault?.name, fault?.call, fault?.actual, fault?.expected, fault?.exampleLine, fault?.firstLine, fault?.lastLine], ['f', 'f(5)', 12, 28, 2, 4, 8]);
    assert.equal(fault?.source, FAULTY.trimEnd());
  });

  it('says nothing of functions that hold, have a hole, or cannot be run', () => {
    const quiet = ['// f(2) = 7\nconst f = (x) => 3 * x + 1;', '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;', '// f(2) = 7\nconst f = (x) => x.length;', '// f(2) = 7\nconst f = (x) => g(x);', '// f(2) = 7\n\nconst f = (x) => x;', '// g(2) = 7\nconst f = (x) => x;'];
    for (const text of quiet) assert.deepEqual(faultsIn(linesOfText(text)), [], text);
  });

  it('finds each of several, behind Windows line ends too', () => {
    const text = `// f(1) = 3\nconst f = (x) => x;\n// g(1) = 3\n// note\nexport const g = (x) => x + 1;\n`.replaceAll('\n', '\r\n');
    assert.deepEqual(faultsIn(linesOfText(text)).map(({ name, exampleLine }) => [name, exampleLine]), [['f', 0], ['g', 2]]);
  });

  it('puts a corrected line back with what the model was not shown', () => {
    const lines = linesOfText('  // g(1) = 3\n  // g(4) = 6\n  export const g = (x) => x + 1;');
    const [fault] = faultsIn(lines);
    assert.ok(fault);
    const repair = provenRepair(fault.source, 'const g = (x) => x + 2;');
    assert.ok(repair);
    assert.deepEqual(correctedLine(fault, lines, repair.source, repair.line), { line: 2, text: '  export const g = (x) => x + 2;' });
    assert.equal(correctedLine(fault, linesOfText('\n\n  something else'), repair.source, repair.line), null);
  });

  it('leaves minified and very long files alone', () => {
    assert.deepEqual(faultsIn(linesOfText(`// f(1) = 3\nconst f = (x) => x;${' '.repeat(2_000_000)}`)), []);
    assert.deepEqual(faultsIn(linesOfText('\n'.repeat(5000) + FAULTY)), []);
    assert.equal(faultsIn(linesOfText(FAULTY.repeat(200))).length, 60);
  });
});
