/** Our panel as a person uses it: asking, reading what it says, pressing its buttons. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Locator, Page } from 'playwright-core';
import { parseTraceFileName } from '../../extension/trace/store/names.ts';
import { focusEditor, reinsFrame, runCommand, showReins } from './harness/actions.ts';
import type { Workbench } from './harness/workbench.ts';

export const PATIENCE_MS = 60_000;

export async function panel(page: Page): Promise<Frame> {
  await showReins(page);
  const frame = await reinsFrame(page, 'view');
  await frame.locator('.composer, .viewer :visible').first().waitFor({ timeout: PATIENCE_MS });
  return frame;
}

export const button = (frame: Frame, name: RegExp | string): Locator => frame.getByRole('button', { name }).filter({ visible: true }).first();

/** Sets the effort as the status bar's menu does. */
export async function setEffort(page: Page, effort: 'low' | 'medium' | 'high'): Promise<void> {
  await runCommand(page, 'Reins: Set Effort');
  await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${effort}"]`).first().click({ timeout: PATIENCE_MS });
  await page.locator('.statusbar-item', { hasText: `Reins Tiny · ${effort}` }).waitFor({ timeout: PATIENCE_MS });
}

/** Chooses a model by the name that *Choose Model* lists it under. The list is opened again until settings that were just changed have come through. */
export async function chooseModel(page: Page, name: string): Promise<void> {
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first();
  for (let tries = 12; ; tries -= 1) {
    await runCommand(page, 'Reins: Choose Model');
    try {
      await row.click({ timeout: PATIENCE_MS / 12 });
      break;
    } catch (error) {
      if (tries <= 1) throw error;
      await page.keyboard.press('Escape');
    }
  }
  await page.locator('.statusbar-item', { hasText: `${name} · ` }).waitFor({ timeout: PATIENCE_MS });
}

/** Asks about the file in the editor; the question is the one given, or the one suggested. Resolves when the run is under way. */
export async function askAboutFile({ page, folder }: Workbench, question?: string): Promise<void> {
  const before = new Set(tracesOf(folder));
  await focusEditor(page);
  await runCommand(page, 'Reins: Ask About Selection');
  const input = page.locator('.quick-input-widget:visible input.input');
  await page.locator('.quick-input-widget:visible .quick-input-title', { hasText: 'Ask about' }).waitFor({ timeout: PATIENCE_MS });
  if (question !== undefined) await input.fill(question);
  await page.keyboard.press('Enter');
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const begun = tracesOf(folder).find((name) => !before.has(name));
    const run = begun === undefined ? undefined : parseTraceFileName(begun)?.run;
    if (run !== undefined) return void asked.set(page, run);
    if (Date.now() > deadline) throw new Error('The question was asked, but no run began.');
    await sleep(50);
  }
}

/** The run that was asked for last in a page and not waited for yet. */
const asked = new WeakMap<Page, string>();


/** Traces in the storage of the editor that has this folder open. */
function tracesOf(folder: string): readonly string[] {
  const traces = join(folder, '..', 'user-data', 'User', 'globalStorage', 'reins.reins', 'traces');
  return existsSync(traces) ? readdirSync(traces) : [];
}

/** Waits until the run that was asked for last has ended: the panel shows it and no other, the status bar has gone back to model and effort, and it can be replayed. */
export async function runEnded(page: Page, frame: Frame): Promise<void> {
  const run = asked.get(page);
  asked.delete(page);
  if (run !== undefined) await frame.locator(`.run[data-run="${run}"]`).waitFor({ timeout: PATIENCE_MS });
  await page.locator('.statusbar-item', { hasText: /Reins Tiny · / }).waitFor({ timeout: PATIENCE_MS * 2 });
  await frame.locator('section.replay').waitFor({ timeout: PATIENCE_MS });
}

/** The id of the run that the panel shows. */
export async function shownRun(frame: Frame): Promise<string> {
  return (await frame.locator('.run').getAttribute('data-run', { timeout: PATIENCE_MS })) ?? '';
}

/** Opens a run of the history, and waits until it is the one shown: a snapshot that came later would set the replay back to its end. */
export async function openEarlier(frame: Frame, run: string): Promise<void> {
  await frame.locator(`.history-open[data-run="${run}"]`).click({ timeout: PATIENCE_MS });
  await frame.locator(`.run[data-run="${run}"]`).waitFor({ timeout: PATIENCE_MS });
  await frame.locator('section.replay').waitFor({ timeout: PATIENCE_MS });
}

/** Plays the shown run from its beginning and waits until it is over. The button alone does not tell: it says Play before it turns into Pause, too. */
export async function playFromStart(frame: Frame): Promise<void> {
  const slider = frame.getByRole('slider', { name: 'Moment of the replay' });
  await slider.press('Home');
  await button(frame, 'Play').click();
  const ended = `((slider) => slider.value === slider.max)(document.querySelector('.replay-slider'))`;
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await frame.evaluate<boolean>(ended))) {
    if (Date.now() > deadline) throw new Error('The replay did not come to its end.');
    await sleep(50);
  }
  await button(frame, 'Play').waitFor({ timeout: PATIENCE_MS });
}

/** Drags the side bar's edge until the panel is about so wide. */
export async function widenPanel(page: Page, width: number): Promise<void> {
  const sidebar = await page.locator('.part.sidebar').boundingBox();
  if (!sidebar) throw new Error('The side bar is not there.');
  await page.mouse.move(sidebar.x + sidebar.width, 400);
  await page.mouse.down();
  await page.mouse.move(sidebar.x + width, 400, { steps: 8 });
  await page.mouse.up();
  await page.mouse.move(sidebar.x + width + 180, 400);
}

/** "84 / 120" of the thinking meter, as numbers. */
export async function thinkingUsed(frame: Frame): Promise<number> {
  const text = await frame.locator('.meter-thinking .meter-figures').innerText();
  return Number(/[\d,]+/.exec(text)?.[0].replaceAll(',', ''));
}

/** The browser leaves text out that it has not laid out (blocks out of sight and, for one frame, new ones): all of it is shown while reading. */
const readRun = `((run) => {
  const blocks = [...run.querySelectorAll('.block')];
  for (const block of blocks) block.style.contentVisibility = 'visible';
  const text = run.innerText;
  for (const block of blocks) block.style.contentVisibility = '';
  return text;
})(document.querySelector('.run'))`;

/** What the run area says in words: what a replay must say again. */
export async function runText(frame: Frame): Promise<string> {
  await frame.locator('.run').waitFor({ timeout: PATIENCE_MS });
  return (await frame.evaluate<string>(readRun)).replaceAll(/[ \t\u00a0]+/g, ' ').trim();
}

/** Process ids of our engine below the editor's server. Linux only, as /proc is. */
export function enginePids({ server }: Workbench): number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap(processOf);
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const below = (pid: number): boolean => pid > 1 && (pid === server.child.pid || below(parents.get(pid) ?? 0));
  return processes.filter(({ pid, command }) => command.includes('engine.cjs') && below(pid)).map(({ pid }) => pid);
}

function processOf(name: string): { pid: number; parent: number; command: string }[] {
  try {
    const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
    return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
  } catch {
    return []; // Ended while we looked.
  }
}
