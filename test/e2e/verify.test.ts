import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdsOnExamples } from '../../extension/evaluation/interpreter/check.ts';
import { focusEditor, openFile, runCommand, savedAs, screenshot } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { panel, PATIENCE_MS, setEffort } from './reins.ts';

const COMMAND = 'node check-repair.js';
const TEST = 'const f = new Function(require("fs").readFileSync("repair.js", "utf8") + "; return f;")();\nfor (const [x, y] of [[5, 28], [2, 16], [0, 8]]) if (f(x) !== y) throw new Error(`f(${x}) gives ${f(x)}, not ${y}`);\nconsole.log("all right");\n';

describe('Fix and Verify', function () {
  this.timeout(600_000);
  const workbench = useWorkbench({ settings: { 'reins.pace': 0 }, viewport: { width: 1400, height: 1000 } });
  const title = 'Fix and Verify: f';

  it('shows the test command in full and asks once, tries candidates in a copy, and proposes one that passes', async () => {
    const { page, folder, changeSettings } = workbench();
    writeFileSync(join(folder, 'check-repair.js'), TEST);
    writeFileSync(join(folder, 'again.js'), '// g(5) = 28\n// g(2) = 16\nfunction g(x) {\n  const a = x - 4;\n  const b = a + x;\n  return b * 2;\n}\n');
    const before = readFileSync(join(folder, 'repair.js'), 'utf8');
    await changeSettings({ 'reins.tests.command': COMMAND });
    await openFile(page, 'repair.js');
    await setEffort(page, 'high');
    const question = page.locator('.monaco-dialog-box');
    // The command is started again until the setting has come through.
    for (let tries = 12; ; tries -= 1) {
      await focusEditor(page);
      await page.keyboard.press('Control+Home');
      await runCommand(page, 'Reins: Fix and Verify');
      try {
        await question.waitFor({ timeout: PATIENCE_MS / 12 });
        break;
      } catch (error) {
        if (tries <= 1) throw error;
      }
    }
    const words = await question.innerText();
    assert.match(words, /May Reins run this test command\?/);
    assert.ok(words.includes(COMMAND), words);
    assert.match(words, /with your rights/);
    await screenshot(page, 'test-command-question');
    await question.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('tab', { name: title }).waitFor({ timeout: PATIENCE_MS * 2 });
    const frame = await panel(page);
    const tests = frame.locator('.section.test-runs');
    await tests.locator('ol > li').nth(3).waitFor({ timeout: PATIENCE_MS });
    assert.match(await tests.innerText(), /Without a change[\s\S]*failed/);
    assert.match(await tests.innerText(), /with your rights, in a temporary copy: node check-repair\.js/);
    await tests.scrollIntoViewIfNeeded();
    await screenshot(page, 'verified-fix');
    assert.equal(readFileSync(join(folder, 'repair.js'), 'utf8'), before, 'the workspace stays as it is until the change is accepted');
    await page.locator('.editor-actions').getByRole('button', { name: 'Accept All' }).first().click({ timeout: PATIENCE_MS });
    await page.getByRole('tab', { name: title }).waitFor({ state: 'detached', timeout: PATIENCE_MS });
    await openFile(page, 'repair.js');
    await focusEditor(page);
    await savedAs(workbench(), 'repair.js', holdsOnExamples);
    assert.deepEqual(workbench().complaints, []);
  });

  it('does not ask again about the same command', async () => {
    const { page } = workbench();
    await openFile(page, 'again.js');
    await focusEditor(page);
    await page.keyboard.press('Control+Home');
    await runCommand(page, 'Reins: Fix and Verify');
    await page.getByRole('tab', { name: 'Fix and Verify: g' }).waitFor({ timeout: PATIENCE_MS * 2 });
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
    await runCommand(page, 'Reins: Refuse');
    await page.getByRole('tab', { name: 'Fix and Verify: g' }).waitFor({ state: 'detached', timeout: PATIENCE_MS });
  });
});
