/// <reference types="node" />
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { recorder, started, tokens, troubledRun } from './support/events.ts';
import { panelState, snapshot } from './support/messages.ts';
import { signalRun } from './support/signal-events.ts';
import { drawn, openStage, until, type Stage, type Viewer } from './support/viewer.ts';

const words = async (page: Page, selector: string): Promise<string> => ((await page.locator(selector).first().textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();

describe('the decisions of a run', function () {
  this.timeout(120_000);
  let stage: Stage;
  let viewer: Viewer;
  let page: Page;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());
  beforeEach(async () => {
    viewer = await stage.open({ width: 360, height: 1800 });
    page = viewer.page;
    await viewer.send(snapshot(signalRun(), panelState()));
  });
  afterEach(() => viewer.close());

  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
    await drawn(page);
  };
  const marked = (): Promise<string[]> => page.evaluate('[...CSS.highlights.get("reins-cursor")].map((range) => range.startContainer.data.slice(range.startOffset, range.endOffset))');

  it('tell who decided, on which evidence against which threshold, after which trial answer, and what it saved', async () => {
    const item = '.event:has(.event-title:text-is("Ended thinking"))';
    assert.equal(await words(page, `${item} .event-detail`), 'The last 3 trial answers agree, so more thinking would not change the answer.');
    assert.deepEqual(await page.locator(`${item} tbody td`).allTextContents(), ['equal trial answers in a row', '3', '3']);
    assert.deepEqual(await page.locator(`${item} .event-note`).allTextContents(), ['Answer convergence, at thinking token 144', 'Trial answer there (10 tokens, raw confidence 0.92):', 'About 30 tokens saved (estimate, trial answers counted)']);
    assert.equal(await words(page, `${item} .event-quote`), '3 * x + 1');
  });

  it('keep thresholds off the edge of their table', async () => {
    const room = await page.locator('.evidence').first().evaluate((table) => {
      const cell = table.querySelector('tbody tr td:last-child')!;
      const text = document.createRange();
      text.selectNodeContents(cell);
      return table.getBoundingClientRect().right - text.getBoundingClientRect().right;
    });
    assert.ok(room >= 6, `${room} pixels`);
  });

  it('tell decisions to go on together, each with its reason when asked for', async () => {
    const item = '.event:has(.event-title:text-is("Went on 2 times"))';
    assert.equal(await page.locator(`${item} .evidence`).first().isVisible(), false);
    await page.locator(`${item} summary`).click();
    assert.deepEqual(await page.locator(`${item} .event-detail`).allTextContents(), ['1 of 3 trial answers agree.', '2 of 3 trial answers agree.']);
  });

  it('stand on a strip over the thinking tokens that the arrow keys move along', async () => {
    const strip = page.getByRole('slider', { name: 'Decisions over the thinking tokens' });
    assert.equal(await page.locator('.timeline-glyphs .codicon').count(), 1);
    assert.equal((await page.locator('.timeline-looks').getAttribute('d'))?.match(/M/g)?.length, 2);
    await strip.focus();
    await press('Home');
    assert.equal(await strip.getAttribute('aria-valuetext'), 'Token 48: Trial answer: 3 * x + 1. Answer convergence went on');
    await press('ArrowRight', 'ArrowRight', 'ArrowRight');
    assert.match((await strip.getAttribute('aria-valuetext')) ?? '', /^Token 144: Trial answer: 3 \* x \+ 1\. Answer convergence: ended thinking\. The last 3/);
    assert.equal(await words(page, '.event-at .event-title'), 'Ended thinking');
    assert.equal((await marked()).length, 1);
  });

  it('lead to their place in the thoughts', async () => {
    const link = page.getByRole('button', { name: 'Show thinking token 144 in the thoughts' }).first();
    await link.focus();
    await press('Enter');
    assert.equal((await marked()).length, 1);
    assert.match(await words(page, '.signals .chart-value'), /^Token 144: /);
    await page.locator('.thoughts .section-toggle').click();
    await link.click();
    assert.equal(await page.locator('.thoughts-scroller').isVisible(), true);
  });

  it('show the tokens of trial answers in the thoughts too', async () => {
    await page.locator('.probes .section-toggle').click();
    await page.getByRole('button', { name: 'Show thinking token 96 in the thoughts' }).last().focus();
    await drawn(page);
    assert.equal((await marked()).length, 1);
    assert.deepEqual(await page.locator('.probes-table tbody tr').last().locator('td').allTextContents(), ['144', '3 * x + 1', '0.92', '10']);
  });

  it('have no place where a decision is not about the thoughts', async () => {
    const { add, events } = recorder('run-solving');
    add(0, started());
    add(1, { type: 'phase', from: 'idle', to: 'solving', reason: 'no-thinking' });
    add(2, tokens('7', 1, 'solving'));
    add(3, { type: 'decision', decision: { atToken: 1, phase: 'solving', policy: 'budget', action: 'end-answer', evidence: [], reason: 'The solution budget is spent.' } });
    await viewer.send(snapshot(events, panelState()));
    assert.equal(await words(page, '.event:has(.event-title:text-is("Ended the answer")) .event-note'), 'Budget, at solving token 1');
    assert.equal(await page.locator('.events .link-button').count(), 0);
    assert.equal(await page.locator('.timeline').isVisible(), false);
  });

  it('keep what was opened when the same run comes as a new snapshot', async () => {
    await page.locator('.went-on summary').click();
    await viewer.send(snapshot(signalRun(), panelState()));
    assert.equal(await page.locator('.went-on').getAttribute('open'), '');
    await viewer.send(snapshot(troubledRun(), panelState()));
    assert.equal(await page.locator('.went-on').count(), 0);
  });

  describe('and the inspector of tokens', () => {
    const value = async (name: string): Promise<string> => words(page, `.inspector-values div:has(dt:text-is("${name}")) dd`);

    it('gives every value at a token, chosen by keyboard', async () => {
      await page.locator('vscode-button[aria-label="Inspect Tokens"]').click();
      const slider = page.getByRole('slider', { name: 'Thinking token', exact: true });
      await slider.focus();
      await press('Home', 'ArrowRight');
      assert.equal(await words(page, '.inspector-where'), 'Token 2 of 144');
      const first = signalRun().find((event) => event.type === 'tokens');
      assert.ok(first?.type === 'tokens');
      const [one = 0, two = 0] = first.lengths ?? [];
      assert.equal(await value('Text'), `“${first.text.slice(one, one + two)}”`);
      assert.match(await value('Probability (raw)'), /^[\d.]+ %, surprise [\d.]+ nats$/);
      assert.match(await value('Entropy (raw)'), /nats$/);
      assert.equal(await value('Net drift (raw)'), 'not measured: too short (at token 16)');
      assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^Token 2: “.*”\. Probability \(raw\) /);
      assert.deepEqual(await marked(), [first.text.slice(one, one + two)]);
    });

    it('gives the values at the token under the pointer', async () => {
      await page.locator('vscode-button[aria-label="Inspect Tokens"]').click();
      await page.evaluate(`{
        const { node } = { node: document.querySelector('.thought-model .block').firstChild };
        const range = new Range();
        range.setStart(node, 4);
        range.setEnd(node, 5);
        window.spot = range.getBoundingClientRect().toJSON();
      }`);
      const { x, y, width, height }: { x: number; y: number; width: number; height: number } = await page.evaluate('window.spot');
      await page.mouse.move(x + width / 2, y + height / 2);
      await until(page, 'CSS.highlights.get("reins-cursor").size === 1');
      assert.equal(await value('Text'), '“3”');
      assert.match(await words(page, '.signals .chart-value'), /^Token 16: /);
    });

    it('follows what is pointed at in a chart', async () => {
      await page.locator('vscode-button[aria-label="Inspect Tokens"]').click();
      await page.locator('.trajectory .plot').focus();
      await press('End', 'ArrowLeft');
      assert.equal(await words(page, '.inspector-where'), 'Token 128 of 144');
      assert.match(await value('Net drift (raw)'), /length alone/);
    });
  });
});
