/// <reference types="node" />
import assert from 'node:assert/strict';
import { thinkingRun, troubledRun } from './support/events.ts';
import { panelState, snapshot } from './support/messages.ts';
import { openStage, type Stage } from './support/viewer.ts';

describe('a run that failed', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  it('can be resumed beside its error, unless the host says why not', async () => {
    const viewer = await stage.open({ width: 360, height: 1800 });
    const { controls } = panelState();
    await viewer.send(snapshot(troubledRun(), panelState({ controls: { ...controls, resume: { enabled: true } } })));
    const resume = viewer.page.locator('.callout-error').getByRole('button', { name: 'Resume' });
    await resume.click();
    const resumed = async (): Promise<unknown[]> => (await viewer.posted()).filter(({ type }) => type === 'resume');
    assert.deepEqual(await resumed(), [{ type: 'resume', run: 'run-trouble' }]);
    await viewer.send({ type: 'panel', panel: panelState({ controls: { ...controls, resume: { enabled: false, reason: 'This server takes no begun reply.' } } }) });
    await viewer.page.locator('.callout-error vscode-button', { hasText: 'Resume' }).click();
    assert.equal((await resumed()).length, 1);
    assert.equal(await viewer.page.locator('.callout-error vscode-button').first().getAttribute('title'), 'This server takes no begun reply.');
    await viewer.close();
  });

  it('can be resumed also when its recording just ends, and not while it goes on', async () => {
    const viewer = await stage.open({ width: 360, height: 1800 });
    const { controls } = panelState();
    const panel = { controls: { ...controls, resume: { enabled: true } } };
    await viewer.send(snapshot(thinkingRun('run-cut'), panelState({ ...panel, liveRuns: ['run-cut'] })));
    assert.equal(await viewer.page.getByRole('button', { name: 'Resume' }).count(), 0);
    await viewer.send(snapshot(thinkingRun('run-cut'), panelState(panel), { recorded: true }));
    await viewer.page.getByRole('button', { name: 'Resume' }).click();
    assert.deepEqual((await viewer.posted()).filter(({ type }) => type === 'resume'), [{ type: 'resume', run: 'run-cut' }]);
    await viewer.close();
  });
});
