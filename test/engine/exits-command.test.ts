/** calibrate and evaluate as commands on the real model: stopped without loss, gone on with, and one taking what the other made. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { knowing } from '../support/courses.ts';
import { calibrateCommand } from '../../extension/cli/calibrate/command.ts';
import type { CommandWorld } from '../../extension/cli/command-world.ts';
import { openCourses } from '../../extension/runs/courses-file.ts';
import { evaluateCommand } from '../../extension/cli/evaluate/command.ts';
import { checkedFolder } from '../../extension/cli/gate/folder.ts';
import { drawProblems } from '../../extension/evaluation/problems.ts';
import type { Split } from '../../extension/evaluation/world/split.ts';
import type { Calibration } from '../../extension/reasoning/calibration.ts';
import { never, root } from './support/models.ts';

describe('measuring exits', function () {
  this.timeout(600_000);
  let scratch: string;
  let fingerprint: string;
  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'reins-exits-'));
    ({ fingerprint } = await checkedFolder(undefined, root, root, never));
  });
  after(() => rmSync(scratch, { recursive: true }));

  async function run(command: (argv: readonly string[], world: CommandWorld) => Promise<number>, argv: readonly string[], onProgress: (stop: AbortController) => void = () => undefined): Promise<{ code: number; out: string; err: string }> {
    const stop = new AbortController();
    let out = '';
    let err = '';
    const code = await command(argv, {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => { err += text; if (text.includes(' runs, ')) onProgress(stop); } },
      folder: scratch,
      root,
      signal: stop.signal,
    });
    return { code, out, err };
  }

  /** Records as if all problems had been surveyed, on a model whose self-evaluation knows. */
  function recorded(name: string, seed: number, count: number, split: Split): string {
    const path = join(scratch, name);
    const file = openCourses(path);
    const courses = knowing(count, seed);
    [...drawProblems(seed, count / 4, split)].forEach(({ id }, index) => file.add({ ...courses[index]!, model: fingerprint, problem: id, split }));
    return path;
  }

  it('is stopped without loss, and goes on', async () => {
    const path = join(scratch, 'stopped.jsonl');
    const first = await run(calibrateCommand, ['--problems', '12', '--engines', '1', '--resume', path], (stop) => stop.abort());
    assert.equal(first.code, 130);
    assert.match(first.err, /What was recorded is kept; go on with --resume .*stopped\.jsonl\nStopped\.\n$/);
    const kept = openCourses(path).found;
    assert.ok(kept.length >= 1 && kept.length < 12);
    assert.ok(kept.every(({ places, split }) => split === 'calibration' && places.every(({ trial }) => trial.generated > 0)));
    appendFileSync(path, '{"torn');
    const second = await run(calibrateCommand, ['--problems', '12', '--engines', '1', '--resume', path], (stop) => stop.abort());
    assert.equal(second.code, 130);
    const problems = openCourses(path).found.map(({ problem }) => problem);
    assert.ok(problems.length > kept.length);
    assert.equal(new Set(problems).size, problems.length, 'none was made twice');
  });

  it('calibrates from what is recorded, and evaluates with that calibration', async () => {
    const nothingToRun = (): never => assert.fail('There was nothing left to run.');
    const made = await run(calibrateCommand, ['--problems', '120', '--seed', '31', '--engines', '1', '--resume', recorded('cal.jsonl', 31, 120, 'calibration'), '--out', 'mine.json', '--target', '80'], nothingToRun);
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /# Calibration of reins-tiny\n\n120 tasks of the built-in world/);
    const calibration = JSON.parse(readFileSync(join(scratch, 'mine.json'), 'utf8')) as Calibration;
    assert.equal(calibration.tasks, 120);
    assert.match(calibration.model, /^[0-9a-f]{64}$/);

    const courses = recorded('held.jsonl', 32, 24, 'held-out');
    const measured = await run(evaluateCommand, ['exits', '--problems', '24', '--seed', '32', '--engines', '1', '--resume', courses, '--calibration', 'mine.json'], nothingToRun);
    assert.equal(measured.code, 0, measured.err);
    assert.match(measured.out, /\| eager, calibrated \|/);
    assert.match(measured.out, /made from 120 calibration tasks, none of which is among these/);
    const figures = JSON.parse(readFileSync(join(scratch, 'held.json'), 'utf8')) as { format: string; fingerprint: string; policies: unknown[] };
    assert.deepEqual([figures.format, figures.fingerprint], ['reins-exits', fingerprint]);
    assert.ok(existsSync(join(scratch, 'held.svg')));
  });

  it('refuses a calibration of other weights, a damaged and a missing one', async () => {
    const path = join(scratch, 'other.json');
    appendFileSync(path, JSON.stringify({ id: 'c', time: '2026-01-01', model: 'f'.repeat(64), labels: 100 }));
    const damaged = join(scratch, 'damaged.json');
    appendFileSync(damaged, '{"labels":');
    for (const [file, sentence] of [[path, /made for other weights than those of/], [damaged, /is no calibration, or it is damaged/], ['nowhere.json', /There is no calibration file/]] as const) {
      const { code, err } = await run(evaluateCommand, ['exits', '--problems', '12', '--engines', '1', '--resume', join(scratch, 'none.jsonl'), '--calibration', file]);
      assert.equal(code, 64);
      assert.match(err, sentence);
    }
  });
});
