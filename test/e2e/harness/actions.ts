import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';
import { getTools, repository } from './tools.ts';
import type { Workbench } from './workbench.ts';

const PATIENCE_MS = 60_000;

/** Runs a command through the command palette, as a person would. `title` is what the palette shows: "Reins: Ask". */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget:visible input.input');
  await input.waitFor({ timeout: PATIENCE_MS });
  await input.fill(`>${title}`);
  // Rows read "Reins: Ask, Ctrl+Alt+R, recently used" to a screen reader; the name is the part before the first comma.
  const row = page.locator(`.quick-input-list .monaco-list-row[aria-label="${title}"], .quick-input-list .monaco-list-row[aria-label^="${title},"]`).first();
  await row.waitFor({ timeout: PATIENCE_MS });
  await row.click();
}

/** Saves the file in the editor until it is as expected on disk: what is shown gets there a little later. */
export async function savedAs({ page, folder }: Workbench, name: string, expected: (text: string) => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    await page.keyboard.press('Control+S');
    await sleep(300);
    const text = readFileSync(join(folder, name), 'utf8');
    if (expected(text)) return;
    if (Date.now() > deadline) assert.fail(text);
  }
}

/** Shows our view by a click on our icon in the activity bar, unless it is shown already. */
export async function showReins(page: Page): Promise<void> {
  const tab = page.locator('.part.activitybar').getByRole('tab', { name: /^Reins/ });
  await tab.waitFor({ timeout: PATIENCE_MS });
  if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
  // The icon's tooltip would lie over our view.
  await page.mouse.move(700, 450);
}

/**
 * The frame with our own document. A webview is two frames deep: the outer one belongs to the editor and carries our identifier in its
 * address, the inner one is ours. `kind` tells the side panel's view from a panel in the editor area.
 */
export async function reinsFrame(page: Page, kind: 'view' | 'editor' | 'any' = 'any'): Promise<Frame> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    for (const outer of page.frames()) {
      if (!isOurs(outer.url(), kind)) continue;
      for (const inner of outer.childFrames()) {
        if (await hasContent(inner)) return inner;
      }
    }
    await sleep(100);
  }
  throw new Error(`No webview of ours appeared. Frames: ${page.frames().map((frame) => frame.url().slice(0, 200)).join('\n')}`);
}

function isOurs(address: string, kind: 'view' | 'editor' | 'any'): boolean {
  if (!URL.canParse(address)) return false;
  const { searchParams } = new URL(address);
  if (searchParams.get('extensionId')?.toLowerCase() !== getTools().extensionId) return false;
  if (kind === 'any') return true;
  return (searchParams.get('purpose') === 'webviewView') === (kind === 'view');
}

async function hasContent(frame: Frame): Promise<boolean> {
  try {
    return (await frame.locator('body > *').count()) > 0;
  } catch {
    return false; // Replaced while we looked.
  }
}

/** The four kinds of theme an extension must look right in, and the class the workbench carries in each. */
export const themes = {
  light: { name: 'Light Modern', workbenchClass: 'vs' },
  dark: { name: 'Dark Modern', workbenchClass: 'vs-dark' },
  highContrast: { name: 'Default High Contrast', workbenchClass: 'hc-black' },
  highContrastLight: { name: 'Default High Contrast Light', workbenchClass: 'hc-light' },
} as const;

export type ThemeKind = keyof typeof themes;

export async function setTheme({ page, changeSettings }: Workbench, kind: ThemeKind): Promise<void> {
  const { name, workbenchClass } = themes[kind];
  await changeSettings({ 'workbench.colorTheme': name });
  await page.locator(`.monaco-workbench.${workbenchClass}`).waitFor({ timeout: PATIENCE_MS });
}

/** Opens a file of the workspace by name through Quick Open. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget:visible input.input');
  await input.waitFor({ timeout: PATIENCE_MS });
  await input.fill(name);
  await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${name}"]`).first().click({ timeout: PATIENCE_MS });
  await page.getByRole('tab', { name: new RegExp(`^${name.replaceAll('.', '\\.')}`) }).first().waitFor({ timeout: PATIENCE_MS });
}

/** Puts the cursor into the editor, before any other line than its own is touched. */
export async function focusEditor(page: Page): Promise<void> {
  await page.locator('.editor-group-container.active .monaco-editor .view-line').first().click({ timeout: PATIENCE_MS });
}

/** Puts the cursor into the hole of the sample's triple.js, which ends its third line (`const f = (x) => ___;`), and is in front. */
export async function cursorIntoHole(page: Page): Promise<void> {
  await focusEditor(page);
  for (const key of ['Control+Home', 'ArrowDown', 'ArrowDown', 'End', 'ArrowLeft']) await page.keyboard.press(key);
}

/** Saves what the page shows as artifacts/<folder>/<name>.png, for people and for the documentation. */
export async function screenshot(page: Page, name: string, folder = 'screenshots'): Promise<string> {
  const path = join(repository, 'artifacts', folder, `${name.replace(/[^\w.-]+/g, '-')}.png`);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide', timeout: PATIENCE_MS });
  return path;
}
