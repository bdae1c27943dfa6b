import assert from 'node:assert/strict';
import { openFile, screenshot, setTheme } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { askAboutFile, button, panel, PATIENCE_MS, runEnded, setEffort, widenPanel } from './reins.ts';

describe('holding runs against each other', function () {
  this.timeout(600_000);
  const workbench = useWorkbench({ settings: { 'reins.pace': 12, 'window.commandCenter': false, 'editor.minimap.enabled': false }, viewport: { width: 1400, height: 1000 } });

  before(async () => {
    const { page } = workbench();
    await openFile(page, 'predict.js');
    await panel(page);
    await setEffort(page, 'high');
  });

  it('asks what would have come of more thought, and tells whether ending had been right', async () => {
    const { page, changeSettings } = workbench();
    const frame = await panel(page);
    await askAboutFile(workbench());
    await frame.locator('.thought-model').first().waitFor({ timeout: PATIENCE_MS });
    await button(frame, 'Answer Now').click();
    await runEnded(page, frame);
    const cut = await frame.locator('.answer .markdown').innerText();
    await changeSettings({ 'reins.pace': 0 });
    await button(frame, 'What If It Had Gone On?').click();
    await frame.locator('.thought-resumed').first().waitFor({ timeout: PATIENCE_MS });
    await frame.locator('.related .callout-title', { hasText: /Ending there|Going on (?:changed|gave)|Nothing to compare/ }).waitFor({ timeout: PATIENCE_MS });
    assert.match(await frame.locator('.related').innerText(), /where you had ended the thinking/);
    assert.equal((await frame.locator('.related .event-quote').innerText()).trim(), cut.trim());
    await screenshot(page, 'gone-on-narrow');
    await button(frame, 'Compare').click();
    await frame.locator('.compare .lane-answer').first().waitFor({ timeout: PATIENCE_MS });
    assert.equal(await frame.locator('.compare .lane-name').count(), 2);
    await button(frame, 'Close Comparison').click();
    await frame.locator('.run').waitFor({ timeout: PATIENCE_MS });
  });

  it('asks at two efforts, live in two lanes, and shows who waits for whom', async () => {
    const { page, changeSettings } = workbench();
    const frame = await panel(page);
    await widenPanel(page, 880);
    if (await button(frame, 'Close Comparison').isVisible()) await button(frame, 'Close Comparison').click();
    await changeSettings({ 'reins.pace': 12 });
    await frame.getByRole('textbox', { name: 'Question' }).fill('What does this print?');
    await button(frame, 'Ask at Two Efforts').click();
    await button(frame, 'Ask Both').click();
    await frame.locator('.lane-head .why', { hasText: 'Waiting in the queue: 1 before this run.' }).waitFor({ timeout: PATIENCE_MS });
    assert.deepEqual(await frame.locator('.lane-name').allInnerTexts(), ['Low effort', 'High effort']);
    await frame.locator('.lane-cell:nth-child(2) .thought-model').waitFor({ timeout: PATIENCE_MS });
    await screenshot(page, 'two-efforts-live');
    await frame.locator('.differences').waitFor({ timeout: PATIENCE_MS * 2 });
    for (const answer of await frame.locator('.lane-answer .markdown').allInnerTexts()) assert.notEqual(answer.trim(), '');
    assert.match(await frame.locator('.difference-list').innerText(), /The answers (?:are the same|differ)\./);
    for (const kind of ['dark', 'light'] as const) {
      await setTheme(workbench(), kind);
      await screenshot(page, `two-efforts-${kind}`);
    }
    assert.deepEqual(workbench().complaints, []);
  });
});
