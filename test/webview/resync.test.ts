/// <reference types="node" />
import assert from 'node:assert/strict';
import { fullRun } from './support/events.ts';
import { livePanel, snapshot } from './support/messages.ts';
import { openStage, type Stage, type Viewer } from './support/viewer.ts';

describe('events from the host', function () {
  this.timeout(120_000);
  const run = 'run-full';
  const events = fullRun();
  let stage: Stage;
  let viewer: Viewer;
  const readies = async (): Promise<number> => (await viewer.posted()).filter(({ type }) => type === 'ready').length;
  const thoughts = (): Promise<string> => viewer.page.locator('.thoughts-scroller').innerText();

  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());
  beforeEach(async () => {
    viewer = await stage.open();
    await viewer.send(snapshot(events.slice(0, 10), livePanel(run)));
  });
  afterEach(() => viewer.close());

  it('are drawn when they follow on', async () => {
    const before = await thoughts();
    await viewer.send({ type: 'events', run, events: events.slice(10, 14) });
    assert.notEqual(await thoughts(), before);
    assert.equal(await readies(), 1);
  });

  it('ask for a new snapshot after a gap, once, and wait for it', async () => {
    const before = await thoughts();
    await viewer.send({ type: 'events', run, events: events.slice(12, 14) });
    await viewer.send({ type: 'events', run, events: events.slice(14, 16) });
    assert.equal(await thoughts(), before);
    assert.equal(await readies(), 2);
    await viewer.send(snapshot(events.slice(0, 16), livePanel(run)), { type: 'events', run, events: events.slice(16, 20) });
    assert.notEqual(await thoughts(), before);
    assert.equal(await readies(), 2);
  });

  it('are dropped when they were seen before or belong to another run', async () => {
    const before = await thoughts();
    await viewer.send({ type: 'events', run, events: events.slice(4, 10) });
    await viewer.send({ type: 'events', run: 'another', events: fullRun('another').slice(10, 14) });
    await viewer.send({ type: 'events', run, events: fullRun('another').slice(10, 14) });
    assert.equal(await thoughts(), before);
    assert.equal(await readies(), 1);
  });

  it('are dropped when they are not what was agreed on', async () => {
    const before = await thoughts();
    for (const wrong of [null, 7, 'events', {}, { type: 'events' }, { type: 'events', run, events: [{ type: 'tokens', run, seq: 10, at: -1 }] }, { type: 'nonsense' }]) await viewer.page.evaluate((message) => void (globalThis as unknown as { postMessage(data: unknown, to: string): void }).postMessage(message, '*'), wrong);
    await viewer.send({ type: 'events', run, events: [] });
    assert.equal(await thoughts(), before);
    assert.deepEqual(await viewer.faults(), []);
  });
});
