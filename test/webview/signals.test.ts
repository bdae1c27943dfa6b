/// <reference types="node" />
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { RunEvent } from '../../extension/trace/events.ts';
import { fullRun, recorder, started, tokens } from './support/events.ts';
import { livePanel, panelState, snapshot } from './support/messages.ts';
import { signalRun } from './support/signal-events.ts';
import { drawn, until, useStage, wordsIn, type Viewer, type ViewerOptions } from './support/viewer.ts';

const textOf = (page: Page, selector: string): Promise<string> => wordsIn({ page }, selector);

describe('the signals of a run', function () {
  this.timeout(120_000);
  const stage = useStage();
  let viewer: Viewer;
  afterEach(() => viewer.close());

  const show = async (events: readonly RunEvent[], options: ViewerOptions = {}): Promise<Page> => {
    viewer = await stage().open({ width: 360, height: 1600, ...options });
    await viewer.send(snapshot(events, panelState(), { recorded: true }));
    return viewer.page;
  };
  const valueText = (page: Page, selector: string): Promise<string | null> => page.locator(selector).getAttribute('aria-valuetext');

  it('draws the latent trajectory beside its length-only baseline, layer by layer, and labels it raw', async () => {
    const page = await show(signalRun());
    for (const [name, title] of [['Net', 'Net drift'], ['Cumulative', 'Cumulative path'], ['Aligned', 'Alignment']] as const) {
      await page.locator('.trajectory .segment-choice', { hasText: name }).click();
      await drawn(page);
      assert.equal(await textOf(page, '.trajectory .chart-title'), title);
      assert.equal(await textOf(page, '.trajectory .raw'), 'raw');
      assert.match((await page.locator('.trajectory .chart-line').getAttribute('d')) ?? '', /^M.*L/);
      assert.match((await page.locator('.trajectory .chart-baseline').getAttribute('d')) ?? '', /^M.*L/);
    }
    assert.match(await textOf(page, '.trajectory'), /only the distance from the dashed line says anything/);
    assert.match((await page.locator('.heat-svg').getAttribute('aria-label')) ?? '', /4 layers over 9 points/);
    const cells: number = await page.evaluate('[...document.querySelectorAll(".heat")].flatMap((path) => (path.getAttribute("d") ?? "").match(/M/g) ?? []).length');
    assert.equal(cells, 8 * 4, 'one cell a layer and point that was measured');
    await page.locator('.trajectory .check').click();
    await drawn(page);
    assert.match(await textOf(page, '.trajectory .chart-title'), /length taken out/);
  });

  it('leaves a gap where nothing was measured, and says why', async () => {
    const page = await show(signalRun());
    assert.match(await textOf(page, '.trajectory .chart .note'), /Not measured: too short at 1 point\./);
    assert.equal((await page.locator('.trajectory .chart-gaps').getAttribute('d'))?.match(/M/g)?.length, 1);
    await page.locator('.trajectory .plot').focus();
    await page.keyboard.press('Home');
    assert.equal(await valueText(page, '.trajectory .plot'), 'Token 16: not measured, too short');
  });

  it('shows no chance without a calibration, and names the calibration with it', async () => {
    const events = signalRun('run-signals', 144, true);
    const page = await show(events);
    assert.match(await textOf(page, '.signal-list .chart-value'), /78 % chance of a right answer \(calibrated on 120 answers, .*2026\)/);
    await viewer.send(snapshot(events.map((event) => (event.type === 'started' ? { ...event, calibration: undefined } : event)), panelState()));
    assert.equal(await textOf(page, '.signal-list .chart-value'), '3 answers / 3');
    assert.match(await textOf(page, '.signals'), /Not calibrated: these are the model’s raw figures, without a verdict\. Reins: Calibrate Model… finds out what they are worth\./);
    await viewer.send(snapshot(events.map((event) => (event.type === 'started' ? { ...event, calibration: undefined, model: { id: 'm', name: 'm', backend: 'remote' as const } } : event)), panelState()));
    assert.doesNotMatch(await textOf(page, '.signals'), /Calibrate Model/, 'one at a server cannot be');
  });

  it('says of a figure that there is too little behind it', async () => {
    const events = signalRun().map((event) => (event.type === 'signal' && event.signal.startsWith('trajectory') && event.value !== null ? { ...event, early: true as const } : event));
    const page = await show(events);
    assert.match(await textOf(page, '.trajectory .chart-value'), /^[\d.]+ length per step, too early to go by$/);
    await page.locator('.trajectory .plot').focus();
    await page.keyboard.press('End');
    assert.match((await valueText(page, '.trajectory .plot')) ?? '', /length alone [\d.]+, too early to go by\. Answer convergence: ended thinking$/);
    await page.locator('vscode-button[aria-label="Show as Table"]').click();
    await drawn(page);
    assert.match((await page.locator('.trajectory tbody tr').last().locator('td').nth(1).textContent()) ?? '', /^[\d.]+ \(too early\)$/);
  });

  it('marks the threshold and the decision', async () => {
    const page = await show(signalRun());
    assert.match((await page.locator('.signal-list .chart-threshold').first().getAttribute('d')) ?? '', /^M0/);
    assert.equal((await page.locator('.signal-list .chart-marks').first().getAttribute('d'))?.match(/M/g)?.length, 1);
    await page.locator('.signal-list .plot').first().focus();
    await page.keyboard.press('End');
    assert.equal(await valueText(page, '.signal-list .plot >> nth=0'), 'Token 144: 3 answers, threshold 3. Answer convergence: ended thinking');
  });

  it('draws what the exit policy goes by from the first figure on, with its threshold, before anything is decided', async () => {
    const { add, events } = recorder('run-rising');
    add(0, started({ exitPolicy: 'trial-answer-confidence', exit: { setting: 'eager', words: 'Stops when sure.', thresholds: [{ signal: 'trial-answer-confidence', threshold: 0.96 }] } }));
    add(1, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
    for (const [index, value] of [0.4, 0.62, 0.8].entries()) {
      add(2 + index, tokens('try x + 1\n', 20));
      add(2 + index, { type: 'signal', signal: 'trial-answer-confidence', atToken: 20 * (index + 1), value });
      add(2 + index, { type: 'signal', signal: 'mean-confidence', atToken: 20 * (index + 1), value: 9 });
    }
    viewer = await stage().open({ width: 360, height: 1600 });
    await viewer.send(snapshot(events, livePanel('run-rising')));
    const { page } = viewer;
    assert.deepEqual(await page.locator('.signal-list .chart-title').allTextContents(), ['Confidence of the trial answer']);
    assert.equal(await textOf(page, '.signal-list .chart-value'), '0.8 probability / 0.96');
    assert.equal(await textOf(page, '.exit-watch'), 'Early exit: confidence of the trial answer at least 0.96 (now 0.8).');
    assert.equal(await page.locator('.exit-watch').getAttribute('title'), 'Stops when sure.');
    assert.match((await page.locator('.signal-list .chart-threshold').getAttribute('d')) ?? '', /^M0 6\.0H/, 'the threshold is above all that was measured, and so at the top');
  });

  it('offers the rest on demand, figures of tokens included, and remembers what was asked for', async () => {
    const page = await show(signalRun());
    assert.equal(await page.locator('.signal-list .chart').count(), 1);
    await page.locator('.more-signals summary').click();
    await page.locator('.check', { hasText: 'Entropy at the token' }).click();
    await page.locator('.check', { hasText: 'Group confidence' }).click();
    await drawn(page);
    assert.deepEqual(await page.locator('.signal-list .chart-title').allTextContents(), ['Group confidence', 'Equal trial answers in a row', 'Entropy at the token']);
    await page.reload();
    await viewer.send(snapshot(signalRun(), panelState()));
    assert.equal(await page.locator('.signal-list .chart').count(), 3);
  });

  it('says that the entropies of a long run are means', async () => {
    const page = await show(signalRun('run-long-signals', 3200));
    await page.locator('.more-signals summary').click();
    await page.locator('.check', { hasText: 'Entropy at the token' }).click();
    await drawn(page);
    assert.match(await textOf(page, '.chart:has(.chart-title:text("Entropy at the token")) .note'), /Drawn as means of 16 tokens each/);
  });

  it('shows every chart as a table', async () => {
    const page = await show(signalRun());
    await page.locator('vscode-button[aria-label="Show as Table"]').click();
    await drawn(page);
    assert.equal(await page.locator('.plot:visible').count(), 1, 'only the timeline, whose table is the list below it');
    const heads = await page.locator('.trajectory th').allTextContents();
    assert.deepEqual(heads, ['At token', 'Value (length per step)', 'Length alone', 'Layer 1', 'Layer 2', 'Layer 3', 'Layer 4', 'Decision']);
    assert.equal(await page.locator('.trajectory tbody tr').count(), 9);
    assert.deepEqual((await page.locator('.trajectory tbody tr').first().locator('td').allTextContents()).slice(0, 3), ['16', '– (too short)', '–']);
    assert.equal(await page.locator('.trajectory tbody tr').last().locator('td').last().textContent(), 'Answer convergence: ended thinking');
    await page.locator('vscode-button[aria-label="Show as Charts"]').click();
    assert.equal(await page.locator('.signals table').count(), 0);
  });

  it('shows the thought at a point of a chart, by pointer and by keyboard', async () => {
    const page = await show(signalRun(), { height: 2400 });
    const plot = page.locator('.trajectory .plot');
    const box = await plot.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width * (80 / 150), box.y + 20);
    await drawn(page);
    const marked = (): Promise<string[]> => page.evaluate('[...CSS.highlights.get("reins-cursor")].map((range) => range.startContainer.data.slice(range.startOffset, range.endOffset))');
    const events = signalRun();
    const words = events.flatMap((event) => (event.type === 'tokens' && event.phase === 'thinking' ? cut(event.text, event.lengths ?? []) : []));
    assert.deepEqual(await marked(), [words[79]]);
    assert.equal(await textOf(page, '.excerpt-token'), words[79]?.trim());
    assert.match(await textOf(page, '.trajectory .chart-value'), /^Token 80: [\d.]+ length per step, length alone [\d.]+$/);
    await page.mouse.move(2, 2);
    await drawn(page);
    assert.deepEqual(await marked(), []);

    await plot.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await drawn(page);
    assert.deepEqual(await marked(), [words[31]]);
    await page.keyboard.press('Escape');
    await drawn(page);
    assert.deepEqual(await marked(), []);
  });

  it('scrolls the thoughts to a point out of sight, and lets go of the end while somebody looks', async () => {
    const page = await show(signalRun('run-tall', 1600));
    await page.locator('.trajectory .plot').focus();
    const top = 'document.querySelector(".thoughts-scroller").scrollTop';
    await page.keyboard.press('End');
    await until(page, `${top} > 200`);
    await page.keyboard.press('Home');
    await until(page, `${top} < 50`);
  });

  it('draws a growing run as it grows', async () => {
    const events = signalRun('run-live');
    viewer = await stage().open({ width: 360, height: 1600 });
    await viewer.send(snapshot([], livePanel('run-live')));
    const lengths: number[] = [];
    for (let from = 0; from < events.length; from += 30) {
      await viewer.send({ type: 'events', run: 'run-live', events: events.slice(from, from + 30) });
      lengths.push(((await viewer.page.locator('.trajectory .chart-line').getAttribute('d')) ?? '').length);
    }
    assert.deepEqual(lengths, lengths.toSorted((a, b) => a - b));
    assert.ok((lengths.at(-1) ?? 0) > (lengths[0] ?? 0));
    assert.deepEqual(await viewer.faults(), []);
  });

  describe('where there are none', () => {
    it('says of a trace of version 1 what it lacks, and draws what it has', async () => {
      const lines = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'traces', 'version-1.jsonl'), 'utf8').trim().split('\n');
      const events = lines.map((line) => JSON.parse(line) as RunEvent);
      const page = await show(events);
      assert.deepEqual(await page.locator('.signal-list .chart-title').allTextContents(), ['Equal trial answers in a row']);
      await page.locator('.thought-choices select').selectOption('surprise');
      assert.match(await textOf(page, '.thought-tools .note'), /Nothing to shade by/);
      assert.equal(await page.locator('.trajectory:visible').count(), 0);
      await viewer.send(snapshot(events.filter(({ type }) => type !== 'signal'), panelState()));
      assert.match(await textOf(page, '.signals'), /recorded by an earlier version of Reins/);
      assert.deepEqual(await viewer.faults(), []);
    });

    it('says so of a model that gives no figures, and hides the section of a run that thought nothing', async () => {
      const page = await show(fullRun().filter(({ type }) => type !== 'signal'));
      assert.match(await textOf(page, '.signals'), /Nothing was measured in this run/);
      const { add, events } = recorder('run-direct');
      add(0, started());
      add(1, { type: 'phase', from: 'idle', to: 'solving', reason: 'no-thinking' });
      add(2, tokens('7', 1, 'solving'));
      await viewer.send(snapshot(events, panelState()));
      assert.equal(await page.locator('.signals').isVisible(), false);
      assert.equal(await page.locator('.timeline').isVisible(), false);
    });

    it('is not led astray by hostile names and values', async () => {
      const { add, events } = recorder('run-hostile');
      add(0, started());
      add(1, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
      add(2, tokens('hm', 2));
      for (let name = 0; name < 300; name += 1) add(3, { type: 'signal', signal: `<img src=x onerror=alert(${name})>`, atToken: 1, value: name });
      for (const signal of ['__proto__', 'constructor', 'toString']) add(4, { type: 'signal', signal, atToken: 2, value: Number.MAX_VALUE });
      add(5, { type: 'signal', signal: 'trajectory-net', atToken: 1_000_000_000, value: -1e300, layers: [] });
      const page = await show(events);
      assert.ok((await page.locator('.signal-list .chart').count()) <= 6);
      assert.equal(await page.locator('.signals img').count(), 0);
      assert.deepEqual(await viewer.faults(), []);
    });
  });
});

function cut(text: string, lengths: readonly number[]): string[] {
  let from = 0;
  return lengths.map((length) => text.slice(from, (from += length)));
}
