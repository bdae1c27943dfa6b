import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { startCodeServer } from '../../../scripts/lib/code-server.mjs';
import type { RunningCodeServer } from '../../../scripts/lib/code-server.mjs';
import { freePort } from '../../../scripts/lib/ports.mjs';
import { getTools, repository } from './tools.ts';

export type Settings = Readonly<Record<string, unknown>>;

export interface WorkbenchOptions {
  /** The folder to open; without it a fresh copy of `sample/`. */
  readonly folder?: string;
  /** User settings, on top of quiet defaults. */
  readonly settings?: Settings;
  readonly port?: number;
  /** An extensions folder other than the one with just our package. */
  readonly extensions?: string;
  /** Environment of the editor and its extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Language of the editor, as in VS Code's `locale`. Its own words stay English, because the language pack made for it here is empty; what extensions bring along
   * for the language is used as it is with a real pack.
   */
  readonly language?: string;
  /** Folders are not trusted until somebody says so; otherwise the editor asks for no trust at all. */
  readonly asksForTrust?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A real VS Code with our package installed, and a browser page that shows it. */
export interface Workbench {
  readonly page: Page;
  readonly folder: string;
  readonly server: RunningCodeServer;
  /** Errors of the page, its frames and their consoles, in order, without those the editor itself makes when it has no network. */
  readonly complaints: readonly string[];
  /**
   * Changes settings while the editor runs, and waits until it has taken them: it tells by the dash in its title. They are written as settings of this machine,
   * which win over the user's: this editor does not notice when another program changes its user settings. Settings of scope `application` cannot be changed
   * this way; give those to `startWorkbench`.
   */
  readonly changeSettings: (changes: Settings) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Generous, because a machine that also trains a model or runs other tests is slow. */
const STARTS_WITHIN_MS = 180_000;
const TAKES_SETTINGS_WITHIN_MS = 60_000;

/** No first-run pages, no hints, no questions, and no second side bar: a test should see what it asked for. */
const quiet: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Dark Modern',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'editor.accessibilitySupport': 'off',
};

/** What the editor itself complains about on a machine without a network or without a compiler. */
const noise = [/native-watchdog|spdlog/, /vsda/, /open-vsx/, /ERR_NAME_NOT_RESOLVED/, /ENOTFOUND/, /authentication provider/i, /\[DEP\d+\]/];

function writeSettings(folder: string, settings: Settings): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/** The list that the editor makes of installed language packs, with a pack for one language that has no words. */
function writeLanguagePack(userData: string, language: string): void {
  const words = join(userData, 'words.json');
  writeFileSync(words, JSON.stringify({ version: '1.0.0', contents: {} }));
  const pack = { hash: 'empty', label: language, extensions: [{ extensionIdentifier: { id: 'reins-tests.empty-language-pack' }, version: '1.0.0' }], translations: { vscode: words } };
  writeFileSync(join(userData, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}

/** Starts an editor and a browser and waits until the workbench is drawn. Close it whatever happens; `useWorkbench` does that for you. */
export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const scratch = mkdtempSync(join(tmpdir(), 'reins-test-'));
  const folder = options.folder ?? join(scratch, 'sample');
  if (options.folder === undefined) cpSync(join(repository, 'sample'), folder, { recursive: true });
  const userData = join(scratch, 'user-data');
  const { language, asksForTrust } = options;
  writeSettings(join(userData, 'User'), { ...quiet, 'security.workspace.trust.enabled': asksForTrust === true, ...options.settings });
  writeSettings(join(userData, 'Machine'), {});
  if (language !== undefined) writeLanguagePack(userData, language);

  let server: RunningCodeServer | undefined;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close().catch(() => undefined);
    await server?.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const { codeServer: entry, extensions } = getTools();
    const port = options.port ?? (await freePort());
    server = await startCodeServer({ entry, port, userData, extensions: options.extensions ?? extensions, env: options.env ?? {}, locale: language, asksForTrust });
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    const complaints: string[] = [];
    const complain = (text: string): void => {
      if (!noise.some((pattern) => pattern.test(text))) complaints.push(text);
    };
    page.on('pageerror', (error) => complain(`error: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complain(`console: ${message.text()} (${message.location().url})`);
    });
    await openWorkbench(page, server.url, folder);
    let changed: Settings = {};
    let dash = '–';
    const changeSettings = async (changes: Settings): Promise<void> => {
      dash = dash === '–' ? '—' : '–';
      changed = { ...changed, ...changes, 'window.titleSeparator': ` ${dash} ` };
      const deadline = Date.now() + TAKES_SETTINGS_WITHIN_MS;
      for (let looks = 0; !(await page.title()).includes(` ${dash} `); looks += 1) {
        if (Date.now() > deadline) throw new Error(`The editor did not take the settings ${Object.keys(changes).join(', ')}.`);
        // Written again now and then, because in its first seconds the editor does not watch the file yet.
        if (looks % 40 === 0) writeSettings(join(userData, 'Machine'), changed);
        await sleep(100);
      }
    };
    return { page, folder, server, complaints, changeSettings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function launchBrowser(): Promise<Browser> {
  const { chromium: executablePath, chromiumFlags } = getTools();
  return chromium.launch({ executablePath, args: [...chromiumFlags], timeout: 120_000 });
}

/** Goes to the editor and waits until it is drawn: its own parts, the theme, and what extensions contribute. */
export async function openWorkbench(page: Page, url: string, folder: string): Promise<void> {
  await page.goto(`${url}/?folder=${encodeURIComponent(folder)}`, { timeout: STARTS_WITHIN_MS });
  await page.locator('.monaco-workbench[class*="vscode-theme-"]').waitFor({ timeout: STARTS_WITHIN_MS });
  await page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: STARTS_WITHIN_MS });
  await page.locator('.part.activitybar').getByRole('tab', { name: /^Reins/ }).waitFor({ timeout: STARTS_WITHIN_MS });
}
