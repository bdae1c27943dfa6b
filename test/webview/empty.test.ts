/// <reference types="node" />
import assert from 'node:assert/strict';
import { panelState, snapshot } from './support/messages.ts';
import { themes } from './support/site.ts';
import { useStage, wordsIn } from './support/viewer.ts';

describe('what a newcomer sees', function () {
  this.timeout(120_000);
  const stage = useStage();
  const ask = { ...panelState().controls, ask: { enabled: false, reason: 'Choose a model first.' } };

  it('is questions to try, ways to a model, and where to read on', async () => {
    const viewer = await stage().open();
    await viewer.send(snapshot(null, panelState()));
    assert.match(await wordsIn(viewer, '.empty'), /watch the model think.*Try one of these.*Choose Model.*Connect to Server.*Get Started.*Open an Example/);
    for (const name of ['Get Started', 'Open an Example', 'Connect to Server']) await viewer.page.locator('.empty').getByText(name).click();
    assert.deepEqual((await viewer.posted()).filter(({ type }) => type === 'command'), ['showWalkthrough', 'openExample', 'connectToServer'].map((command) => ({ type: 'command', command })));
    assert.deepEqual(await viewer.faults(), []);
    await viewer.close();
  });

  it('is how to get a model where there is none, and nothing that could not be asked', async () => {
    const viewer = await stage().open();
    await viewer.send(snapshot(null, panelState({ model: null, controls: ask })));
    assert.match(await viewer.page.locator('.empty').innerText(), /There is no model to ask yet\. Connect to a server/);
    assert.doesNotMatch(await viewer.page.locator('.empty').innerText(), /Try one of these|Open an Example/);
    assert.ok(await viewer.page.getByText('Choose Model', { exact: true }).isVisible());
    // One comes: the questions are there again.
    await viewer.send({ type: 'panel', panel: panelState() });
    assert.match(await viewer.page.locator('.empty').innerText(), /Try one of these/);
    await viewer.close();
  });

  for (const theme of themes) {
    it(`has buttons that look like buttons in ${theme}`, async () => {
      const viewer = await stage().open({ theme });
      await viewer.send(snapshot(null, panelState()));
      const seen: string[] = await viewer.page.evaluate(`[...document.querySelectorAll('.empty-actions vscode-button')].map((button) => {
        const parts = [button, button.shadowRoot.querySelector('.control')].map((part) => getComputedStyle(part));
        const ground = getComputedStyle(document.body).backgroundColor;
        const shows = (color) => !/, 0\\)$/.test(color) && color !== ground;
        return parts.some((part) => shows(part.backgroundColor) || (part.borderTopWidth !== '0px' && shows(part.borderTopColor))) ? 'button' : 'bare words: ' + button.textContent;
      })`);
      assert.deepEqual(seen, ['button', 'button', 'button', 'button']);
      await viewer.close();
    });
  }
});
