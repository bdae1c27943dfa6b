/// <reference types="node" />
import assert from 'node:assert/strict';
import type { RunEvent } from '../../extension/trace/events.ts';
import { fullRun, recorder, started, thinkingRun, tokens, troubledRun } from './support/events.ts';
import { historyOf, livePanel, panelState, snapshot } from './support/messages.ts';
import { openStage, type Stage, type Viewer } from './support/viewer.ts';

/** Refused before the model saw a word of it. */
function refusedRun(run = 'run-refused'): RunEvent[] {
  const { add, events } = recorder(run);
  add(0, { type: 'error', reason: 'context-overflow', message: 'The budgets do not fit. Lower a budget.' });
  add(1, { type: 'phase', from: 'idle', to: 'done', reason: 'failed' });
  add(2, { type: 'ended', outcome: 'failed', usage: { prompt: 0, thinking: 0, solution: 0, probes: 0, injected: 0, discarded: 0, estimated: false }, elapsedMs: 2 });
  return events;
}

describe('runs that did not go as usual', function () {
  this.timeout(120_000);
  let stage: Stage;
  let viewer: Viewer;
  const seen = (selector: string): Promise<boolean> => viewer.page.locator(selector).isVisible();
  const text = (selector: string): Promise<string> => viewer.page.locator(selector).innerText();
  const draft = (): Promise<string> => viewer.page.locator('.ask vscode-text-area').evaluate((box) => (box as unknown as { value: string }).value);
  const selection = { label: 'sum.ts:3–6', tokens: 42 };

  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());
  beforeEach(async () => {
    viewer = await stage.open({ width: 300 });
  });
  afterEach(() => viewer.close());

  it('shows nothing but the error of a run that failed before it started', async () => {
    await viewer.send(snapshot(refusedRun(), panelState(), { recorded: true }));
    for (const part of ['.question', '.stepper', '.meters', '.facts', '.columns', '.replay']) assert.equal(await seen(part), false, part);
    assert.equal((await text('.run')).trim(), 'The budgets do not fit. Lower a budget.');
    assert.equal(await viewer.page.locator('.callout-error vscode-button:visible').count(), 0);
  });

  it('announces a run that failed at once, not the one before it', async () => {
    const status = (): Promise<string | null> => viewer.page.locator('[role=status]').textContent();
    await viewer.send(snapshot(thinkingRun('run-full'), livePanel('run-full')));
    await viewer.send(snapshot(fullRun(), panelState(), { recorded: true, history: historyOf }));
    assert.equal(await status(), 'Answered.');
    await viewer.send(snapshot(refusedRun(), panelState(), { recorded: true, history: historyOf }));
    assert.equal(await status(), 'The run failed. The budgets do not fit. Lower a budget.');
    await viewer.send(snapshot(fullRun('run-exhausted'), panelState(), { recorded: true, history: historyOf }));
    assert.equal(await status(), '', 'a run of the history has nothing new to tell');
  });

  it('keeps a question until a run shows that it was taken', async () => {
    await viewer.send(snapshot(fullRun(), panelState(), { history: historyOf }), { type: 'focusAsk' });
    await viewer.page.keyboard.type('why?');
    await viewer.page.keyboard.press('Enter');
    await viewer.page.keyboard.press('Enter');
    assert.equal((await viewer.posted()).filter(({ type }) => type === 'ask').length, 1, 'asked once');
    await viewer.send({ type: 'panel', panel: panelState() }, { type: 'status', text: 'Refused', kind: 'warning' }, snapshot(fullRun('run-trouble'), panelState(), { history: historyOf }));
    assert.equal(await draft(), 'why?');
    await viewer.send(snapshot([], livePanel('run-new')));
    assert.equal(await draft(), '');
  });

  it('puts a question back that failed before anything began, since nothing else has it', async () => {
    await viewer.send(snapshot(fullRun(), panelState(), { history: historyOf }), { type: 'focusAsk' });
    await viewer.page.keyboard.type('why?');
    await viewer.page.keyboard.press('Enter');
    await viewer.send(snapshot([], livePanel('run-refused')));
    assert.equal(await draft(), '');
    await viewer.send(snapshot(refusedRun(), panelState(), { history: historyOf }));
    assert.equal(await draft(), 'why?');
    // Asked again at once, although it is the same question.
    await viewer.page.keyboard.press('Enter');
    assert.equal((await viewer.posted()).filter(({ type }) => type === 'ask').length, 2);
    await viewer.send(snapshot([], livePanel('run-later')));
    await viewer.page.keyboard.type('something else');
    await viewer.send(snapshot(refusedRun('run-later'), panelState(), { history: historyOf }));
    assert.equal(await draft(), 'something else', 'what was written meanwhile stays');
  });

  it('does not put back a question whose run began', async () => {
    await viewer.send(snapshot(fullRun(), panelState(), { history: historyOf }), { type: 'focusAsk' });
    await viewer.page.keyboard.type('why?');
    await viewer.page.keyboard.press('Enter');
    await viewer.send(snapshot([], livePanel('run-began')));
    await viewer.send(snapshot(troubledRun('run-began'), panelState(), { history: historyOf }));
    assert.equal(await draft(), '');
  });

  it('leaves the selection out of an example, and of nothing else', async () => {
    await viewer.send(snapshot(null, panelState({ selection })));
    await viewer.page.locator('.example').first().click();
    assert.equal(await viewer.page.locator('.chip-toggle:not([hidden])', { hasText: 'sum.ts' }).getAttribute('aria-pressed'), 'false');
    await viewer.page.keyboard.press('Enter');
    const [asked] = (await viewer.posted()).filter(({ type }) => type === 'ask');
    assert.equal(asked?.type === 'ask' && asked.useSelection, false);
    await viewer.send(snapshot([], livePanel('run-new', { selection })));
    assert.equal(await draft(), '');
    assert.equal(await viewer.page.locator('.chip-toggle:not([hidden])', { hasText: 'sum.ts' }).getAttribute('aria-pressed'), 'true');
  });

  it('says that a recording was cut off', async () => {
    const history = [{ ...historyOf[0], run: 'run-cut', outcome: null }, { ...historyOf[1], run: 'run-live', outcome: null }] as typeof historyOf;
    await viewer.send(snapshot(thinkingRun('run-cut'), panelState({ liveRuns: ['run-live'] }), { recorded: true, history }));
    assert.equal(await text('.why'), 'The recording ends here: the run was cut off.');
    assert.match(await text('.thoughts .section-toggle'), /^Thought\s*72/);
    assert.equal(await viewer.page.locator('.run .codicon-loading, .shimmer').count(), 0);
    await viewer.page.locator('vscode-button[aria-label=History]').click();
    const rows = await viewer.page.locator('.history-detail').allInnerTexts();
    assert.match(rows[0] ?? '', /\d\d:\d\d · Interrupted · Medium effort · 84 thinking \+ 48 solution tokens/);
    assert.match(rows[1] ?? '', / · Running · /);
    assert.match(await text('.back-to-live'), /^Asked (at|on) .*\d\d:\d\d(?! [AP]M)/);
  });

  it('says that there were no thoughts where there was nothing but white space', async () => {
    const { add, events } = recorder('run-blank');
    add(0, started());
    add(1, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
    add(2, tokens('\n', 1));
    add(3, { type: 'phase', from: 'thinking', to: 'solving', reason: 'natural-end' });
    add(4, tokens('7', 1, 'solving'));
    await viewer.send(snapshot(events, panelState()));
    assert.equal(await viewer.page.locator('.thoughts > .section-body > .note').innerText(), 'No thoughts.');
    assert.equal(await viewer.page.locator('.thoughts-scroller').isVisible(), false);
  });

  it('has room for large budgets, and for the name of the model, in a narrow panel', async () => {
    await viewer.send(snapshot(null, panelState({ model: { name: 'Reins Mini', detail: 'bundled, 2,048 tokens, and more' }, budgets: { thinking: 9_999_999, solution: 9_999_999, thinkingSet: true, solutionSet: true, note: '' } })));
    await viewer.page.locator('.budget-summary').click();
    const cut: string[] = await viewer.page.evaluate(`[...document.querySelectorAll('.number-input, .model-name')].filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.className)`);
    assert.deepEqual(cut, []);
    const [fields, reset, words, detail] = await Promise.all(['.budget-numbers', '.budget-fields vscode-button', '.model-words', '.model-detail'].map((each) => viewer.page.locator(each).boundingBox()));
    assert.ok(fields && reset && reset.x >= fields.x + fields.width && reset.y < fields.y + fields.height, 'reset stays beside the fields');
    assert.ok(words && detail && detail.y >= words.y + words.height, 'the detail is left to the tooltip');
  });
});
