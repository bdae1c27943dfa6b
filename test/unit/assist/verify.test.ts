import assert from 'node:assert/strict';
import { whyNoTools, type ToolSituation } from '../../../extension/assist/tools/availability.ts';
import { candidateOf, linesChanged } from '../../../extension/assist/verify/candidate.ts';
import { commandProblem, MOST_COMMAND } from '../../../extension/assist/verify/command-text.ts';

describe('a test command that is to be allowed', () => {
  it('is one that can be seen in full', () => {
    for (const command of ['npm test', 'cd sub && node test.js --grep "ä 🎈"', 'x'.repeat(MOST_COMMAND)]) assert.equal(commandProblem(command), null, command);
    assert.equal(commandProblem('x'.repeat(MOST_COMMAND + 1)), 'too-long');
  });

  it('hides nothing, reorders nothing and pushes nothing out of sight', () => {
    for (const hidden of ['\n', '\r', '\t', '\0', '\u001b[8m', '\u200b', '\u202e', '\u2066', '\u2028', '\ufeff', '\u00ad', ' '.repeat(9)]) assert.equal(commandProblem(`npm test${hidden}; rm -rf x`), 'hidden', JSON.stringify(hidden));
  });
});

describe('whether tools can be had', () => {
  const good: ToolSituation = { trusted: true, folders: 1, onDisk: 1, model: { kind: 'remote', bundled: false }, card: undefined };

  it('needs trust before anything else, then a folder and a model that can ask', () => {
    assert.equal(whyNoTools(good), null);
    assert.equal(whyNoTools({ ...good, card: { available: true } }), null);
    assert.deepEqual(whyNoTools({ ...good, trusted: false, folders: 0, onDisk: 0, model: null }), { why: 'untrusted' });
    assert.deepEqual(whyNoTools({ ...good, folders: 0, onDisk: 0, model: null }), { why: 'no-folder' });
    assert.deepEqual(whyNoTools({ ...good, onDisk: 0, model: null }), { why: 'virtual' });
    assert.deepEqual(whyNoTools({ ...good, model: null }), { why: 'no-model' });
    assert.deepEqual(whyNoTools({ ...good, model: { kind: 'local', bundled: true } }), { why: 'bundled' });
    assert.deepEqual(whyNoTools({ ...good, model: { kind: 'local', bundled: false } }), { why: 'local' });
    assert.deepEqual(whyNoTools({ ...good, card: { available: false, reason: 'It cannot.' } }), { why: 'model', reason: 'It cannot.' });
  });
});

describe('a candidate', () => {
  const text = 'a\n  one();\n  two();\nb\n';
  const change = { kind: 'lines', first: 1, last: 2 } as const;
  const answer = (code: string): string => `So:\n\n\`\`\`js\n${code}\n\`\`\``;

  it('is the file with the block in place of the lines, indented like them', () => {
    assert.deepEqual(candidateOf({ text, change }, answer('one();\nthree();'), false), { text: 'a\n  one();\n  three();\nb\n', changedLines: 2 });
  });

  it('keeps the line ends of the file', () => {
    assert.deepEqual(candidateOf({ text: text.replaceAll('\n', '\r\n'), change }, answer('one();'), false), { text: 'a\r\n  one();\r\nb\r\n', changedLines: 1 });
  });

  it('is none where the answer is cut off, has no code, or changes nothing', () => {
    for (const [said, truncated] of [[answer('x'), true], ['one();', false], [answer('  one();\n  two();'), false]] as const) assert.ok('none' in candidateOf({ text, change }, said, truncated), said);
  });

  it('is a repair only where the interpreter finds every example to hold', () => {
    const faulty = '// f(5) = 28\n// f(2) = 16\nfunction f(x) {\n  const a = x - 4;\n  const b = a + x;\n  return b * 2;\n}\nmodule.exports = { f };\n';
    const repair = { kind: 'repair', exampleLine: 0 } as const;
    assert.deepEqual(candidateOf({ text: faulty, change: repair }, 'const a = x + 4;', false), { text: faulty.replace('x - 4', 'x + 4'), changedLines: 2 });
    assert.ok('none' in candidateOf({ text: faulty, change: repair }, 'const a = x + 5;', false));
    assert.ok('none' in candidateOf({ text: faulty, change: { kind: 'repair', exampleLine: 5 } }, 'const a = x + 4;', false));
  });

  it('is as large as the lines it takes away and adds', () => {
    assert.equal(linesChanged('a\nb\nc', 'a\nx\ny\nc'), 3);
    assert.equal(linesChanged('a', 'a'), 0);
  });
});
