import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFile, runCommand, screenshot } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { focusEditor, PATIENCE_MS } from './reins.ts';
import { holdsOnExamples } from '../../extension/evaluation/interpreter/check.ts';

describe('ghost text', function () {
  this.timeout(300_000);
  const workbench = useWorkbench({ settings: { 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' } } });

  const saved = async (): Promise<string> => {
    const { page, folder } = workbench();
    await page.keyboard.press('Control+S');
    await page.locator('.tab.active:not(.dirty)').waitFor({ timeout: PATIENCE_MS });
    return readFileSync(join(folder, 'triple.js'), 'utf8');
  };

  it('fills the hole of a function, is taken with Tab, and goes with one undo', async () => {
    const { page } = workbench();
    await openFile(page, 'triple.js');
    await focusEditor(page);
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await runCommand(page, 'Trigger Inline Suggestion');
    await page.locator('.ghost-text-decoration, .ghost-text').first().waitFor({ timeout: PATIENCE_MS });
    await screenshot(page, 'ghost-text');
    await page.keyboard.press('Tab');
    await sleep(1000);
    const text = await saved();
    assert.ok(holdsOnExamples(text), text);
    await focusEditor(page);
    await page.keyboard.press('Control+Z');
    assert.match(await saved(), /=> ___;/);
  });

  it('comes while an arrow function is being typed', async () => {
    const { page } = workbench();
    await focusEditor(page);
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('// f(2) = 7\n// f(5) = 16\nconst f = (x) =>');
    await page.keyboard.type(' ');
    await page.locator('.ghost-text-decoration, .ghost-text').first().waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press('Tab');
    assert.ok(holdsOnExamples(await saved()));
  });
});
