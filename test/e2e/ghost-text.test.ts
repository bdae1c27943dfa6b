import { cursorIntoHole, focusEditor, openFile, runCommand, savedAs, screenshot } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { PATIENCE_MS } from './reins.ts';
import { holdsOnExamples } from '../../extension/evaluation/interpreter/check.ts';

describe('ghost text', function () {
  this.timeout(300_000);
  // A file that saves itself in the middle makes two steps for undo of what is one.
  const workbench = useWorkbench({ settings: { 'files.autoSave': 'off', 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' } } });

  it('fills the hole of a function, is taken with Tab, and goes with one undo', async () => {
    const { page } = workbench();
    await openFile(page, 'triple.js');
    await cursorIntoHole(page);
    await runCommand(page, 'Trigger Inline Suggestion');
    await page.locator('.ghost-text-decoration, .ghost-text').first().waitFor({ timeout: PATIENCE_MS });
    await screenshot(page, 'ghost-text');
    await page.keyboard.press('Tab');
    // Saving is a step of its own for undo, so the hole has to be gone before.
    await page.locator('.editor-group-container.active .view-line', { hasText: '___' }).waitFor({ state: 'detached', timeout: PATIENCE_MS });
    await savedAs(workbench(), 'triple.js', holdsOnExamples);
    await page.keyboard.press('Control+Z');
    await savedAs(workbench(), 'triple.js', (text) => /=> ___;/.test(text));
  });

  it('comes while an arrow function is being typed', async () => {
    const { page } = workbench();
    await focusEditor(page);
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('// f(2) = 7\n// f(5) = 16\nconst f = (x) =>');
    await page.keyboard.type(' ');
    await page.locator('.ghost-text-decoration, .ghost-text').first().waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press('Tab');
    await savedAs(workbench(), 'triple.js', holdsOnExamples);
  });
});
