import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { endedByForce, thoughtsText, type RunView } from '../../../extension/trace/view.ts';
import { activated, closeAll, open, TRIPLE, until, withSetting } from './support.ts';

describe('holding runs against each other', function () {
  this.timeout(120_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
  });
  afterEach(async () => {
    for (let lane = 0; lane < 2; lane += 1) await vscode.commands.executeCommand('reins.stop');
    await reins.whenIdle();
  });
  after(closeAll);

  const about = async (): Promise<Parameters<ReinsApi['ask']>[1]> => ({ about: await open(TRIPLE) });
  const shown = (): RunView => {
    const view = reins.currentView();
    assert.ok(view);
    return view;
  };
  const goOn = async (view: RunView): Promise<RunView> => {
    await reins.panelReceives({ type: 'goOn', run: view.run, decision: view.decisions.findIndex(endedByForce) });
    return reins.whenView((one) => one.run !== view.run && one.outcome !== null);
  };

  describe('what if it had gone on', () => {
    const steady = { question: 'Complete f', effort: 'high', exits: 'off', pace: 0, budgets: { thinking: 200, solution: 40 } } as const;

    it('thinks on from the decision as if it had not been taken', async () => {
      await reins.ask(steady, await about());
      await reins.whenIdle();
      const whole = shown();
      await reins.ask({ ...steady, holdAt: 12 }, await about());
      await reins.whenView((one) => one.held);
      await reins.steer({ kind: 'answer-now' });
      await reins.whenIdle();
      const cut = shown();
      assert.equal(cut.usage.thinking, 12);
      assert.equal(reins.panelState().controls.goOn.enabled, true);
      assert.equal(reins.contextKeys().canGoOn, true);

      const later = await goOn(cut);
      assert.equal(later.error, null);
      assert.equal(later.started?.parent, cut.run);
      // The model always takes the likeliest token, so the two together are the run that was never cut.
      assert.equal(thoughtsText(later), thoughtsText(whole));
      assert.equal(later.answer, whole.answer);
      assert.equal(later.usage.thinking + 12, whole.usage.thinking);
      assert.ok(later.usage.thinking <= 188);
    });

    it('is told from both runs afterwards, also when nothing is recorded', async () => {
      for (const record of [true, false]) {
        await withSetting('reins.traces.record', record, async () => {
          await reins.ask({ ...steady, holdAt: 12 }, await about());
          await reins.whenView((one) => one.held);
          await reins.steer({ kind: 'answer-now' });
          await reins.whenIdle();
          const cut = shown();
          const later = await goOn(cut);
          const [earlier, ...none] = await reins.related();
          assert.deepEqual(none, []);
          assert.deepEqual([earlier?.run, earlier?.relation, earlier?.answer, earlier?.end?.atToken, earlier?.end?.policy], [cut.run, 'earlier', cut.answer, 12, 'user']);
          assert.equal(earlier?.check?.total, 2);
          if (!record) return;
          await reins.panelReceives({ type: 'openRun', run: cut.run });
          const found = await reins.related();
          assert.deepEqual(found.map(({ run, relation, answer }) => [run, relation, answer]), [[later.run, 'later', later.answer]]);
          await reins.panelReceives({ type: 'openRun', run: null });
        });
      }
    });

    it('gets as much again where the budget had ended the thoughts', async () => {
      await reins.ask({ ...steady, budgets: { thinking: 24, solution: 40 } }, await about());
      await reins.whenIdle();
      const cut = shown();
      assert.equal(cut.decisions.find(endedByForce)?.policy, 'budget');
      const later = await goOn(cut);
      assert.equal(later.budgets.thinking, 24);
      assert.ok(later.usage.thinking > 0);
    });

    it('cannot be asked of a run whose thinking nothing cut short, and says why', async () => {
      await reins.ask({ ...steady, budgets: { thinking: 0, solution: 40 } }, await about());
      await reins.whenIdle();
      const { goOn: control } = reins.panelState().controls;
      assert.equal(control.enabled, false);
      assert.match(control.reason ?? '', /Nothing cut its thinking short/);
      const { run } = shown();
      await vscode.commands.executeCommand('reins.goOn');
      assert.equal(shown().run, run);
    });

    it('refuses a decision that is not there, and nothing runs', async () => {
      await reins.ask(steady, await about());
      await reins.whenIdle();
      const { run } = shown();
      await reins.panelReceives({ type: 'goOn', run, decision: 99 });
      assert.equal(shown().run, run);
      assert.ok(reins.log.some((line) => line.includes('goOn')));
    });
  });

  describe('the same question at two efforts', () => {
    const held = { question: 'Complete f', efforts: ['low', 'high'], exits: 'off', pace: 0, holdAt: 4, budgets: { thinking: 60, solution: 40 } } as const;

    it('runs in two lanes, one after the other, and says who waits', async () => {
      const first = await reins.ask(held, await about());
      await reins.whenView((one) => one.held);
      await until(() => reins.otherView()?.queue === 1);
      const second = reins.otherView()?.run ?? '';
      const { lanes, liveRuns } = reins.panelState();
      assert.deepEqual(liveRuns, [first, second]);
      assert.deepEqual(lanes.map(({ run, effort, stop }) => [run, effort, stop.enabled]), [[first, 'low', true], [second, 'high', true]]);
      assert.deepEqual(lanes.map(({ answerNow }) => answerNow.enabled), [true, false]);
      assert.equal(reins.otherView()?.started, null);

      await reins.panelReceives({ type: 'answerNow', run: first });
      await until(() => reins.otherView()?.held === true, 60_000);
      assert.equal(shown().outcome, 'answered');
      assert.deepEqual(reins.panelState().liveRuns, [second]);
      await reins.panelReceives({ type: 'answerNow', run: second });
      await reins.whenIdle();
      assert.deepEqual([shown().started?.effort, reins.otherView()?.started?.effort], ['low', 'high']);
      assert.deepEqual([shown().outcome, reins.otherView()?.outcome], ['answered', 'answered']);
      assert.deepEqual(reins.panelState().lanes.map(({ check }) => check?.total), [2, 2]);
    });

    it('stops both at once by the command, and each by itself', async () => {
      const first = await reins.ask(held, await about());
      await reins.whenView((one) => one.held);
      await vscode.commands.executeCommand('reins.stop');
      await reins.whenIdle();
      assert.deepEqual([shown().outcome, reins.otherView()?.outcome], ['stopped', 'stopped']);

      const again = await reins.ask(held, await about());
      assert.notEqual(again, first);
      await reins.whenView((one) => one.run === again && one.held);
      await until(() => reins.otherView() !== null);
      await reins.panelReceives({ type: 'stop', run: reins.otherView()?.run });
      await until(() => reins.otherView()?.outcome === 'stopped');
      assert.equal(shown().held, true);
    });

    it('shows one of the two alone when asked to', async () => {
      await reins.ask(held, await about());
      await reins.whenView((one) => one.held);
      const second = reins.otherView()?.run ?? '';
      await reins.panelReceives({ type: 'openRun', run: second });
      assert.deepEqual([shown().run, reins.otherView(), reins.panelState().lanes], [second, null, []]);
      await reins.panelReceives({ type: 'openRun', run: null });
      assert.equal(reins.otherView()?.run, second);
      await reins.panelReceives({ type: 'compare', run: null });
      assert.deepEqual([shown().held, reins.otherView()], [true, null]);
    });

    it('waits for its turn like any other question', async () => {
      const first = await reins.ask({ ...held, efforts: undefined, effort: 'high' }, await about());
      await reins.whenView((one) => one.held);
      await reins.ask({ ...held, holdAt: undefined }, { ...(await about()), whenBusy: 'queue' });
      assert.deepEqual([shown().run, reins.otherView()], [first, null]);
      await reins.steer({ kind: 'answer-now' });
      await reins.whenIdle();
      assert.deepEqual([shown().started?.effort, reins.otherView()?.started?.effort], ['low', 'high']);
    });

    it('is a command, too', async () => {
      const editor = await open(TRIPLE);
      await vscode.window.showTextDocument(editor.document);
      await vscode.commands.executeCommand('reins.askAtTwoEfforts', 'Complete f', ['low', 'medium']);
      await reins.whenIdle();
      assert.deepEqual([shown().started?.effort, reins.otherView()?.started?.effort], ['low', 'medium']);
      assert.equal(shown().started?.task.context?.code, TRIPLE);
    });
  });

  describe('two recorded runs', () => {
    const ask = async (effort: 'low' | 'high'): Promise<string> => {
      const run = await reins.ask({ question: 'Complete f', effort, pace: 0 }, await about());
      await reins.whenIdle();
      return run ?? '';
    };

    it('stand side by side until one is looked at alone, or another run begins', async () => {
      const [first, second, third] = [await ask('low'), await ask('high'), await ask('low')];
      await reins.panelReceives({ type: 'openRun', run: first });
      await reins.panelReceives({ type: 'compare', run: second });
      assert.deepEqual([shown().run, reins.otherView()?.run], [first, second]);
      assert.deepEqual(reins.panelState().lanes.map(({ run, effort, stop }) => [run, effort, stop.enabled]), [[first, 'low', false], [second, 'high', false]]);
      await reins.panelReceives({ type: 'compare', run: null });
      assert.deepEqual([shown().run, reins.otherView()], [first, null]);
      await reins.panelReceives({ type: 'compare', run: third });
      assert.equal(reins.otherView()?.run, third);
      const fourth = await ask('low');
      assert.deepEqual([shown().run, reins.otherView()], [fourth, null]);
    });

    it('are not compared with themselves, and one that is deleted goes', async () => {
      const [first, second] = [await ask('low'), await ask('low')];
      await reins.panelReceives({ type: 'compare', run: second });
      assert.equal(reins.otherView(), null);
      await reins.panelReceives({ type: 'compare', run: first });
      assert.equal(reins.otherView()?.run, first);
      await reins.panelReceives({ type: 'deleteRun', run: first });
      assert.deepEqual([shown().run, reins.otherView()], [second, null]);
    });
  });
});
