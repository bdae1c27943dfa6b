/// <reference types="node" />
import assert from 'node:assert/strict';
import { recorder, started, tokens } from './support/events.ts';
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

  it('tells decisions, evidence, notices and errors in the reader’s language, and what the model said as it said it', async () => {
    const { events, add } = recorder('run-german');
    add(0, started());
    add(10, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
    add(20, tokens('Try 3.', 3));
    add(30, { type: 'decision', decision: { atToken: 3, phase: 'thinking', policy: 'answer-convergence', action: 'end-thinking', evidence: [{ signal: 'answer-convergence', value: 3, threshold: 3 }, { signal: 'trial answer', value: 'none' }], reason: 'The last 3 trial answers were the same, so more thought was unlikely to change the answer.' } });
    add(40, { type: 'decision', decision: { atToken: 3, phase: 'thinking', policy: 'newer', action: 'end-thinking', evidence: [], reason: 'A sentence of another version.' } });
    add(50, { type: 'notice', code: 'stray-tag', message: 'The model wrote a second end-of-thinking tag; it was left out of the answer.' });
    add(60, { type: 'error', reason: 'server-unreachable', message: 'Nothing answers at 127.0.0.1:1. Start the server, or check the address and port.' });
    add(70, { type: 'ended', outcome: 'failed', usage: { prompt: 1, thinking: 3, solution: 0, probes: 0, injected: 0, discarded: 0, estimated: false }, elapsedMs: 70 });
    const viewer = await stage.open({ language: 'de', width: 360, height: 1800 });
    await viewer.send(snapshot(events, panelState({})));
    const item = viewer.page.locator('.event:has(.evidence)');
    assert.equal(await item.locator('.event-detail').textContent(), 'Die letzten 3 Probeantworten waren gleich; mehr Nachdenken hätte die Antwort wohl nicht geändert.');
    assert.deepEqual(await item.locator('tbody td').allTextContents(), ['gleiche Probeantworten hintereinander', '3', '3', 'Probeantwort', 'none']);
    assert.match((await item.locator('.event-note').first().textContent()) ?? '', /^Gleiche Probeantworten/);
    const text = await viewer.page.locator('body').innerText();
    for (const words of ['A sentence of another version.', 'Das Modell schrieb ein zweites Ende der Gedanken', 'Unter 127.0.0.1:1 antwortet nichts.']) assert.ok(text.includes(words), words);
    await viewer.close();
  });

  it('is English without words, and where a message is not among them', async () => {
    const viewer = await stage.open();
    await viewer.send(snapshot(null, panelState({})));
    assert.match(await viewer.page.locator('body').innerText(), /Try one of these/);
    assert.equal(await viewer.page.locator('html').getAttribute('lang'), 'en');
    await viewer.close();
    assert.equal(t('{0} of {1}, {0}', 3, 'four'), '3 of four, 3');
  });
});
