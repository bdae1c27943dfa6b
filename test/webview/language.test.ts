/// <reference types="node" />
import assert from 'node:assert/strict';
import { panelState, snapshot } from './support/messages.ts';
import { t } from '../../webview/l10n.ts';
import { openStage, type Stage } from './support/viewer.ts';

describe('the viewer in another language', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  for (const [language, ask, effort] of [['de', 'Fragen', 'Aufwand'], ['zh-cn', '提问', '思考强度']] as const) {
    it(`speaks ${language}, from the words on its page`, async () => {
      const viewer = await stage.open({ language });
      await viewer.send(snapshot(null, panelState({})));
      const text = await viewer.page.locator('body').innerText();
      assert.equal(await viewer.page.locator('html').getAttribute('lang'), language);
      assert.ok(text.includes(ask), text);
      assert.ok(text.includes(effort), text);
      assert.doesNotMatch(text, /Try one of these|Choose Model|History/);
      assert.deepEqual(await viewer.faults(), []);
      await viewer.close();
    });
  }

  it('is English without words, and where a message is not among them', async () => {
    const viewer = await stage.open();
    await viewer.send(snapshot(null, panelState({})));
    assert.match(await viewer.page.locator('body').innerText(), /Try one of these/);
    assert.equal(await viewer.page.locator('html').getAttribute('lang'), 'en');
    await viewer.close();
    assert.equal(t('{0} of {1}, {0}', 3, 'four'), '3 of four, 3');
  });
});
