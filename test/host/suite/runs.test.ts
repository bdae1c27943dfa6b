import assert from 'node:assert/strict';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { activated, closeAll, open, TRIPLE, withSetting } from './support.ts';

describe('runs on the bundled model', function () {
  this.timeout(120_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
  });
  afterEach(async () => {
    await reins.steer({ kind: 'stop' });
    await reins.whenIdle();
  });
  after(closeAll);

  const about = async (): Promise<Parameters<ReinsApi['ask']>[1]> => ({ about: await open(TRIPLE) });
  const held = { question: 'Complete f', effort: 'high', exits: 'off', pace: 0, budgets: { thinking: 200 } } as const;

  it('end with an answer, and say what they used', async () => {
    await reins.ask({ question: 'Complete f', effort: 'medium', pace: 0 }, await about());
    await reins.whenIdle();
    const view = reins.currentView();
    assert.equal(view?.error, null);
    assert.equal(view?.outcome, 'answered');
    assert.notEqual(view?.answer.trim(), '');
    assert.ok(view.usage.solution > 0);
    assert.ok(view.usage.thinking + view.usage.probes <= view.budgets.thinking);
    assert.equal(view.started?.task.context?.code, TRIPLE);
  });

  it('think less at low effort than at high', async () => {
    const used: Record<string, number> = {};
    for (const effort of ['low', 'high'] as const) {
      await reins.ask({ question: 'Complete f', effort, pace: 0 }, await about());
      await reins.whenIdle();
      used[effort] = reins.currentView()?.usage.thinking ?? NaN;
    }
    assert.ok((used['low'] ?? NaN) < (used['high'] ?? NaN), JSON.stringify(used));
  });

  it('can be held, and answer now from there', async () => {
    await reins.ask({ ...held, holdAt: 12 }, await about());
    const view = await reins.whenView((one) => one.held);
    assert.equal(view.phase, 'thinking');
    assert.deepEqual([reins.contextKeys().running, reins.contextKeys().thinking, reins.contextKeys().held, reins.contextKeys().canAnswerNow], [true, true, true, true]);
    await reins.steer({ kind: 'answer-now' });
    await reins.whenIdle();
    const ended = reins.currentView();
    assert.equal(ended?.outcome, 'answered');
    assert.equal(ended?.usage.thinking, 12);
    assert.ok(ended?.decisions.some(({ policy, action }) => policy === 'user' && action === 'end-thinking'));
    assert.equal(reins.contextKeys().running, false);
  });

  it('can be stopped', async () => {
    await reins.ask({ ...held, holdAt: 5 }, await about());
    await reins.whenView((one) => one.held);
    await reins.steer({ kind: 'stop' });
    await reins.whenIdle();
    assert.equal(reins.currentView()?.outcome, 'stopped');
  });

  it('can be given more thinking while they think', async () => {
    await reins.ask({ ...held, holdAt: 5 }, await about());
    const before = await reins.whenView((one) => one.held);
    await reins.keepThinking(64);
    await reins.whenView((one) => one.budgets.thinking === before.budgets.thinking + 64);
    await reins.steer({ kind: 'stop' });
  });

  it('can be steered, and show the remark among the thoughts', async () => {
    await reins.ask({ ...held, holdAt: 5 }, await about());
    await reins.whenView((one) => one.held);
    await reins.steer({ kind: 'steer', text: 'try 3 * x + 1' });
    await reins.whenView((one) => one.thoughts.some(({ source, text }) => source === 'injected' && text.includes('3 * x + 1')));
    assert.equal(reins.currentView()?.steers.at(-1)?.accepted, true);
  });

  it('go on thinking after they ended, as a run of their own', async () => {
    await reins.ask({ question: 'Complete f', effort: 'medium', pace: 0, budgets: { thinking: 24 } }, await about());
    await reins.whenIdle();
    const first = reins.currentView();
    await reins.keepThinking(48);
    await reins.whenIdle();
    const second = reins.currentView();
    assert.notEqual(second?.run, first?.run);
    assert.equal(second?.started?.parent, first?.run);
    assert.equal(second?.error, null);
    // The first run's thoughts were closed by force; the second stands inside them again and really thinks on.
    const carried = second?.thoughts.find(({ source }) => source === 'resumed')?.text ?? '';
    assert.notEqual(carried, '');
    assert.ok(!carried.includes('</think>'), carried);
    assert.ok((second?.usage.thinking ?? 0) >= 16 && (second?.usage.thinking ?? 999) <= 48, String(second?.usage.thinking));
    assert.ok(!second?.decisions.some(({ reason }) => reason.includes('inside its thoughts')));
  });

  it('go on answering when the budget cut the answer', async () => {
    await reins.ask({ question: 'Complete f', effort: 'low', pace: 0, budgets: { thinking: 24, solution: 2 } }, await about());
    await reins.whenIdle();
    const first = reins.currentView();
    assert.equal(first?.truncated, true);
    assert.equal(reins.panelState().controls.continueAnswer.enabled, true);
    await reins.continueAnswer();
    await reins.whenIdle();
    const second = reins.currentView();
    assert.equal(second?.error, null);
    assert.equal(second?.started?.parent, first?.run);
    assert.ok(second?.answer.startsWith(first?.answer.trim() ?? '?'), `${second?.answer} goes on from ${first?.answer}`);
  });

  it('wait for one another', async () => {
    const first = await reins.ask({ ...held, holdAt: 3 }, await about());
    await reins.whenView((one) => one.held);
    const second = await reins.ask({ question: 'Complete f', effort: 'low', pace: 0 }, { ...(await about()), whenBusy: 'queue' });
    assert.equal(reins.currentView()?.run, first);
    await reins.steer({ kind: 'answer-now' });
    await reins.whenView((one) => one.run === second && one.outcome !== null);
  });

  it('are replaced when the person says so', async () => {
    const first = await reins.ask({ ...held, holdAt: 3 }, await about());
    await reins.whenView((one) => one.held);
    const second = await reins.ask({ question: 'Complete f', effort: 'low', pace: 0 }, { ...(await about()), whenBusy: 'stop' });
    const view = await reins.whenView((one) => one.run === second && one.outcome !== null);
    assert.notEqual(view.run, first);
  });

  it('keep the pace that is set', async () => {
    const begun = Date.now();
    await reins.ask({ ...held, pace: 20, budgets: { thinking: 20, solution: 1 } }, await about());
    await reins.whenIdle();
    assert.ok(Date.now() - begun >= 900, `${Date.now() - begun} ms for 20 tokens at 20 a second`);
  });

  it('take the budgets from the settings when they are set there', async () => {
    await withSetting('reins.budgets.thinking', 17, async () => {
      assert.deepEqual([reins.panelState().budgets.thinking, reins.panelState().budgets.thinkingSet], [17, true]);
      await reins.ask({ question: 'Complete f', pace: 0 }, await about());
      await reins.whenIdle();
      assert.equal(reins.currentView()?.budgets.thinking, 17);
    });
    assert.equal(reins.panelState().budgets.thinkingSet, false);
  });

  it('end by the policy for an average budget when that is set', async () => {
    await withSetting('reins.averageTokens', 150, () =>
      withSetting('reins.exits', 'average', async () => {
        await reins.ask({ question: 'Complete f', pace: 0 }, await about());
        await reins.whenIdle();
        const exit = reins.currentView()?.started?.exit;
        assert.equal(exit?.setting, 'average');
        assert.match(exit.words, /It took at most \d+ tokens a run on average/);
        assert.equal(exit.thresholds?.length, 1);
      }),
    );
  });
});
