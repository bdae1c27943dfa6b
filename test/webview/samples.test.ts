/// <reference types="node" />
import assert from 'node:assert/strict';
import { fullRun } from './support/events.ts';
import { panelState, snapshot } from './support/messages.ts';
import { drawn, openStage, type Stage } from './support/viewer.ts';
import type { RunEvent, UnstampedEvent } from '../../extension/trace/events.ts';

describe('several samples of a question', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  const sample = (index: number, answer: string): UnstampedEvent => ({ type: 'sample', index, seed: index + 1, outcome: 'answered', answer, thoughts: index === 0 ? '' : `<b>thought ${index}</b>`, thinking: 20, solution: 4, probes: 0, estimated: false });

  const voted = (): RunEvent[] => {
    const events = fullRun().map((event) => (event.type === 'started' ? { ...event, samples: 5 } : event));
    const ended = events.pop()!;
    const vote: UnstampedEvent = { type: 'decision', decision: { atToken: 4, phase: 'solving', policy: 'vote', action: 'choose-answer', evidence: [{ signal: 'votes', value: 2, threshold: 3 }], reason: '2 of 3 samples gave this answer, the others another one.' } };
    const added = [sample(0, '7'), sample(1, '8'), sample(2, '8'), vote].map((event, index) => ({ ...event, run: ended.run, at: ended.at, seq: ended.seq + index }) as RunEvent);
    return [...events, ...added, { ...ended, seq: ended.seq + added.length }];
  };

  it('are listed with what each took, and the vote in words', async () => {
    const viewer = await stage.open({ width: 360, height: 2400 });
    await viewer.send(snapshot(voted(), panelState()));
    await drawn(viewer.page);
    const section = viewer.page.locator('.samples');
    assert.match((await section.locator('.section-toggle').textContent()) ?? '', /Samples\s*3 of 5/);
    assert.equal(await section.locator('.samples-verdict').textContent(), '2 of 3 samples gave this answer, the others another one.');
    assert.equal(await section.locator('ol > li').count(), 3);
    assert.match((await section.locator('ol > li').nth(1).textContent()) ?? '', /Sample 2.*24 tokens.*8/s);
    assert.equal(await section.locator('details').first().locator('.plain-text').textContent(), '<b>thought 1</b>', 'text of a model is text');
    await viewer.close();
  });

  it('say whose the answer is where the one that was watched failed', async () => {
    const viewer = await stage.open({ width: 360, height: 2400 });
    const events = voted().map((event) => (event.type === 'phase' && event.to === 'done' ? { ...event, reason: 'failed' as const } : event));
    await viewer.send(snapshot(events, panelState()));
    await drawn(viewer.page);
    assert.equal(await viewer.page.locator('.stepper .why').textContent(), 'The sample you watched failed; the answer is another one’s.');
    await viewer.close();
  });

  it('are not there where there was one', async () => {
    const viewer = await stage.open({ width: 360, height: 2400 });
    await viewer.send(snapshot(fullRun(), panelState()));
    await drawn(viewer.page);
    assert.equal(await viewer.page.locator('.samples').isVisible(), false);
    await viewer.close();
  });
});
