/** The gate on the real model: runs advanced together say what they say alone, and a measurement survives being interrupted. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCommand } from '../../extension/cli/gate/command.ts';
import { Engines } from '../../extension/cli/gate/engines.ts';
import { checkedFolder } from '../../extension/cli/gate/folder.ts';
import { EngineClient } from '../../extension/engine/client.ts';
import { endedJobs, SHARES, type Job } from '../../extension/evaluation/gate/modes.ts';
import { drawGateProblems } from '../../extension/evaluation/gate/problems.ts';
import { drawProblem } from '../../extension/evaluation/world/draw.ts';
import { createRandom } from '../../extension/evaluation/world/random.ts';
import type { RunRequest } from '../../extension/runs/service.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import { newClient, requestOf, runAll } from './support/clients.ts';
import { bundled, bundledRef, root } from './support/models.ts';

const together = join(root, 'extension', 'engine', 'together.ts');

describe('the gate', function () {
  this.timeout(1_200_000);

  it('advances runs of different lengths together, and each says what it says alone', async () => {
    const random = createRandom(21);
    const requests = (['predict', 'complete', 'repair'] as const).flatMap((skill) =>
      ([1, 2] as const).map((level): RunRequest => {
        const { question, code, languageId } = drawProblem(random, skill, level, 'held-out');
        return { ...requestOf(), model: bundledRef, question, context: { label: 'problem', languageId, code }, effort: level === 1 ? 'high' : 'medium', budgets: { thinking: 300, solution: 60 }, exits: 'off' };
      }),
    );
    requests.push({ ...requests[0]!, run: 'sampled', sampler: { temperature: 0.8 }, seed: 4 }, { ...requests[1]!, run: 'cut', budgets: { thinking: 11, solution: 60 } });
    const said = async (client: EngineClient): Promise<unknown[]> => {
      const all = await Promise.all(
        requests.map(async (request) => {
          const { answer, thoughts, usage, outcome } = foldEvents(emptyView(request.run), (await runAll(client, request)).events);
          return { answer, thoughts: thoughts.map(({ text }) => text), usage, outcome };
        }),
      );
      await client.dispose();
      return all;
    };
    assert.deepEqual(await said(new EngineClient({ entry: together })), await said(newClient().client));
  });

  it('ends thoughts early that are put back as it ends those that are thought anew', async () => {
    const folder = await checkedFolder(undefined, root, root, new AbortController().signal);
    const problems = [...drawGateProblems(31, 3)].filter(({ problem }) => problem.level < 4);
    const jobs = endedJobs(problems, ({ problem }) => 60 * problem.level);
    const ran = async (parts: readonly (readonly Job[])[]): Promise<Map<string, unknown>> => {
      const engines = new Engines(together, 2);
      const found = new Map<string, unknown>();
      for (const part of parts) await engines.run(folder, part, ({ key, ...result }) => void found.set(key, result), new AbortController().signal);
      await engines.dispose();
      return found;
    };
    const alone = await ran(SHARES.map((share) => jobs.filter(({ mode }) => mode.kind === 'ended' && mode.share === share)));
    assert.equal(alone.size, problems.length * SHARES.length);
    assert.deepEqual(await ran([jobs]), alone);
  });

  describe('as a command', () => {
    let scratch: string;
    let file: string;
    before(() => {
      scratch = mkdtempSync(join(tmpdir(), 'reins-gate-'));
      file = join(scratch, 'results.jsonl');
    });
    after(() => rmSync(scratch, { recursive: true }));

    interface Checked {
      readonly code: number;
      readonly out: string;
      readonly err: string;
      /** Of the results file. */
      readonly lines: readonly string[];
    }

    async function check(argv: readonly string[], onProgress: (stop: AbortController) => void): Promise<Checked> {
      const stop = new AbortController();
      let out = '';
      let err = '';
      const code = await checkCommand(['--problems', '3', '--engines', '1', '--resume', file, ...argv], {
        stdout: { write: (text) => (out += text) },
        stderr: {
          write: (text) => {
            err += text;
            if (text.includes(' runs, ')) onProgress(stop);
          },
        },
        folder: root,
        root,
        signal: stop.signal,
      });
      return { code, out, err, lines: readFileSync(file, 'utf8').trim().split('\n') };
    }

    it('measures, is interrupted without loss, goes on, and has nothing left to do then', async () => {
      const first = await check([], (stop) => stop.abort());
      assert.equal(first.code, 130);
      assert.equal(first.out, '');
      assert.match(first.err, /What was measured is kept; go on with --resume .*results\.jsonl\n$/);
      assert.ok(first.lines.length > 1);

      const second = await check([], () => undefined);
      assert.match(second.out, /# reins-tiny\n\n\| bar \| holds \| figure \|/);
      assert.match(second.out, /Took \d+\.\d minutes with 1 engine process\./);
      assert.equal(second.code, second.out.includes('| **no** |') ? 1 : 0);
      assert.deepEqual(second.lines.slice(0, first.lines.length), first.lines);
      const keys = second.lines.slice(1).map((line) => (JSON.parse(line) as { key: string }).key);
      assert.equal(new Set(keys).size, keys.length, 'nothing was run twice');

      const third = await check([], () => assert.fail('There was nothing left to run.'));
      assert.deepEqual(third.lines, second.lines);
      const figures = (text: string): string => text.replace(/\nTook .*\n/, '');
      assert.equal(figures(third.out), figures(second.out));
    });

    it('holds a folder against another and against a control, and writes its card', async () => {
      const copy = join(scratch, 'copy');
      cpSync(bundled.folder, copy, { recursive: true });
      // The same model under another fingerprint.
      const config = join(copy, 'config.json');
      writeFileSync(config, readFileSync(config, 'utf8').replace('"reins": {', '"reins": {\n    "copied": true,'));
      const { code, out } = await check(['--folder', copy, '--compare', 'reins-tiny', '--control', copy, '--write-card'], () => undefined);
      assert.equal(code, 0);
      assert.match(out, /\n# copy\n[^]*\n# reins-tiny\n/);
      assert.match(out, /Both pass the same number of bars: copy may replace reins-tiny, and need not\.\n$/);
      assert.match(out, /\| Ended after 50 % of its thoughts it is above the control \| \*\*no\*\* \| \+0\.0 /);
      const card = readFileSync(join(copy, 'README.md'), 'utf8');
      assert.match(card, /Printed by `npm run model:check -- --problems 3 --seed 900 --control copy` \(fingerprint of the folder: [0-9a-f]{16}\)\./);
      assert.ok(card.startsWith(readFileSync(join(bundled.folder, 'README.md'), 'utf8').trimEnd()) || card.includes('<!-- Written by model:check.'));
      assert.ok(!card.includes(scratch));
      assert.ok(out.includes(card.slice(card.indexOf('| bar |'), card.indexOf('bars hold.'))));
    });
  });
});
