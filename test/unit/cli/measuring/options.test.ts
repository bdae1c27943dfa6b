/** The options of calibrate and evaluate, and the sections that commands write into pages. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { calibrateCommand } from '../../../../extension/cli/calibrate/command.ts';
import { help as calibrateHelp, parseCalibrateOptions, PROBLEMS, SEED } from '../../../../extension/cli/calibrate/options.ts';
import { evaluateCommand } from '../../../../extension/cli/evaluate/command.ts';
import { help as evaluateHelp, parseEvaluateOptions, PROBLEMS as MEASURED, QUICK_PROBLEMS, SEED as MEASURED_SEED } from '../../../../extension/cli/evaluate/options.ts';
import { withSection } from '../../../../extension/cli/sections.ts';
import { drawProblems } from '../../../../extension/evaluation/problems.ts';
import { splitOf } from '../../../../extension/evaluation/world/split.ts';

const run = async (command: typeof calibrateCommand, argv: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
  let out = '';
  let err = '';
  const code = await command(argv, { stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) }, folder: tmpdir(), root: join(import.meta.dirname, '../../../..'), signal: new AbortController().signal });
  return { code, out, err };
};

describe('the command calibrate', () => {
  it('has defaults for everything, reads every option, and tells of all in its help', async () => {
    assert.deepEqual(parseCalibrateOptions([]), { folder: undefined, problems: PROBLEMS, seed: SEED, target: undefined, resume: undefined, out: undefined, ship: false, engines: undefined });
    const argv = '--folder a --problems 60 --seed 7 --target 90 --resume r.jsonl --out c.json --ship --engines 2'.split(' ');
    assert.deepEqual(parseCalibrateOptions(argv), { folder: 'a', problems: 60, seed: 7, target: 90, resume: 'r.jsonl', out: 'c.json', ship: true, engines: 2 });
    for (const option of argv.filter((word) => word.startsWith('--'))) assert.ok(calibrateHelp.includes(option), option);
    assert.deepEqual(await run(calibrateCommand, ['-h']), { code: 0, out: calibrateHelp, err: '' });
  });

  it('refuses bad input in sentences, and starts nothing', async () => {
    for (const [argv, sentence] of [[['--problems', '11'], /12 or more/], [['--folder', 'nowhere-at-all'], /no model folder nowhere-at-all/], [['--frob'], /--frob.*--help/s], [['--out', ''], /needs a value/]] as const) {
      const { code, out, err } = await run(calibrateCommand, argv);
      assert.deepEqual([code, out], [64, '']);
      assert.match(err, sentence);
    }
  });

  it('draws problems of its own part of the split, none of them held out', function () {
    this.timeout(60_000);
    const drawn = [...drawProblems(SEED, 3, 'calibration')];
    assert.equal(drawn.length, 12);
    for (const { problem, split } of drawn) assert.deepEqual([splitOf(problem), split], ['calibration', 'calibration']);
  });
});

describe('the command evaluate', () => {
  it('has defaults for everything, reads every option, and tells of all in its help', async () => {
    assert.deepEqual(parseEvaluateOptions(['exits']), { what: 'exits', samples: 4, folder: undefined, problems: MEASURED, quick: false, seed: MEASURED_SEED, resume: undefined, calibration: undefined, write: false, engines: undefined });
    const argv = 'sampling --samples 8 --folder a --problems 60 --seed 7 --resume r.jsonl --calibration c.json --write --engines 2'.split(' ');
    assert.deepEqual(parseEvaluateOptions(argv), { what: 'sampling', samples: 8, folder: 'a', problems: 60, quick: false, seed: 7, resume: 'r.jsonl', calibration: 'c.json', write: true, engines: 2 });
    const quick = parseEvaluateOptions(['exits', '--quick']);
    assert.ok(quick !== 'help' && quick.problems === QUICK_PROBLEMS && quick.quick);
    for (const option of [...argv.filter((word) => word.startsWith('--')), '--quick']) assert.ok(evaluateHelp.includes(option), option);
    assert.deepEqual(await run(evaluateCommand, ['--help']), { code: 0, out: evaluateHelp, err: '' });
  });

  it('refuses bad input in sentences, and starts nothing', async () => {
    for (const [argv, sentence] of [[[], /Say what to evaluate/], [['entrances'], /Say what to evaluate/], [['exits', 'sampling'], /Say what to evaluate/], [['sampling', '--samples', '1'], /--samples needs a whole number, 2 or more/], [['exits', '--quick', '--write'], /leave --quick out/], [['exits', '--folder', 'nowhere-at-all'], /no model folder/]] as const) {
      const { code, out, err } = await run(evaluateCommand, argv);
      assert.deepEqual([code, out], [64, '']);
      assert.match(err, sentence);
    }
  });
});

describe('sections of two commands in one page', () => {
  it('leave each other alone', () => {
    const page = withSection(withSection('# Page\n', 'one', 'a'), 'two', 'b');
    const again = withSection(page, 'one', 'c');
    assert.ok(again.includes('\n\nc\n\n') && again.includes('\n\nb\n\n') && !again.includes('\n\na\n\n'));
  });
});
