import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSection as section } from '../../../../extension/cli/sections.ts';
import { checkCommand } from '../../../../extension/cli/gate/command.ts';
import { help } from '../../../../extension/cli/gate/help.ts';
import { parseCheckOptions, PROBLEMS, QUICK_PROBLEMS, SEED } from '../../../../extension/cli/gate/options.ts';
import { Progress } from '../../../../extension/cli/progress.ts';
import { openResults } from '../../../../extension/cli/gate/results-file.ts';
import type { Result } from '../../../../extension/evaluation/gate/results.ts';

const result: Result = { model: 'm', key: '1-predict-1-aa/high', answer: '7', right: true, answered: true, natural: true, thinking: 12, solution: 2 };

describe('the options of model:check', () => {
  it('have defaults for everything', () => {
    assert.deepEqual(parseCheckOptions([]), { folder: undefined, compare: undefined, control: undefined, problems: PROBLEMS, seed: SEED, resume: undefined, writeCard: false, engines: undefined });
  });

  it('are all read, and all in the help', () => {
    const argv = '--folder a --compare b --control c --problems 60 --seed 7 --resume r.jsonl --write-card --engines 2'.split(' ');
    assert.deepEqual(parseCheckOptions(argv), { folder: 'a', compare: 'b', control: 'c', problems: 60, seed: 7, resume: 'r.jsonl', writeCard: true, engines: 2 });
    const quick = parseCheckOptions(['--quick']);
    assert.ok(quick !== 'help' && quick.problems === QUICK_PROBLEMS);
    assert.equal(parseCheckOptions(['-h']), 'help');
    for (const option of [...argv.filter((word) => word.startsWith('--')), '--quick']) assert.ok(help.includes(option), option);
  });

  it('are refused in sentences', () => {
    for (const [argv, sentence] of [[['--problems', '2'], /3 or more, not "2"/], [['--seed', 'x'], /whole number/], [['--engines', '0'], /1 or more/], [['--folder', ''], /needs a value/], [['--frob'], /--frob.*--help/s], [['--quick', '--write-card'], /leave --quick out/]] as const) {
      assert.throws(() => parseCheckOptions(argv), sentence);
    }
  });
});

describe('the command model:check', () => {
  const run = async (argv: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
    let out = '';
    let err = '';
    const code = await checkCommand(argv, { stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) }, folder: tmpdir(), root: join(import.meta.dirname, '../../../..'), signal: new AbortController().signal });
    return { code, out, err };
  };

  it('prints its help', async () => {
    assert.deepEqual(await run(['--help']), { code: 0, out: help, err: '' });
  });

  it('calls bad input what it is, and starts nothing', async () => {
    for (const [argv, sentence] of [[['--folder', 'nowhere-at-all'], /no model folder nowhere-at-all/], [['--control', 'nowhere-at-all'], /no model folder/], [['--problems', 'many'], /whole number/]] as const) {
      const { code, out, err } = await run(argv);
      assert.equal(code, 64);
      assert.equal(out, '');
      assert.match(err, sentence);
    }
  });
});

describe('the results file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reins-results-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what was added, in a folder of its own if need be', () => {
    const path = join(folder, 'deeper', 'results.jsonl');
    const file = openResults(path);
    assert.deepEqual(file.found, []);
    file.add(result);
    file.add({ ...result, key: 'other' });
    assert.deepEqual(openResults(path).found, [result, { ...result, key: 'other' }]);
  });

  it('leaves out what an interruption tore, and goes on after it', () => {
    const path = join(folder, 'results.jsonl');
    openResults(path).add(result);
    appendFileSync(path, JSON.stringify(result).slice(0, 30));
    const again = openResults(path);
    assert.deepEqual(again.found, [result]);
    again.add({ ...result, key: 'after' });
    assert.deepEqual(openResults(path).found, [result, { ...result, key: 'after' }]);
  });

  it('refuses any other file, and leaves it as it is', () => {
    for (const text of ['# Notes\n', '{"format":"reins-model-check","version":99}\n', '{"key":"1"}\n']) {
      const path = join(folder, 'notes.md');
      writeFileSync(path, text);
      assert.throws(() => openResults(path), /another file with --resume/);
      assert.equal(readFileSync(path, 'utf8'), text);
    }
    assert.throws(() => openResults(folder), /cannot be read/);
  });
});

const withSection = (card: string, text: string): string => section(card, 'model:check', text);

describe('the model card', () => {
  it('gets the section at its end, and the next one in its place', () => {
    const first = withSection('# Model\n\nText.\n', 'one\n');
    assert.match(first, /^# Model\n\nText\.\n\n## Measured\n\n<!--[^\n]*-->\n\none\n\n<!--[^\n]*-->\n$/);
    const second = withSection(first.replace('## Measured', '## Figures') + '\n## After\n', 'two $& three');
    assert.ok(second.includes('## Figures') && second.includes('two $& three') && second.endsWith('## After\n') && !second.includes('one\n'));
    assert.equal(withSection(second, 'two $& three'), second);
  });
});

describe('progress', () => {
  it('is a line now and then in a file, and the totals at the end', () => {
    let text = '';
    const progress = new Progress({ write: (piece) => (text += piece) });
    progress.begin('samples', 100);
    for (let run = 0; run < 100; run += 1) progress.add(result);
    progress.end();
    const lines = text.trim().split('\n');
    assert.ok(lines.length <= 3, text);
    assert.match(lines.at(-1) ?? '', /^samples: 100 of 100 runs, \d+ tokens a second$/);
  });

  it('is one line that changes on a terminal', () => {
    let text = '';
    const progress = new Progress({ isTTY: true, write: (piece) => (text += piece) });
    progress.begin('samples', 2);
    progress.add(result);
    progress.add(result);
    progress.end();
    assert.equal(text.split('\n').length, 2);
    assert.match(text, /\rsamples: 2 of 2 runs/);
  });
});
