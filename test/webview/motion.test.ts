/// <reference types="node" />
import assert from 'node:assert/strict';
import { thinkingRun } from './support/events.ts';
import { livePanel, snapshot } from './support/messages.ts';
import { openStage, type Stage, type ViewerOptions } from './support/viewer.ts';

describe('motion', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  const animations = async (options: ViewerOptions): Promise<number> => {
    const viewer = await stage.open(options);
    await viewer.send(snapshot(thinkingRun(), livePanel('run-live')));
    const running: number = await viewer.page.evaluate('document.getAnimations().length');
    await viewer.close();
    return running;
  };

  it('shows that the model thinks', async () => {
    assert.ok((await animations({})) > 0);
  });

  it('stands still when the system asks for less motion', async () => {
    assert.equal(await animations({ reducedMotion: true }), 0);
  });

  it('stands still when the editor asks for less motion', async () => {
    assert.equal(await animations({ bodyClasses: 'vscode-reduce-motion' }), 0);
  });
});
