import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
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

  it('can be stopped, and keeps nothing then', async () => {
    const stop = new AbortController();
    await assert.rejects(reins.calibrate(24, (done) => done >= 1 && stop.abort(), stop.signal), { name: 'AbortError' });
    assert.equal(existsSync(reins.calibration().folder), false);
  });

  it('surveys tasks, keeps what it learned under the model’s weights, and runs take it from there', async () => {
    const card = await reins.describe();
    let last = 0;
    const said = await reins.calibrate(12, (done) => (last = done));
    assert.equal(last, 12);
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
