/// <reference types="node" />
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { RunEvent } from '../../extension/trace/events.ts';
import { exhaustedRun, fullRun, longRun, troubledRun } from './support/events.ts';
import { livePanel, panelState, snapshot } from './support/messages.ts';
import { drawn, openStage, until, type Stage, type Viewer } from './support/viewer.ts';

/** The run area as drawn, a line per element and text, without ids (which count up) and the clock (which ticks). */
async function drawing(page: Page): Promise<string[]> {
  return page.evaluate(`{
    const lines = [];
    const ignored = ['id', 'aria-controls', 'for'];
    const walk = (node, depth) => {
      if (node.nodeType === 3) return void lines.push(' '.repeat(depth) + JSON.stringify(node.data));
      if (node.classList.contains('clock')) return;
      const attributes = [...node.attributes].filter(({ name }) => !ignored.includes(name)).map(({ name, value }) => name + '=' + JSON.stringify(value)).sort();
      lines.push(' '.repeat(depth) + node.localName + ' ' + attributes.join(' '));
      // What stands in something hidden is not seen, and is set when that is shown.
      if (node.hasAttribute('hidden')) return;
      for (const child of node.childNodes) walk(child, depth + 1);
    };
    walk(document.querySelector('.run'), 0);
    lines;
  }`);
}

function assertSame(actual: readonly string[], expected: readonly string[], when = ''): void {
  const first = expected.findIndex((line, index) => actual[index] !== line);
  if (first === -1 && actual.length === expected.length) return;
  assert.fail(`${when} drawn differently at line ${first}:\n${actual.slice(first - 2, first + 2).join('\n')}\nexpected:\n${expected.slice(first - 2, first + 2).join('\n')}`);
}

async function drawnFrom(stage: Stage, events: readonly RunEvent[], live: boolean): Promise<string[]> {
  const viewer = await stage.open();
  await viewer.send(snapshot(events, live ? livePanel(events[0]?.run ?? '') : panelState()));
  const lines = await drawing(viewer.page);
  await viewer.close();
  return lines;
}

async function streamed(stage: Stage, events: readonly RunEvent[], perMessage: number): Promise<Viewer> {
  const viewer = await stage.open();
  const run = events[0]?.run ?? '';
  await viewer.send(snapshot([], livePanel(run)));
  for (let from = 0; from < events.length; from += perMessage) await viewer.send({ type: 'events', run, events: events.slice(from, from + perMessage) });
  return viewer;
}

const seek = (page: Page, to: number): Promise<void> => page.evaluate(`{ const slider = document.querySelector('.replay-slider'); slider.value = '${to}'; slider.dispatchEvent(new Event('input')); }`).then(() => drawn(page));

describe('drawing a run', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  for (const [name, events] of Object.entries({ 'an answered run': fullRun(), 'a run with steers, a dropped answer and an error': troubledRun(), 'a run without an answer': exhaustedRun(), 'a long run': longRun(3000, 7, 3) })) {
    it(`shows ${name} the same live, from a snapshot and at the end of a replay`, async () => {
      const viewer = await streamed(stage, events, events.length > 200 ? 20 : 1);
      await viewer.send({ type: 'panel', panel: panelState() });
      const live = await drawing(viewer.page);
      assert.deepEqual(await viewer.faults(), []);
      await viewer.close();
      assertSame(live, await drawnFrom(stage, events, false));

      const recorded = await stage.open();
      await recorded.send(snapshot(events, panelState(), { recorded: true }));
      assertSame(await drawing(recorded.page), live);
      for (const share of [0, 0.3, 0.9, 0.5, 1]) await seek(recorded.page, Math.round(events.length * share));
      assertSame(await drawing(recorded.page), live);
      await recorded.close();
    });
  }

  it('shows any moment of a live run as a fresh panel would', async () => {
    const events = troubledRun();
    for (const length of [1, 5, 9, 12, 14]) {
      const part = events.slice(0, length);
      const viewer = await streamed(stage, part, 1);
      assertSame(await drawing(viewer.page), await drawnFrom(stage, part, true), `after ${length} events`);
      await viewer.close();
    }
  });

  it('shows any moment of a replay as the fold of the events before it', async () => {
    const events = fullRun();
    const recorded = await stage.open();
    await recorded.send(snapshot(events, panelState(), { recorded: true }));
    for (const length of [40, 3, 60]) {
      await seek(recorded.page, length);
      assertSame(await drawing(recorded.page), await drawnFrom(stage, events.slice(0, length), false), `at event ${length}`);
    }
    await recorded.close();
  });

  it('plays to the end by itself', async () => {
    const events = fullRun();
    const { page, send, close } = await stage.open();
    await send(snapshot(events, panelState(), { recorded: true }));
    await page.getByLabel('Replay speed').selectOption('16');
    await page.locator('vscode-button[aria-label=Play]').click();
    await until(page, `document.querySelector('.replay-slider').value !== '${events.length}'`);
    await until(page, `document.querySelector('.replay-slider').value === '${events.length}'`);
    assert.equal(await page.locator('vscode-button[aria-label=Play]').isVisible(), true);
    assert.match((await page.locator('.replay-slider').getAttribute('aria-valuetext')) ?? '', /^Event \d+ of \d+, 3\.3 s, Done$/);
    await close();
  });
});
