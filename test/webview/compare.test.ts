/// <reference types="node" />
import assert from 'node:assert/strict';
import type { Effort, RunEvent } from '../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { Lane, PanelState } from '../../extension/trace/messages.ts';
import { differencesOf, laneNames, type LaneRun } from '../../webview/compare/differences.ts';
import { exhaustedRun, fullRun, recorder, thinkingRun } from './support/events.ts';
import { historyOf, livePanel, panelState, snapshot } from './support/messages.ts';
import { signalRun } from './support/signal-events.ts';
import { useStage, wordsIn, type Viewer } from './support/viewer.ts';

const atEffort = (events: readonly RunEvent[], effort: Effort): RunEvent[] => events.map((event) => (event.type === 'started' ? { ...event, effort } : event));
const laneOf = (name: string, events: readonly RunEvent[], change: Partial<LaneRun> = {}): LaneRun => ({ name, view: foldEvents(emptyView(events[0]?.run ?? ''), events), check: null, over: true, ...change });

describe('the differences between two runs', () => {
  const low = laneOf('Low effort', atEffort(fullRun('run-low'), 'low'), { check: { holds: 1, total: 2 } });
  const high = laneOf('High effort', atEffort(signalRun('run-high'), 'high'), { check: { holds: 2, total: 2 } });

  it('are named, with the examples that tell which answer is right', () => {
    assert.deepEqual(differencesOf([low, high]).sentences, ['The answers differ.', 'Low effort holds on 1 of 2 examples, High effort holds on all 2 examples.', 'High effort thought 74 tokens more than Low effort.']);
  });

  it('stand in a table with their amount', () => {
    const rows = new Map(differencesOf([low, high]).rows.map(({ what, values, difference }) => [what, [...values, difference]]));
    assert.deepEqual(rows.get('Thinking'), ['70', '144', '+74']);
    assert.deepEqual(rows.get('Solution'), ['48', '7', '−41']);
    assert.deepEqual(rows.get('Effort'), ['Low', 'High', 'differs']);
    assert.deepEqual(rows.get('Model'), ['Reins Mini', 'Reins Mini', '']);
    assert.deepEqual(rows.get('Time'), ['3.3 s', '1.1 s', '−2.2 s']);
  });

  it('are few between a run and itself', () => {
    const { sentences, rows } = differencesOf([low, low]);
    assert.deepEqual(sentences, ['The answers are the same.']);
    assert.deepEqual(rows.filter(({ difference }) => difference !== ''), []);
  });

  it('say what makes two runs hard to compare', () => {
    const other = laneOf('Second run', exhaustedRun('run-other').map((event) => (event.type === 'started' ? { ...event, task: { question: 'Another?' }, model: { ...event.model, id: 'other', name: 'Other' }, seed: 9, sampler: { temperature: 1 } } : event)));
    assert.deepEqual(differencesOf([low, other]).sentences.slice(0, 4), ['They were asked different questions.', 'Different models answered.', 'Their random draws differ, so part of the difference may be chance.', 'Only Low effort has an answer.']);
  });

  it('are not told while a run goes on', () => {
    assert.deepEqual(differencesOf([low, { ...high, over: false }]), { sentences: [], rows: [] });
  });

  it('give the runs the names that tell them apart', () => {
    assert.deepEqual(laneNames([{ effort: 'Low', model: 'A' }, { effort: 'High', model: 'A' }]), ['Low effort', 'High effort']);
    assert.deepEqual(laneNames([{ effort: 'Low', model: 'A' }, { effort: 'Low', model: 'B' }]), ['A', 'B']);
    assert.deepEqual(laneNames([{ effort: 'Low', model: 'A' }, { effort: 'Low', model: 'A' }]), ['First run', 'Second run']);
    assert.deepEqual(laneNames([{ effort: null, model: null }, { effort: 'Low', model: 'A' }]), ['First run', 'Second run']);
  });
});

