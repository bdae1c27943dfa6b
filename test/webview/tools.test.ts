/// <reference types="node" />
import assert from 'node:assert/strict';
import type { RunEvent, UnstampedEvent } from '../../extension/trace/events.ts';
import { fullRun } from './support/events.ts';
import { panelState, snapshot } from './support/messages.ts';
import { drawn, openStage, type Stage } from './support/viewer.ts';

describe('tools', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  const withTools = (): RunEvent[] => {
    const events = fullRun().map((event) => (event.type === 'started' ? { ...event, tools: { read_file: 2, search: 0, diagnostics: 0, run_tests: 1 } } : event));
    const ended = events.pop()!;
    const calls: UnstampedEvent[] = [
      { type: 'tool-call', call: 1, tool: 'read_file', input: '{"tool":"read_file","path":"a.ts"}', said: 'I look.' },
      { type: 'tool-result', call: 1, outcome: 'ok', text: '<b>const</b> a', tokens: 9, estimated: true, used: 1, limit: 2, tier: 'medium', tracker: '<budget>' },
      { type: 'tool-call', call: 2, tool: 'run_tests', input: '{"tool":"run_tests"}' },
    ];
    const added = calls.map((event, index) => ({ ...event, run: ended.run, at: ended.at, seq: ended.seq + index }) as RunEvent);
    return [...events, ...added, { ...ended, seq: ended.seq + added.length }];
  };

  it('are listed with what they gave, and have a column of uses', async () => {
    const viewer = await stage.open({ width: 360, height: 2400 });
    await viewer.send(snapshot(withTools(), panelState()));
    await drawn(viewer.page);
    const section = viewer.page.locator('.section.tools');
    assert.match((await section.locator('.section-toggle').textContent()) ?? '', /Tools\s*1 of 3 uses/);
    assert.deepEqual(await section.locator('tbody tr').allTextContents(), ['Read file12', 'Run tests01']);
    assert.match((await section.locator('ol > li').nth(0).textContent()) ?? '', /1\. Read file.*carried out, ≈\s?9 tokens, use 1 of 2, some left.*I look\..*read_file/s);
    assert.equal(await section.locator('details .plain-text').first().textContent(), '<b>const</b> a\n\n<budget>', 'text of a file is text');
    assert.match((await section.locator('ol > li').nth(1).textContent()) ?? '', /2\. Run tests.*at work/s);
    await viewer.close();
  });

  it('keep their figures within the narrowest panel', async () => {
    const viewer = await stage.open({ width: 240, height: 2400 });
    await viewer.send(snapshot(withTools(), panelState()));
    await drawn(viewer.page);
    const beyond = await viewer.page.locator('.tools .event-time').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right - (one.closest('li')?.getBoundingClientRect().right ?? 0)));
    assert.ok(beyond.length > 0 && beyond.every((pixels) => pixels <= 0.5), `beyond the edge by ${beyond.join(', ')} pixels`);
    await viewer.close();
  });

  it('have a switch that is written out in the narrowest panel, also where it cannot be pressed', async () => {
    const viewer = await stage.open({ width: 240, height: 2400 });
    await viewer.send(snapshot(fullRun(), panelState({ selection: { label: 'src/components/a-rather-long-name.ts, lines 10–240', tokens: 1234 }, tools: { on: false, control: { enabled: false, reason: 'It cannot ask for tools.' }, note: '' } })));
    await drawn(viewer.page);
    const label = await viewer.page.locator('.chip-tools .chip-label').evaluate((one) => one.scrollWidth - one.clientWidth);
    assert.ok(label <= 0, `${label} pixels are cut off`);
    const beyond = await viewer.page.locator('.ask-bar > :not(.hidden)').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right - (one.parentElement?.getBoundingClientRect().right ?? 0)));
    assert.ok(beyond.every((pixels) => pixels <= 0.5), `beyond the edge by ${beyond.join(', ')} pixels`);
    await viewer.close();
  });

  it('are not there where they were off', async () => {
    const viewer = await stage.open({ width: 360, height: 2400 });
    await viewer.send(snapshot(fullRun(), panelState()));
    await drawn(viewer.page);
    assert.equal(await viewer.page.locator('.section.tools').isVisible(), false);
    await viewer.close();
  });

  it('are switched on by a chip, and one that cannot be says why and does nothing', async () => {
    const viewer = await stage.open({ width: 360, height: 800 });
    await viewer.send(snapshot(null, panelState()));
    const chip = viewer.page.getByRole('button', { name: 'Tools' });
    assert.equal(await chip.getAttribute('aria-pressed'), 'false');
    await chip.click();
    assert.deepEqual((await viewer.posted()).filter(({ type }) => type === 'setTools'), [{ type: 'setTools', on: true }]);
    await viewer.send({ type: 'panel', panel: panelState({ tools: { on: false, control: { enabled: false, reason: 'It cannot ask for tools.' }, note: '' } }) });
    await drawn(viewer.page);
    assert.equal(await chip.getAttribute('aria-disabled'), 'true');
    assert.equal(await chip.getAttribute('title'), 'It cannot ask for tools.');
    await chip.click({ force: true });
    assert.equal((await viewer.posted()).filter(({ type }) => type === 'setTools').length, 1);
    await viewer.send({ type: 'panel', panel: panelState({ tools: { on: true, control: { enabled: true }, note: 'read a file 10×' } }) });
    await drawn(viewer.page);
    assert.equal(await chip.getAttribute('aria-pressed'), 'true');
    assert.match((await chip.getAttribute('title')) ?? '', /read a file 10×/);
    await viewer.close();
  });
});
