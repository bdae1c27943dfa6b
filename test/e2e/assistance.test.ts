import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdsOnExamples } from '../../extension/evaluation/interpreter/check.ts';
import { focusEditor, openFile, runCommand, savedAs, screenshot } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { panel, PATIENCE_MS, runEnded, setEffort } from './reins.ts';

describe('code assistance', function () {
  this.timeout(600_000);
  const workbench = useWorkbench({ settings: { 'reins.pace': 0, 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' } }, viewport: { width: 1400, height: 900 } });

  const tab = 'Fix f: f(5) gives 12, not 28.';

  it('marks a failing example, proposes a fix as a diff, and changes nothing when it is refused', async () => {
    const { page, folder } = workbench();
    await openFile(page, 'repair.js');
    const before = readFileSync(join(folder, 'repair.js'), 'utf8');
    assert.equal(holdsOnExamples(before), false);
    await focusEditor(page);
    await setEffort(page, 'high');
    await page.locator('.editor-group-container.active .squiggly-warning').first().waitFor({ timeout: PATIENCE_MS });
    const fix = page.locator('.action-widget .monaco-list-row', { hasText: 'Fix f with Reins: f(5) gives 12, not 28.' }).first();
    // A menu that was opened while the editor still gathered its actions does not get ours afterwards: it is opened again.
    for (let tries = 12; ; tries -= 1) {
      await focusEditor(page);
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('Control+.');
      try {
        await fix.waitFor({ timeout: PATIENCE_MS / 12 });
        break;
      } catch (error) {
        if (tries <= 1) throw error;
        await page.keyboard.press('Escape');
      }
    }
    await screenshot(page, 'quick-fix');
    await fix.click();
    await page.getByRole('tab', { name: tab }).waitFor({ timeout: PATIENCE_MS * 2 });
    await screenshot(page, 'proposed-fix');
    await runCommand(page, 'Reins: Refuse');
    await page.getByRole('tab', { name: tab }).waitFor({ state: 'detached', timeout: PATIENCE_MS });
    assert.equal(readFileSync(join(folder, 'repair.js'), 'utf8'), before);
  });

  it('makes the change when it is accepted', async () => {
    const { page } = workbench();
    await openFile(page, 'repair.js');
    await focusEditor(page);
    await page.keyboard.press('Control+Home');
    await runCommand(page, 'Reins: Fix Failing Example');
    await page.getByRole('tab', { name: tab }).waitFor({ timeout: PATIENCE_MS * 2 });
    await page.locator('.editor-actions').getByRole('button', { name: 'Accept All' }).first().click({ timeout: PATIENCE_MS });
    await page.getByRole('tab', { name: tab }).waitFor({ state: 'detached', timeout: PATIENCE_MS });
    await openFile(page, 'repair.js');
    await focusEditor(page);
    await savedAs(workbench(), 'repair.js', holdsOnExamples);
  });

  it('thinks, then offers the completion as ghost text', async () => {
    const { page } = workbench();
    await openFile(page, 'triple.js');
    await focusEditor(page);
    await runCommand(page, 'Reins: Think and Complete');
    await page.locator('.ghost-text-decoration, .ghost-text').first().waitFor({ timeout: PATIENCE_MS * 2 });
    await screenshot(page, 'think-and-complete');
    await page.keyboard.press('Tab');
    await savedAs(workbench(), 'triple.js', holdsOnExamples);
  });

  it('lets the thinking be ended by Answer Now', async () => {
    const { page, changeSettings } = workbench();
    await changeSettings({ 'reins.pace': 4 });
    await openFile(page, 'loop.js');
    await focusEditor(page);
    await runCommand(page, 'Reins: Think and Complete');
    const frame = await panel(page);
    await frame.locator('.thought-model').first().waitFor({ timeout: PATIENCE_MS });
    await runCommand(page, 'Reins: Answer Now');
    await runEnded(page, frame);
    assert.match(await frame.locator('.run').innerText(), /You asked for the answer now/);
  });
});
