import { openFile, screenshot, setTheme, themes, type ThemeKind } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { askAboutFile, button, panel, PATIENCE_MS, runEnded, setEffort } from './reins.ts';

const kinds = Object.keys(themes) as ThemeKind[];

/** Pictures for people to look at, in every theme, with the panel narrow and wide, while it thinks and when it has answered. */
describe('pictures of a run', function () {
  this.timeout(600_000);
  const workbench = useWorkbench({ settings: { 'reins.pace': 6, 'window.commandCenter': false, 'editor.minimap.enabled': false }, viewport: { width: 1280, height: 800 } });

  before(async () => {
    const { page } = workbench();
    await openFile(page, 'repair.js');
    await panel(page);
    await setEffort(page, 'medium');
  });

  it('while it thinks', async () => {
    const { page } = workbench();
    await askAboutFile(workbench());
    const frame = await panel(page);
    await frame.locator('.thought-model').first().waitFor({ timeout: PATIENCE_MS });
    for (const kind of kinds) {
      await setTheme(workbench(), kind);
      await screenshot(page, `thinking-narrow-${kind}`);
    }
  });

  it('when it has answered, narrow and wide', async () => {
    const { page, changeSettings } = workbench();
    const frame = await panel(page);
    await button(frame, 'Stop').click();
    await runEnded(page, frame);
    changeSettings({ 'reins.pace': 0 });
    await askAboutFile(workbench());
    await runEnded(page, frame);
    for (const kind of kinds) {
      await setTheme(workbench(), kind);
      await screenshot(page, `answered-narrow-${kind}`);
    }
    await widen();
    for (const kind of kinds) {
      await setTheme(workbench(), kind);
      await screenshot(page, `answered-wide-${kind}`);
    }
  });

  async function widen(): Promise<void> {
    const { page } = workbench();
    const sidebar = await page.locator('.part.sidebar').boundingBox();
    if (!sidebar) throw new Error('The side bar is not there.');
    await page.mouse.move(sidebar.x + sidebar.width, 400);
    await page.mouse.down();
    await page.mouse.move(sidebar.x + 820, 400, { steps: 8 });
    await page.mouse.up();
    await page.mouse.move(sidebar.x + 1000, 400);
  }
});
