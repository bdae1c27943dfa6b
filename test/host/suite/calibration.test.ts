import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import { activated, until } from './support.ts';

describe('calibrating a model', function () {
  this.timeout(300_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
    await reins.chooseModel('reins-tiny');
  });

  it('is not done before: signals are raw, and the status bar says so', async () => {
    await reins.describe();
    assert.match(reins.calibration().label, /raw figures|on \d+ tasks/);
  });

  it('can be stopped: there is no calibration then, but the tasks worked through are kept', async () => {
    const stop = new AbortController();
    await assert.rejects(reins.calibrate(12, (done) => done >= 2 && stop.abort(), stop.signal), { name: 'AbortError' });
    const { hash } = await reins.describe();
    assert.deepEqual(readdirSync(reins.calibration().folder), [`${hash}.courses.jsonl`]);
  });

  it('surveys tasks, keeps what it learned under the model’s weights, and runs take it from there', async () => {
    const card = await reins.describe();
    const courses = join(reins.calibration().folder, `${card.hash}.courses.jsonl`);
    const [, ...before] = readFileSync(courses, 'utf8').trim().split('\n');
    assert.ok(before.length >= 2);
    const marked = before.map((line) => JSON.parse(line) as { problem: string; answer: string });
    let last = 0;
    let during: string[] = [];
    const said = await reins.calibrate(12, (done) => {
      last = done;
      if (done > marked.length) during = readFileSync(courses, 'utf8').trim().split('\n').slice(1);
    });
    assert.equal(last, 12);
    const problems = during.map((line) => (JSON.parse(line) as { problem: string }).problem);
    assert.deepEqual(problems.slice(0, marked.length), marked.map(({ problem }) => problem));
    assert.equal(new Set(problems).size, problems.length, 'no task was worked through twice');
    assert.match(said, /is calibrated on 12 tasks of the built-in world\./);
    assert.deepEqual(readdirSync(reins.calibration().folder), [`${card.hash}.json`]);
    await reins.ask({ question: 'Complete f', context: { label: 'f', languageId: 'javascript', code: '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;\n' }, effort: 'low' });
    await reins.whenIdle();
    const { started } = reins.currentView() ?? {};
    assert.equal(started?.calibration?.tasks, 12);
  });

  it('tells of enough tasks in the status bar, and of too few that no chances come of them', async () => {
    await until(() => reins.calibration().label === 'on 12 tasks of the built-in world');
    const signals = Object.values(reins.currentView()?.signals ?? {}).flat();
    assert.ok(signals.length > 0 && signals.every(({ probability }) => probability === undefined), 'twelve tasks are too few for a probability');
  });

  it('of a model at a server is refused with what is possible there', async () => {
    const server = await startScriptedServer({});
    try {
      await reins.connect(server.baseUrl, undefined, 'scripted-reasoner');
      await assert.rejects(reins.calibrate(12), /calibrates models on this machine only.*(stay raw figures|no signals)/s);
    } finally {
      await reins.chooseModel('reins-tiny');
      await vscode.workspace.getConfiguration('reins').update('servers', undefined, vscode.ConfigurationTarget.Global);
      await server.close();
    }
  });
});
