/** What a command asks at the top of the window, and what the editor says at the bottom right. */
import type { Locator, Page } from 'playwright-core';
import { runCommand } from './harness/actions.ts';
import { PATIENCE_MS } from './reins.ts';

/** Waits for a question of a command, and gives its input. */
export async function question(page: Page, title: string): Promise<Locator> {
  await page.locator('.quick-input-widget:visible .quick-input-title', { hasText: title }).waitFor({ timeout: PATIENCE_MS });
  return page.locator('.quick-input-widget:visible input.input');
}

/** Answers it by typing, and gives what stood there before. */
export async function answer(page: Page, title: string, text: string): Promise<string> {
  const input = await question(page, title);
  const before = await input.inputValue();
  await input.fill(text);
  await page.keyboard.press('Enter');
  return before;
}

export const choice = (page: Page, text: string): Locator => page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: text }).first();
export const message = (page: Page, text: RegExp): Locator => page.locator('.notification-toast', { hasText: text }).first();

/** Begins *Connect to Server…* with an address that is typed. */
export async function beginConnecting(page: Page): Promise<void> {
  await runCommand(page, 'Reins: Connect to Server…');
  await question(page, 'Connect to Server');
  await choice(page, 'Enter an Address…').click();
}