describe('two runs side by side', function () {
  this.timeout(120_000);
  const stage = useStage();
  let viewer: Viewer;
  afterEach(() => viewer.close());

  const off = { enabled: false, reason: 'Nothing is running.' };
  const on = { enabled: true };
  const lane = (run: string, effort: Effort, change: Partial<Lane> = {}): Lane => ({ run, effort, check: null, stop: off, answerNow: off, ...change });
  const words = (selector: string): Promise<string> => wordsIn(viewer, selector);
  const low = atEffort(fullRun('run-low'), 'low');
  const high = atEffort(signalRun('run-high'), 'high');
  const both: Partial<PanelState> = { lanes: [lane('run-low', 'low'), lane('run-high', 'high')] };
  const show = async (width: number): Promise<void> => {
    viewer = await stage().open({ width, height: 2400 });
    await viewer.send(snapshot(low, panelState(both), { other: high, recorded: true, history: historyOf }));
  };

  it('are aligned by phase where there is room, and one below the other where there is none', async () => {
    for (const [width, beside] of [[900, true], [250, false]] as const) {
      await show(width);
      for (const row of ['head', 'thinking', 'decisions', 'answer']) {
        const boxes: { x: number; y: number }[] = await viewer.page.evaluate(`[...document.querySelectorAll('.lane-row-${row} .lane-cell')].map((cell) => cell.getBoundingClientRect().toJSON())`);
        const [one, other] = boxes;
        assert.ok(one && other);
        assert.equal(beside ? one.y === other.y && one.x < other.x : one.x === other.x && one.y < other.y, true, `${row} at ${width}`);
      }
      assert.equal(await viewer.page.locator('.run').isVisible(), false);
      assert.equal(await viewer.page.locator('section.replay').isVisible(), false, 'a comparison is not replayed');
      assert.deepEqual(await viewer.faults(), []);
      if (beside) await viewer.close();
    }
  });

  it('show their answers, decisions and differences', async () => {
    await show(900);
    assert.deepEqual(await viewer.page.locator('.lane-name').allTextContents(), ['Low effort', 'High effort']);
    assert.deepEqual(await viewer.page.locator('.lane-answer .markdown').allTextContents().then((all) => all.map((text) => text.includes('3 * x + 1'))), [false, true]);
    assert.deepEqual(await viewer.page.locator('.lane-decisions .event-title').allTextContents(), ['Took a remark', 'Ended thinking', 'Ended thinking']);
    assert.deepEqual(await viewer.page.locator('.difference-list li').allTextContents(), ['The answers differ.', 'High effort thought 74 tokens more than Low effort.']);
    assert.equal(await words('.differences tr:has(th:text-is("Thinking"))'), 'Thinking70144+74');
  });

  it('are left by a button, one of them by another', async () => {
    await show(900);
    await viewer.page.getByRole('button', { name: 'Close Comparison' }).click();
    await viewer.page.locator('vscode-button[aria-label="Show Alone"]').nth(1).click();
    assert.deepEqual((await viewer.posted()).slice(1), [{ type: 'compare', run: null }, { type: 'openRun', run: 'run-high' }]);
    await viewer.send(snapshot(low, panelState(), { recorded: true }));
    assert.equal(await viewer.page.locator('.run').isVisible(), true);
    assert.equal(await viewer.page.locator('.compare').isVisible(), false);
  });

  it('are picked from the history', async () => {
    viewer = await stage().open({ width: 360 });
    await viewer.send(snapshot(fullRun(), panelState(), { recorded: true, history: historyOf }));
    await viewer.page.getByRole('button', { name: 'History' }).click();
    const compare = (question: string): ReturnType<typeof viewer.page.locator> => viewer.page.locator(`vscode-button[aria-label^="Compare with the run shown: ${question}"]`);
    await compare('Why does max').focus();
    await viewer.page.keyboard.press('Enter');
    await viewer.page.getByRole('button', { name: 'History' }).click();
    await compare('Repair f').click();
    assert.deepEqual((await viewer.posted()).slice(1), [{ type: 'compare', run: 'run-trouble' }]);
    assert.equal(await compare('Repair f').getAttribute('title'), 'This run is shown already.');
  });

  describe('asked at two efforts', () => {
    const waiting = ((): RunEvent[] => {
      const { add, events } = recorder('run-high');
      add(0, { type: 'queue', position: 1 });
      return events;
    })();
    const thinking = atEffort(thinkingRun('run-low'), 'low');
    const panel = livePanel('run-low', { liveRuns: ['run-low', 'run-high'], lanes: [lane('run-low', 'low', { stop: on, answerNow: on }), lane('run-high', 'high', { stop: on, answerNow: { enabled: false, reason: 'The run has not begun to think yet.' } })] });

    it('can be chosen and asked by keyboard, and keep the choice', async () => {
      viewer = await stage().open({ width: 360 });
      const { page } = viewer;
      await viewer.send(snapshot(null, panelState()), { type: 'focusAsk' });
      await page.keyboard.type('why?');
      await page.getByRole('button', { name: 'Ask at Two Efforts' }).focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('First effort').selectOption('medium');
      await page.getByRole('button', { name: 'Ask Both' }).focus();
      await page.keyboard.press('Enter');
      assert.deepEqual((await viewer.posted()).slice(1), [{ type: 'askAtTwoEfforts', question: 'why?', useSelection: false, efforts: ['medium', 'high'] }]);
      await page.getByLabel('First effort').selectOption('high');
      assert.equal(await page.locator('vscode-button', { hasText: 'Ask Both' }).getAttribute('title'), 'Choose two different efforts.');
      await page.reload();
      await viewer.send(snapshot(null, panelState()));
      assert.equal(await page.getByLabel('First effort').inputValue(), 'high');
    });

    it('run in two lanes, and the one that waits says so', async () => {
      viewer = await stage().open({ width: 900, height: 1600 });
      await viewer.send(snapshot(thinking, panel, { other: waiting }));
      assert.deepEqual(await viewer.page.locator('.lane-head .why').allTextContents(), ['The model started thinking.', 'Waiting in the queue: 1 before this run.']);
      assert.equal(await words('.lane-thinking:nth-child(2) .note'), 'Waits for its turn.');
      assert.equal(await viewer.page.locator('.compare .lane-row:last-child .note').isVisible(), true);
      assert.equal(await viewer.page.locator('.steering').isVisible(), false);
      // The first ends, the second begins: events of both find their lane.
      const rest = low.slice(thinking.length);
      await viewer.send({ type: 'events', run: 'run-low', events: rest });
      const begun = high.map((event) => ({ ...event, seq: event.seq + 1 }));
      await viewer.send({ type: 'events', run: 'run-high', events: begun.slice(0, 40) });
      assert.deepEqual(await viewer.page.locator('.lane-head .step[aria-current] .step-name').allTextContents(), ['Done', 'Thinking']);
      await viewer.send({ type: 'events', run: 'run-high', events: begun.slice(40) }, { type: 'panel', panel: panelState(both) });
      assert.deepEqual(await viewer.page.locator('.difference-list li').first().textContent(), 'The answers differ.');
      assert.deepEqual(await viewer.faults(), []);
    });

    it('are stopped and told to answer each by itself', async () => {
      viewer = await stage().open({ width: 900, height: 1600 });
      await viewer.send(snapshot(thinking, panel, { other: waiting }));
      await viewer.page.locator('.lane-head vscode-button[aria-label="Answer Now"]').first().click();
      await viewer.page.locator('.lane-head vscode-button[aria-label="Answer Now"]').last().click();
      await viewer.page.locator('.lane-head vscode-button[aria-label="Stop"]').last().click();
      assert.deepEqual((await viewer.posted()).slice(1), [{ type: 'answerNow', run: 'run-low' }, { type: 'stop', run: 'run-high' }]);
    });

    it('are announced by their effort', async () => {
      viewer = await stage().open({ width: 900 });
      await viewer.send(snapshot(null, panelState()), snapshot(thinking, panel, { other: waiting }));
      assert.equal(await words('[role=status]'), 'Low effort: Thinking. The model started thinking. High effort: Waiting in the queue, 1 before this run.');
      await viewer.send({ type: 'events', run: 'run-low', events: low.slice(thinking.length) });
      assert.equal(await words('[role=status]'), 'Low effort: Answered.');
    });

    it('ask for a new snapshot after a gap in either lane', async () => {
      viewer = await stage().open({ width: 900 });
      await viewer.send(snapshot(thinking, panel, { other: waiting }));
      await viewer.send({ type: 'events', run: 'run-high', events: [{ ...(high[3] as RunEvent), seq: 30 }] });
      assert.equal((await viewer.posted()).filter(({ type }) => type === 'ready').length, 2);
    });
  });
});
