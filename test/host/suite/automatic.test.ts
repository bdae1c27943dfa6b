import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import type { RunView } from '../../../extension/trace/view.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { Fault, ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, closeAll, open, TRIPLE, until, withSetting } from './support.ts';

const MODEL = 'scripted-reasoner';

describe('a model chosen for each question', function () {
  this.timeout(120_000);
  let reins: ReinsApi;
  let server: ScriptedServer;
  before(async () => {
    reins = await activated();
    server = await startScriptedServer({});
    await reins.connect(server.baseUrl, undefined, MODEL);
    await reins.chooseModel('reins-tiny');
    await reins.describe();
    await reins.chooseModel('automatic');
  });
  after(async () => {
    await reins.chooseModel('reins-tiny');
    await vscode.workspace.getConfiguration('reins').update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
    await closeAll();
  });

  const asked = async (question: string, code?: string): Promise<RunView> => {
    await reins.ask({ question, effort: 'low', pace: 0 }, code === undefined ? {} : { about: await open(code) });
    await reins.whenIdle();
    const view = reins.currentView();
    assert.ok(view?.started);
    return view;
  };
  const automatic = ({ decisions }: RunView): RunView['decisions'] => decisions.filter(({ policy }) => policy === 'automatic');

  it('is shown as what is chosen', () => {
    assert.deepEqual(reins.panelState().model, { name: 'Automatic', detail: 'chosen for each question, of 2 models' });
  });

  it('is the one on this machine, and the trace says what was known of each', async () => {
    await withSetting('reins.automatic.leastConfidence', 0, async () => {
      const before = server.requests.length;
      const view = await asked('Complete f', TRIPLE);
      assert.equal(view.started?.model.id, 'reins-tiny');
      assert.equal(server.requests.length, before);
      const [chosen, kept] = automatic(view);
      assert.equal(chosen?.action, 'choose-model');
      assert.match(chosen?.reason ?? '', /runs on this machine and costs nothing/);
      assert.deepEqual(chosen?.evidence.filter(({ signal }) => signal.startsWith(MODEL)).map(({ value }) => value), ['no price entered', 'not measured yet']);
      assert.equal(kept?.action, 'keep-answer');
      assert.equal(kept?.evidence.at(-1)?.threshold, 0);
    });
  });

  it('makes way for a server where its answer is not sure enough, in a run of its own that can be found from the first', async () => {
    await withSetting('reins.automatic.leastConfidence', 1, async () => {
      const view = await asked('Complete f', TRIPLE);
      assert.equal(view.started?.model.backend, 'remote');
      assert.equal(view.outcome, 'answered');
      const [chosen] = automatic(view);
      assert.match(chosen?.reason ?? '', /was asked first\. The answer is not sure enough: .* and 1 is asked/);
      assert.equal(chosen?.evidence[0]?.threshold, 1);
      const [earlier] = await reins.related();
      assert.deepEqual([earlier?.relation, earlier?.run], ['earlier', view.started?.parent]);
      assert.match(earlier?.handedOn ?? '', /Tiny/);
      const trace = reins.tracesFolder;
      const files = await vscode.workspace.fs.readDirectory(vscode.Uri.file(trace));
      for (const run of [view.run, view.started?.parent ?? '?']) assert.ok(files.some(([name]) => name.includes(run)), run);
    });
  });

  it('makes way for a server where it turns the question down', async () => {
    const view = await asked('Why is the sky blue?');
    assert.equal(view.started?.model.backend, 'remote', JSON.stringify([view.outcome, view.error, view.decisions]));
    assert.match(automatic(view)[0]?.reason ?? '', /The model turned the question down/);
  });

  it('goes on to the next server where the first one fails, and asks no model twice', async () => {
    const faults: Fault[] = [];
    const failing = await startScriptedServer({ faults });
    const settings = vscode.workspace.getConfiguration('reins');
    const known = settings.get('servers');
    // Known while it was in order, and the only one with a price: so it comes first, however fast the others are measured to be.
    await reins.connect(failing.baseUrl, undefined, MODEL);
    await reins.describe();
    await reins.chooseModel('automatic');
    const { host } = new URL(failing.baseUrl);
    await settings.update('prices', { [`${host}/${MODEL}`]: { prompt: 0, output: 0 } }, vscode.ConfigurationTarget.Global);
    const before = failing.chats().length;
    for (let chat = 0; chat < before + 40; chat += 1) faults.push({ kind: 'status', status: 500, message: 'out of order' });
    try {
      await until(() => reins.panelState().model?.detail === 'chosen for each question, of 3 models' && `${host}/${MODEL}` in vscode.workspace.getConfiguration('reins').get('prices', {}));
      const view = await asked('Why is the sky blue?');
      assert.deepEqual([view.outcome, view.started?.model.origin], ['answered', new URL(server.baseUrl).host], JSON.stringify(automatic(view)));
      const [chosen] = automatic(view);
      assert.match(chosen?.reason ?? '', /^scripted-reasoner was asked before\. The run failed: .*out of order/);
      assert.ok(failing.chats().length > before);
    } finally {
      await settings.update('servers', known, vscode.ConfigurationTarget.Global);
      await settings.update('prices', undefined, vscode.ConfigurationTarget.Global);
      await failing.close();
    }
  });

  it('keeps its answer where no server is within the bounds', async () => {
    await vscode.workspace.getConfiguration('reins').update('prices', { [MODEL]: { prompt: 1, output: 10 } }, vscode.ConfigurationTarget.Global);
    try {
      await withSetting('reins.automatic.maxCost', 0.000001, () =>
        withSetting('reins.automatic.leastConfidence', 1, async () => {
          const view = await asked('Complete f', TRIPLE);
          assert.equal(view.started?.model.id, 'reins-tiny');
          const [chosen, kept] = automatic(view);
          assert.match(chosen?.reason ?? '', /scripted-reasoner was left out: it may cost/);
          assert.equal(kept?.action, 'keep-answer');
          assert.match(kept?.reason ?? '', /No other model keeps the bounds/);
        }),
      );
    } finally {
      await vscode.workspace.getConfiguration('reins').update('prices', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('goes to a server at once where this machine is known to take too long', async () => {
    // The runs above have measured this machine. A server that has not been measured cannot be held against the bound, and the decision says so.
    const unmeasured = await startScriptedServer({});
    const settings = vscode.workspace.getConfiguration('reins');
    const known = settings.get('servers');
    await settings.update('servers', [{ name: 'Unmeasured', baseUrl: unmeasured.baseUrl, model: MODEL }], vscode.ConfigurationTarget.Global);
    try {
      await withSetting('reins.automatic.maxSeconds', 1, async () => {
        await reins.ask({ question: 'Complete f', effort: 'high', pace: 0, budgets: { thinking: 300 } }, { about: await open(TRIPLE) });
        await reins.whenIdle();
        const view = reins.currentView();
        assert.ok(view);
        const [chosen] = automatic(view);
        const seconds = chosen?.evidence.find(({ signal }) => /Tiny: most seconds/.test(signal));
        assert.equal(typeof seconds?.value, 'number', JSON.stringify(chosen));
        assert.equal(seconds?.threshold, 1);
        assert.equal(view.started?.model.backend, Number(seconds?.value) > 1 ? 'remote' : 'local');
      });
    } finally {
      await settings.update('servers', known, vscode.ConfigurationTarget.Global);
      await unmeasured.close();
    }
  });

  it('sends nothing anywhere when Reins is set offline', async () => {
    const before = server.requests.length;
    await withSetting('reins.offline', true, async () => {
      const view = await asked('Why is the sky blue?');
      assert.equal(view.started?.model.id, 'reins-tiny');
      assert.match(automatic(view)[0]?.reason ?? '', /was left out: Reins is set to work offline/);
    });
    assert.equal(server.requests.length, before);
  });
});
