/// <reference types="node" />
import assert from 'node:assert/strict';
import type { RelatedRun } from '../../extension/trace/messages.ts';
import { fullRun } from './support/events.ts';
import { panelState, snapshot } from './support/messages.ts';
import { openStage, type Stage } from './support/viewer.ts';

const other: RelatedRun = {
  run: 'run-other', relation: 'earlier', time: '2026-03-02T10:00:00.000Z', outcome: 'answered', cutShort: false, answer: '<b>3 * x</b>', handedOn: 'Reins Tiny', end: null, check: null,
  usage: { prompt: 1, thinking: 9, solution: 5, probes: 0, injected: 0, discarded: 0, estimated: false },
};

describe('a question that was handed on', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  it('shows the other model’s run with its answer and the way to it, from either side', async () => {
    const viewer = await stage.open({ width: 360, height: 2400 });
    await viewer.send(snapshot(fullRun(), panelState()), { type: 'related', run: 'run-full', related: [other] });
    const section = viewer.page.locator('.handed-on');
    assert.equal(await section.locator('.callout-title').textContent(), 'Reins Tiny was asked first');
    assert.equal(await section.locator('.event-quote').textContent(), '<b>3 * x</b>', 'text of a model is text');
    assert.equal(await viewer.page.locator('.related').isVisible(), false, 'nothing had gone on here');
    await viewer.page.getByRole('button', { name: 'Open Earlier Run' }).click();
    await viewer.send({ type: 'related', run: 'run-full', related: [{ ...other, relation: 'later', handedOn: 'Big' }] });
    assert.equal(await section.locator('.callout-title').textContent(), 'Handed on to Big');
    await viewer.page.getByRole('button', { name: 'Open Later Run' }).click();
    assert.deepEqual((await viewer.posted()).slice(1), [{ type: 'openRun', run: 'run-other' }, { type: 'openRun', run: 'run-other' }]);
    await viewer.close();
  });

  it('is not there for any other run', async () => {
    const viewer = await stage.open({ width: 360, height: 2400 });
    await viewer.send(snapshot(fullRun(), panelState()));
    assert.equal(await viewer.page.locator('.handed-on').isVisible(), false);
    await viewer.close();
  });
});
