import assert from 'node:assert/strict';
import { reinsFrame, screenshot, setTheme, showReins, themes } from './harness/actions.ts';
import type { ThemeKind } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';

describe('the packaged extension in a real editor', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();

  // Each test below can be run by itself.
  beforeEach(() => showReins(workbench().page));

  it('shows its view container and its own view in it', async () => {
    const { page } = workbench();
    const frame = await reinsFrame(page, 'view');
    await frame.locator('body :visible').first().waitFor();
    assert.match((await page.locator('.part.sidebar .composite.title').innerText()).toLowerCase(), /reins/);
  });

  it('draws it without an error', async () => {
    await reinsFrame(workbench().page, 'view');
    assert.deepEqual(workbench().complaints, []);
  });

  for (const kind of Object.keys(themes) as ThemeKind[]) {
    it(`follows the theme: ${themes[kind].name}`, async () => {
      await setTheme(workbench(), kind);
      const { page } = workbench();
      const frame = await reinsFrame(page, 'view');
      const cssClass = { light: 'vscode-light', dark: 'vscode-dark', highContrast: 'vscode-high-contrast', highContrastLight: 'vscode-high-contrast-light' }[kind];
      await frame.locator(`body.${cssClass}`).waitFor({ timeout: 30_000 });
      await screenshot(page, `opens-${kind}`);
    });
  }
});
