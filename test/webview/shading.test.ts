/// <reference types="node" />
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { shadeOf } from '../../webview/run/shading.ts';
import { fullRun } from './support/events.ts';
import { livePanel, panelState, snapshot } from './support/messages.ts';
import { signalRun } from './support/signal-events.ts';
import { themes } from './support/site.ts';
import { drawn, openStage, until, type Stage } from './support/viewer.ts';

/** What is painted: shade and text of every range, in the order of the text, neighbours of one shade together. */
const painted = `(() => {
  const found = [];
  for (const shade of [1, 2, 3, 4]) for (const range of CSS.highlights.get('reins-shade-' + shade)) {
    const block = range.startContainer.parentElement;
    found.push({ shade, block: [...document.querySelectorAll('.block')].indexOf(block), from: range.startOffset, text: range.startContainer.data.slice(range.startOffset, range.endOffset), invalid: range.endOffset > range.startContainer.length });
  }
  found.sort((one, other) => one.block - other.block || one.from - other.from);
  return found;
})()`;

interface Paint {
  readonly shade: number;
  readonly block: number;
  readonly from: number;
  readonly text: string;
  readonly invalid: boolean;
}

/** The ranges there should be for a run. */
function expected(run: ReturnType<typeof signalRun>, figure: 'logprobs' | 'entropies'): { readonly shade: number; readonly text: string }[] {
  const found: { shade: number; text: string; end: number }[] = [];
  let at = 0;
  for (const event of run) {
    if (event.type !== 'tokens' || event.phase !== 'thinking') continue;
    let from = 0;
    for (const [index, length] of (event.lengths ?? []).entries()) {
      const text = event.text.slice(from, from + length);
      from += length;
      const shade = shadeOf(figure === 'logprobs' ? 'surprise' : 'entropy', event[figure]?.[index] ?? null);
      const last = found.at(-1);
      if (shade > 0 && last?.shade === shade && last.end === at) Object.assign(last, { text: last.text + text, end: at + length });
      else if (shade > 0) found.push({ shade, text, end: at + length });
      at += length;
    }
  }
  return found.map(({ shade, text }) => ({ shade, text }));
}

/** Contrast of two colours as WCAG 2 defines it; `ground` may be seen through. */
const contrastScript = `{
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const luminance = (...colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = getComputedStyle(document.body).backgroundColor;
  [1, 2, 3, 4].map((shade) => {
    const { color, backgroundColor } = getComputedStyle(document.querySelector('.shade-' + shade));
    const [light, dark] = [luminance(page, backgroundColor, color), luminance(page, backgroundColor)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  });
}`;

describe('shading the thoughts', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());
  const choose = async (page: Page, value: string): Promise<void> => {
    await page.locator('.thought-choices select').selectOption(value);
    await drawn(page);
  };
  const read = (page: Page): Promise<Paint[]> => page.evaluate(painted);
  const shades = (paints: readonly Paint[]): { shade: number; text: string }[] => paints.map(({ shade, text }) => ({ shade, text }));

  it('shades in four steps, and an unsurprising token not at all', () => {
    assert.deepEqual([0, -0.49, -0.5, -0.99, -1, -2, -3.9, -4, -20, null].map((logprob) => shadeOf('surprise', logprob)), [0, 0, 1, 1, 2, 3, 3, 4, 4, 0]);
    assert.deepEqual([0, 0.5, 1, 2, 3, null].map((entropy) => shadeOf('entropy', entropy)), [0, 1, 2, 3, 4, 0]);
  });

  it('paints each token by its own figure, on demand, and takes it away again', async () => {
    const viewer = await stage.open({ height: 1400 });
    const { page } = viewer;
    await viewer.send(snapshot(signalRun(), panelState()));
    assert.deepEqual(await read(page), []);
    await choose(page, 'surprise');
    await until(page, `${painted}.length > 0`);
    assert.deepEqual(shades(await read(page)), expected(signalRun(), 'logprobs'));
    assert.equal(await page.locator('.shade-legend li').count(), 4);
    await choose(page, 'entropy');
    assert.deepEqual(shades(await read(page)), expected(signalRun(), 'entropies'));
    await choose(page, 'off');
    assert.deepEqual(await read(page), []);
    assert.equal(await page.locator('.shade-legend').isVisible(), false);
    assert.deepEqual(await viewer.faults(), []);
    await viewer.close();
  });

  it('keeps up with a live run, also where a block is divided', async () => {
    const viewer = await stage.open({ height: 1400 });
    const { page } = viewer;
    const events = signalRun('run-live', 2400);
    await viewer.send(snapshot(events.slice(0, 4), livePanel('run-live')));
    await choose(page, 'surprise');
    await page.locator('vscode-button[aria-label="Show in Full Height"]').click();
    for (let from = 4; from < events.length; from += 200) await viewer.send({ type: 'events', run: 'run-live', events: events.slice(from, from + 200) });
    assert.ok((await page.locator('.thought-model .block').count()) > 1);
    const wanted = expected(events, 'logprobs');
    await page.evaluate('document.querySelector(".thoughts-scroller").scrollIntoView()');
    await until(page, `${painted}.length > 0`);
    for (const { invalid } of await read(page)) assert.equal(invalid, false);
    // What is in sight is painted as it should be; what is not, is not painted at all.
    const text = shades(await read(page)).map(({ shade, text: words }) => `${shade}${words}`).join('|');
    assert.ok(wanted.map(({ shade, text: words }) => `${shade}${words}`).join('|').includes(text));
    await viewer.close();
  });

  it('paints only what is in sight of 20,000 tokens', async () => {
    const viewer = await stage.open({ height: 900 });
    const { page } = viewer;
    await viewer.send(snapshot(signalRun('run-huge', 20_000), panelState()));
    await choose(page, 'surprise');
    await until(page, `${painted}.length > 0`);
    const atStart = await read(page);
    assert.ok(atStart.length < 2500, String(atStart.length));
    await page.evaluate('document.querySelector(".thoughts-scroller").scrollTop = 1e9');
    await until(page, `${painted}.every(({ block }) => block > 10) && ${painted}.length > 0`);
    assert.ok((await read(page)).length < 2500);
    await viewer.close();
  });

  it('says so where the model gave no figures', async () => {
    const viewer = await stage.open();
    await viewer.send(snapshot(fullRun(), panelState()));
    await choose(viewer.page, 'entropy');
    assert.match((await viewer.page.locator('.thought-tools .note').textContent()) ?? '', /the model gave no such figures/);
    assert.equal(await viewer.page.locator('.shade-legend').isVisible(), false);
    await viewer.close();
  });

  for (const theme of themes) {
    it(`can be read in ${theme}, and is told apart without colour`, async () => {
      const viewer = await stage.open({ theme });
      const { page } = viewer;
      await viewer.send(snapshot(signalRun(), panelState()));
      await choose(page, 'surprise');
      const contrasts: number[] = await page.evaluate(contrastScript);
      const least = theme.includes('contrast') ? 7 : 4.5;
      assert.ok(contrasts.every((contrast) => contrast >= least), `${theme}: ${contrasts.map((contrast) => contrast.toFixed(1)).join(', ')}`);
      const looks: string[] = await page.evaluate('[1, 2, 3, 4].map((shade) => { const { textDecorationLine, textDecorationStyle } = getComputedStyle(document.querySelector(".shade-" + shade)); return textDecorationLine + textDecorationStyle; })');
      assert.equal(new Set(looks).size, 4, looks.join(', '));
      await viewer.close();
    });
  }
});
