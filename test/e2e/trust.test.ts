/** A folder that nobody has trusted yet, in a whole editor: what works, what does not and says why, and what comes with the trust. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cursorIntoHole, focusEditor, openFile, runCommand, screenshot } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { askAboutFile, panel, PATIENCE_MS, runEnded } from './reins.ts';

const COMMAND = 'node somebody-elses-tests.js';

describe('a folder that is not trusted', function () {
  this.timeout(600_000);
  // Without the question at the start the editor is in its restricted mode at once.
  const workbench = useWorkbench({ asksForTrust: true, settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never', 'reins.pace': 0, 'reins.tools.enabled': true } });

  before(() => {
    const { folder } = workbench();
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'reins.tests.command': COMMAND }));
  });

  const restricted = () => workbench().page.locator('.part.statusbar .statusbar-item', { hasText: 'Restricted Mode' });

  it('can be asked about, with the bundled model', async () => {
    const { page } = workbench();
    await restricted().waitFor({ timeout: PATIENCE_MS });
    await openFile(page, 'repair.js');
    const frame = await panel(page);
    await askAboutFile(workbench());
    await runEnded(page, frame);
    assert.match(await frame.locator('.run').innerText(), /The model finished its answer\.|spent/);
  });

  it('has no tools in it, and says why', async () => {
    const frame = await panel(workbench().page);
    const chip = frame.locator('.chip-tools');
    await frame.locator('.chip-tools[aria-disabled="true"]').waitFor({ timeout: PATIENCE_MS });
    assert.equal(await chip.getAttribute('title'), 'This workspace is not trusted, so no tools are used in it.');
    assert.equal(await chip.getAttribute('aria-pressed'), 'false');
    await screenshot(workbench().page, 'untrusted');
  });

  it('has its examples checked, and gets ghost text', async () => {
    const { page } = workbench();
    await openFile(page, 'repair.js');
    await page.locator('.editor-group-container.active .squiggly-warning, .editor-group-container.active .squiggly-error, .editor-group-container.active .squiggly-info').first().waitFor({ timeout: PATIENCE_MS });
    await openFile(page, 'triple.js');
    await cursorIntoHole(page);
    await runCommand(page, 'Trigger Inline Suggestion');
    await page.locator('.ghost-text-decoration, .ghost-text').first().waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press('Escape');
  });

  it('has no tests run in it: the command that the folder sets is not even shown', async () => {
    const { page } = workbench();
    await openFile(page, 'repair.js');
    await focusEditor(page);
    await page.keyboard.press('Control+Home');
    await runCommand(page, 'Reins: Fix and Verify');
    await page.locator('.notification-toast', { hasText: 'This workspace is not trusted, so no tests are run in it.' }).waitFor({ timeout: PATIENCE_MS });
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
    assert.ok(!(await page.locator('body').innerText()).includes(COMMAND));
    await screenshot(page, 'untrusted-verify');
  });

  it('has everything once it is trusted, and the command is asked about before it is run', async () => {
    const { page } = workbench();
    await runCommand(page, 'Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click({ timeout: PATIENCE_MS });
    await restricted().waitFor({ state: 'detached', timeout: PATIENCE_MS });
    const frame = await panel(page);
    // The bundled model cannot ask for tools; the trust is no reason any more.
    await frame.locator('.chip-tools[title*="cannot ask for tools"]').waitFor({ timeout: PATIENCE_MS });
    await openFile(page, 'repair.js');
    await focusEditor(page);
    await page.keyboard.press('Control+Home');
    await runCommand(page, 'Reins: Fix and Verify');
    const question = page.locator('.monaco-dialog-box');
    await question.waitFor({ timeout: PATIENCE_MS });
    assert.ok((await question.innerText()).includes(COMMAND));
    await screenshot(page, 'trusted-question');
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached', timeout: PATIENCE_MS });
  });
});
