/// <reference types="node" />
import assert from 'node:assert/strict';
import type { RunEvent, UnstampedEvent } from '../../extension/trace/events.ts';
import { fullRun } from './support/events.ts';
import { panelState, snapshot } from './support/messages.ts';
import { drawn, openStage, type Stage } from './support/viewer.ts';

describe('a verified change', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  const tested = (candidate: number | null, outcome: 'passed' | 'failed', changedLines?: number): UnstampedEvent => ({ type: 'test-run', candidate, command: 'npm test', outcome, exitCode: outcome === 'passed' ? 0 : 1, output: '<b>printed</b>', milliseconds: 1500, ...(changedLines === undefined ? {} : { changedLines }) });

  it('shows every run of the tests, its command and what was decided', async () => {
    const events = fullRun();
    const ended = events.pop()!;
    const decision: UnstampedEvent = { type: 'decision', decision: { atToken: 4, phase: 'solving', policy: 'tests', action: 'choose-answer', evidence: [], reason: 'The tests passed with 1 of 2 candidates.' } };
    const added = [tested(null, 'failed'), tested(0, 'failed', 4), tested(1, 'passed', 2), decision].map((event, index) => ({ ...event, run: ended.run, at: ended.at, seq: ended.seq + index }) as RunEvent);
    const viewer = await stage.open({ width: 360, height: 2400 });
    await viewer.send(snapshot([...events, ...added, { ...ended, seq: ended.seq + added.length }], panelState()));
    await drawn(viewer.page);
    const section = viewer.page.locator('.section.test-runs');
    assert.match((await section.locator('.section-toggle').textContent()) ?? '', /Tests\s*1 of 2 passed/);
    assert.match((await section.textContent()) ?? '', /The tests passed with 1 of 2 candidates\..*with your rights, in a temporary copy: npm test/s);
    assert.deepEqual(await section.locator('ol > li .probe-head').allTextContents(), ['Without a changefailed, exit code 1, 1.5 s', 'Sample 1failed, exit code 1, 1.5 s, 4 lines changed', 'Sample 2passed, 1.5 s, 2 lines changed']);
    assert.equal(await section.locator('details .plain-text').first().textContent(), '<b>printed</b>', 'text of a program is text');
    await viewer.close();
  });

  it('is not there where nothing was verified', async () => {
    const viewer = await stage.open({ width: 360, height: 2400 });
    await viewer.send(snapshot(fullRun(), panelState()));
    await drawn(viewer.page);
    assert.equal(await viewer.page.locator('.section.test-runs').isVisible(), false);
    await viewer.close();
  });
});
