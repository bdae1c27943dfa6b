import assert from 'node:assert/strict';
import { kill } from 'node:process';
import { focusEditor, openFile, runCommand } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { askAboutFile, button, enginePids, openEarlier, panel, PATIENCE_MS, playFromStart, runEnded, runText, setEffort, shownRun, thinkingUsed } from './reins.ts';

/** Tenths of a second are compared where nothing is rounded: by the fold's tests. */
const untimed = (text: string): string => text.replaceAll(/\d+\.\d s/g, '… s');

describe('asking about a file', function () {
  this.timeout(300_000);
  const workbench = useWorkbench({ settings: { 'reins.pace': 0 } });

  before(async () => {
    const { page } = workbench();
    await openFile(page, 'triple.js');
    await panel(page);
  });

  it('thinks less at low effort than at high, and answers at both', async () => {
    const { page } = workbench();
    const used: Record<string, number> = {};
    for (const effort of ['low', 'high'] as const) {
      await setEffort(page, effort);
      await askAboutFile(workbench());
      const frame = await panel(page);
      await frame.locator('.answer .markdown:not(:empty)').waitFor({ timeout: PATIENCE_MS });
      await runEnded(page, frame);
      used[effort] = await thinkingUsed(frame);
    }
    assert.ok((used['low'] ?? NaN) < (used['high'] ?? NaN), JSON.stringify(used));
  });

  it('cycles the effort by its key', async () => {
    const { page } = workbench();
    await focusEditor(page);
    await page.keyboard.press('Control+Alt+R');
    await page.keyboard.press('e');
    await page.locator('.statusbar-item', { hasText: 'Reins Tiny · auto' }).waitFor({ timeout: PATIENCE_MS });
    await setEffort(page, 'high');
  });

  it('replays a recorded run to what was shown live', async () => {
    const { page } = workbench();
    const frame = await panel(page);
    const run = await shownRun(frame);
    const live = untimed(await runText(frame));
    await askAboutFile(workbench());
    await runEnded(page, frame);
    await button(frame, /^History/).click();
    await openEarlier(frame, run);
    assert.equal(untimed(await runText(frame)), live);
    await playFromStart(frame);
    assert.equal(untimed(await runText(frame)), live);
    await button(frame, /^Back to/).click();
  });

  it('answers at once when told to', async () => {
    const { page, changeSettings } = workbench();
    await changeSettings({ 'reins.pace': 4 });
    const frame = await panel(page);
    await askAboutFile(workbench());
    await frame.locator('.thought-model').first().waitFor({ timeout: PATIENCE_MS });
    await button(frame, 'Answer Now').click();
    await frame.locator('.answer .markdown:not(:empty)').waitFor({ timeout: PATIENCE_MS });
    await runEnded(page, frame);
    assert.match(await runText(frame), /You asked for the answer now\./);
  });

  it('says so when the engine dies, and the next run works', async () => {
    const { page, changeSettings } = workbench();
    const frame = await panel(page);
    await askAboutFile(workbench());
    await frame.locator('.thought-model').first().waitFor({ timeout: PATIENCE_MS });
    const [engine] = enginePids(workbench());
    assert.ok(engine, 'there is an engine process');
    kill(engine, 'SIGKILL');
    await frame.locator('.run', { hasText: /engine/i }).waitFor({ timeout: PATIENCE_MS });
    await runEnded(page, frame);
    await changeSettings({ 'reins.pace': 0 });
    await askAboutFile(workbench());
    await frame.locator('.answer .markdown:not(:empty)').waitFor({ timeout: PATIENCE_MS });
    await runEnded(page, frame);
    assert.notDeepEqual(enginePids(workbench()), [engine]);
  });

  it('puts the answer on the clipboard', async () => {
    const { page } = workbench();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const frame = await panel(page);
    const answer = (await frame.locator('.answer .markdown').innerText()).trim();
    await button(frame, 'Copy').click();
    await frame.locator('.status-line', { hasText: 'Copied' }).waitFor({ timeout: PATIENCE_MS });
    assert.equal((await page.evaluate<string>('navigator.clipboard.readText()')).trim(), answer);
  });

  it('deletes all traces after asking', async () => {
    const { page } = workbench();
    await runCommand(page, 'Reins: Delete All Traces');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor({ timeout: PATIENCE_MS });
    assert.match(await dialog.innerText(), /Delete all \d+ recorded traces\?/);
    await dialog.getByRole('button', { name: /^Delete/ }).click();
    const frame = await panel(page);
    await frame.locator('.status-line', { hasText: /traces deleted/ }).waitFor({ timeout: PATIENCE_MS });
  });
});
