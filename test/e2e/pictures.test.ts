import { openFile, screenshot, setTheme, themes, type ThemeKind } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { askAboutFile, button, panel, PATIENCE_MS, runEnded, setEffort, widenPanel } from './reins.ts';

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
    await changeSettings({ 'reins.pace': 0 });
    await askAboutFile(workbench());
    await runEnded(page, frame);
    for (const kind of kinds) {
      await setTheme(workbench(), kind);
      await screenshot(page, `answered-narrow-${kind}`);
    }
    await widenPanel(page, 820);
    for (const kind of kinds) {
      await setTheme(workbench(), kind);
      await screenshot(page, `answered-wide-${kind}`);
    }
  });

  it('with its signals, and its thoughts shaded by surprise', async () => {
    const { page, changeSettings } = workbench();
    const frame = await panel(page);
    await changeSettings({ 'reins.signals': 'all' });
    await page.setViewportSize({ width: 1400, height: 1400 });
    await askAboutFile(workbench());
    await runEnded(page, frame);
    await frame.locator('.trajectory .chart-line').waitFor({ timeout: PATIENCE_MS });
    await frame.getByLabel('Shading of the thoughts').selectOption('surprise');
    await frame.locator('.more-signals summary').click();
    await frame.locator('.check', { hasText: 'Entropy at the token' }).click();
    await frame.locator('.more-signals summary').click();
    await frame.locator('.composer').evaluate((element) => element.scrollIntoView());
    // The word on the examples goes by itself, and would lie over the charts in one picture and not in the next.
    await frame.locator('.status-line').waitFor({ state: 'hidden', timeout: PATIENCE_MS });
    for (const kind of kinds) {
      await setTheme(workbench(), kind);
      await screenshot(page, `signals-wide-${kind}`);
    }
  });
});
