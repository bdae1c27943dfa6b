import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { activated, closeAll, open, until } from './support.ts';

describe('the trace panel', function () {
  this.timeout(60_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
  });
  after(closeAll);

  it('ignores what is not in the contract, and says so in the log', async () => {
    const before = await reins.panelReceives({ type: 'ready' });
    const bad: unknown[] = [null, 'stop', {}, { type: 'run', command: 'rm' }, { type: 'command', command: 'workbench.action.quit' }, { type: 'ask', question: '', useSelection: true }, { type: 'keepThinking', run: 'r', tokens: -5 }, { type: 'setBudgets', thinking: 1.5, solution: null }, { type: 'openRun', run: 'x'.repeat(101) }, { type: 'goOn', run: 'r', decision: -1 }, { type: 'compare' }, { type: 'askAtTwoEfforts', question: 'q', useSelection: false, efforts: ['low'] }];
    let refused = before;
    for (const message of bad) refused = await reins.panelReceives(message);
    assert.equal(refused - before, bad.length);
    assert.ok(reins.log.some((line) => line.includes('not in the contract')));
  });

  it('sets effort and budgets for the next run', async () => {
    await reins.panelReceives({ type: 'setEffort', effort: 'high' });
    assert.equal(reins.panelState().effort.value, 'high');
    await reins.panelReceives({ type: 'setBudgets', thinking: 90, solution: null });
    assert.deepEqual([reins.panelState().budgets.thinking, reins.panelState().budgets.thinkingSet, reins.panelState().budgets.solutionSet], [90, true, false]);
    await reins.panelReceives({ type: 'setBudgets', thinking: null, solution: null });
    assert.equal(reins.panelState().budgets.thinkingSet, false);
    await reins.panelReceives({ type: 'setEffort', effort: 'medium' });
  });

  it('cycles the effort by command', async () => {
    const seen: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await vscode.commands.executeCommand('reins.cycleEffort');
      seen.push(reins.panelState().effort.value);
    }
    assert.deepEqual(seen, ['high', 'auto', 'low', 'medium']);
  });

  it('says why a control is greyed', async () => {
    await reins.whenIdle();
    const { stop, answerNow, steer } = reins.panelState().controls;
    for (const control of [stop, answerNow, steer]) {
      assert.equal(control.enabled, false);
      assert.match(control.reason ?? '', /\.$/);
    }
  });

  it('follows the selection', async () => {
    const editor = await open('let a = 1;\nlet b = 2;\nlet c = 3;\n');
    editor.selection = new vscode.Selection(0, 0, 1, 10);
    await until(() => /lines 1–2$/.test(reins.panelState().selection?.label ?? ''));
  });

  it('has nothing to ask about in white space', async () => {
    await open(' \n\n');
    await until(() => reins.panelState().selection === null);
  });

  it('explains what an effort means on this model', async () => {
    await reins.describe();
    assert.notEqual(reins.panelState().effort.note, '');
    assert.ok(reins.panelState().budgets.solution > 0);
  });
});
