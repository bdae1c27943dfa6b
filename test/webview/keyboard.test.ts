/// <reference types="node" />
import assert from 'node:assert/strict';
import type { FromViewer } from '../../extension/trace/messages.ts';
import { fullRun, recorder, started, thinkingRun, tokens } from './support/events.ts';
import { historyOf, livePanel, panelState, snapshot } from './support/messages.ts';
import { drawn, openStage, type Stage, type Viewer } from './support/viewer.ts';

/** What the focus is on, in words, and whether it can be seen. Toolkit controls keep theirs in a shadow root. */
const focusScript = `{
  let element = document.activeElement;
  const host = element;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const name = host.getAttribute('aria-label') ?? (host.labels?.[0] ?? host).textContent.trim();
  const style = getComputedStyle(element);
  const ring = style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
  const again = host === document.body || (window.visited ??= new Set()).has(host);
  window.visited?.add(host);
  const frame = host.closest('.ask, .remark vscode-text-field, .segment-choice');
  ({ name, again, visible: ring || (frame !== null && (getComputedStyle(frame).outlineStyle !== 'none' || frame.matches(':focus-within'))) });
}`;

describe('the viewer by keyboard', function () {
  this.timeout(120_000);
  let stage: Stage;
  let viewer: Viewer;
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await viewer.page.keyboard.press(key);
    await drawn(viewer.page);
  };
  const focus = (): Promise<{ name: string; visible: boolean; again: boolean }> => viewer.page.evaluate(focusScript);
  const focusOn = async (name: string): Promise<void> => {
    for (let steps = 0; steps < 60; steps += 1) {
      if ((await focus()).name.startsWith(name)) return;
      await viewer.page.keyboard.press('Tab');
    }
    assert.fail(`Tab never reaches "${name}"`);
  };
  const said = async (): Promise<FromViewer[]> => (await viewer.posted()).filter(({ type }) => type !== 'ready');

  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());
  beforeEach(async () => {
    viewer = await stage.open();
  });
  afterEach(() => viewer.close());

  it('reaches everything in the order it is read, and shows where it is', async () => {
    await viewer.send(snapshot(thinkingRun(), livePanel('run-live', { selection: { label: 'sum.ts:3–6', tokens: 42 } })));
    const names: string[] = [];
    await press('Tab');
    for (let now = await focus(); !now.again && names.length < 40; now = await focus()) {
      assert.ok(now.visible, `focus on "${now.name}" cannot be seen`);
      names.push(now.name);
      await press('Tab');
    }
    assert.deepEqual(
      names.map((name) => name.replace(/\s+/g, ' ')),
      [
        'Reins Minilocal, 4.2 M parameters, choose another model', 'History', 'Open Settings', 'Question', 'sum.ts:3–6, about 42 tokens', 'Tools', 'Add Context', 'Ask at Two Efforts', 'Ask', 'Medium', 'Thinking 120 · Solution 64set by effort', 'sum.ts:3–6',
        'Thinking…72 tokens', 'Show in Full Height', 'Shading of the thoughts', 'Inspect Tokens', 'Thoughts', 'Decisions1', 'Decisions over the thinking tokens', 'Show thinking token 50 in the thoughts',
        'Trial answers1, 7 tokens', 'Signals1', 'Show as Table', 'Equal trial answers in a row over the thinking tokens', 'More signals', 'Totals79 tokens', 'Export Trace',
        'Stop', 'Answer Now', 'Steer', 'Keep Thinking +64',
      ],
    );
  });

  it('asks with Enter, breaks lines with Shift+Enter, and keeps the draft', async () => {
    await viewer.send(snapshot(null, panelState({ selection: { label: 'sum.ts:3–6', tokens: 42 } })), { type: 'focusAsk' });
    await viewer.page.keyboard.type('one');
    await press('Shift+Enter');
    await viewer.page.keyboard.type('two');
    await viewer.page.reload();
    await viewer.send(snapshot(null, panelState({ selection: { label: 'sum.ts:3–6', tokens: 42 } })), { type: 'focusAsk' });
    await press('End', 'Control+Enter');
    assert.deepEqual(await said(), [{ type: 'ask', question: 'one\ntwo', useSelection: true }]);
  });

  it('leaves the selection out when its chip is released, and asks nothing while asking is not possible', async () => {
    await viewer.send(snapshot(null, panelState({ selection: { label: 'sum.ts:3–6', tokens: 42 } })), { type: 'focusAsk' });
    await viewer.page.keyboard.type('why?');
    await press('Tab', 'Space', 'Tab', 'Tab', 'Tab', 'Tab');
    assert.equal((await focus()).name, 'Ask');
    await press('Enter');
    assert.deepEqual(await said(), [{ type: 'ask', question: 'why?', useSelection: false }]);
    await viewer.send({ type: 'panel', panel: livePanel('another') }, { type: 'focusAsk' });
    await viewer.page.keyboard.type('and now?');
    await press('Enter');
    assert.equal((await said()).length, 1);
    await press('Tab', 'Tab', 'Tab', 'Tab');
    assert.equal((await focus()).name, 'Ask');
    assert.equal(await viewer.page.locator('.ask-bar vscode-button', { hasText: 'Ask' }).getAttribute('title'), 'A run is going on. Stop it first.');
    assert.equal(await viewer.page.locator('.ask-bar vscode-button:not([appearance=icon]) button').getAttribute('aria-description'), 'A run is going on. Stop it first.');
  });

  it('follows up on the answer shown, until that is released', async () => {
    const panel = panelState();
    await viewer.send(snapshot(fullRun(), { ...panel, controls: { ...panel.controls, followUp: { enabled: true } } }));
    await focusOn('Follow Up');
    await press('Enter');
    assert.equal((await focus()).name, 'Question');
    await viewer.page.keyboard.type('and why?');
    await press('Enter');
    assert.deepEqual(await said(), [{ type: 'ask', question: 'and why?', useSelection: false, followUp: fullRun()[0]?.run }]);
    await focusOn('Follow up');
    await press('Space');
    await focusOn('Question');
    await viewer.page.keyboard.type(', again');
    await press('Enter');
    assert.equal('followUp' in ((await said()).at(-1) ?? {}), false);
  });

  it('sets the effort with arrow keys', async () => {
    await viewer.send(snapshot(null, panelState()));
    await focusOn('Medium');
    await press('ArrowRight', 'ArrowLeft', 'ArrowLeft');
    assert.deepEqual(await said(), [{ type: 'setEffort', effort: 'high' }, { type: 'setEffort', effort: 'medium' }, { type: 'setEffort', effort: 'low' }]);
  });

  it('edits the budgets in place and gives them back to the effort', async () => {
    await viewer.send(snapshot(null, panelState({ budgets: { thinking: 120, solution: 80, thinkingSet: false, solutionSet: true, note: '' } })));
    await focusOn('Thinking 120');
    await press('Enter');
    assert.equal((await focus()).name, 'Thinking');
    await viewer.page.keyboard.type('300');
    await press('Enter');
    await focusOn('Reset to Effort');
    await press('Enter', 'Shift+Tab', 'Escape');
    assert.match((await focus()).name, /^Thinking 120/);
    assert.deepEqual(await said(), [{ type: 'setBudgets', thinking: 300, solution: 80 }, { type: 'setBudgets', thinking: null, solution: null }]);
  });

  it('steers a live run', async () => {
    await viewer.send(snapshot(thinkingRun(), livePanel('run-live')));
    const run = 'run-live';
    for (const name of ['Stop', 'Answer Now']) {
      await focusOn(name);
      await press('Enter');
    }
    await focusOn('Steer');
    await press('Enter');
    assert.equal((await focus()).name, 'Remark');
    await press('Escape');
    assert.equal((await focus()).name, 'Steer');
    await press('Enter');
    await viewer.page.keyboard.type('Mind the sign.');
    await press('Enter');
    assert.equal((await focus()).name, 'Steer');
    await focusOn('Keep Thinking +64');
    await press('Space');
    assert.deepEqual(await said(), [{ type: 'stop', run }, { type: 'answerNow', run }, { type: 'steer', run, text: 'Mind the sign.' }, { type: 'keepThinking', run, tokens: 64 }]);
  });

  it('releases a held run', async () => {
    const { add, events, run } = recorder('run-held');
    add(0, started());
    add(1, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
    add(2, tokens('So far', 2));
    add(3, { type: 'hold', held: true, atToken: 2 });
    await viewer.send(snapshot(events, livePanel(run)));
    await focusOn('Release');
    await press('Enter');
    assert.deepEqual(await said(), [{ type: 'release', run }]);
  });

  it('opens and deletes runs of the history', async () => {
    await viewer.send(snapshot(null, panelState(), { history: historyOf }));
    await focusOn('History');
    await press('Enter');
    await focusOn('Why does max');
    await press('Tab', 'Tab', 'Enter');
    await press('Shift+Tab', 'Shift+Tab', 'Enter');
    assert.deepEqual(await said(), [{ type: 'deleteRun', run: 'run-trouble' }, { type: 'openRun', run: 'run-trouble' }]);
  });

  it('moves through a replay with arrow keys', async () => {
    const events = fullRun();
    await viewer.send(snapshot(events, panelState(), { recorded: true }));
    await focusOn('Moment of the replay');
    await press('Home');
    const slider = viewer.page.locator('.replay-slider');
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^Event 0 of/);
    await press('ArrowRight', 'ArrowRight');
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^Event 2 of \d+, 0\.0 s, Thinking$/);
    await press('End');
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /, Done$/);
  });

  it('folds sections away and remembers it', async () => {
    await viewer.send(snapshot(fullRun(), panelState()));
    await focusOn('Thought for');
    await press('Enter');
    assert.equal(await viewer.page.locator('.thoughts-scroller').isVisible(), false);
    await viewer.page.reload();
    await viewer.send(snapshot(fullRun(), panelState()));
    assert.equal(await viewer.page.locator('.thoughts .section-toggle').getAttribute('aria-expanded'), 'false');
    assert.equal(await viewer.page.locator('.thoughts-scroller').isVisible(), false);
  });
});
