/// <reference types="node" />
/** A viewer in a real browser, with a host that only listens. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { FromViewer, ToViewer } from '../../../extension/trace/messages.ts';
import { startSite, type Site, type Theme } from './site.ts';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** What the editor puts into a webview, with everything posted kept for the test to read. */
const fakeApi = `
  window.posted = [];
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => window.violations.push([event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.columnNumber].join(' ')));
  let state = JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined;
  let acquired = false;
  window.acquireVsCodeApi = () => {
    if (acquired) throw new Error('acquired twice');
    acquired = true;
    return {
      postMessage: (message) => void window.posted.push(message),
      getState: () => state,
      setState: (next) => { state = next; sessionStorage.setItem('state', JSON.stringify(next)); },
    };
  };
`;

export interface ViewerOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly bodyClasses?: string;
  readonly reducedMotion?: boolean;
  readonly scale?: number;
  readonly language?: string;
}

export interface Viewer {
  readonly page: Page;
  /** Host to viewer; resolves when it has been drawn. */
  send(...messages: readonly ToViewer[]): Promise<void>;
  /** What the viewer has told the host so far. */
  posted(): Promise<FromViewer[]>;
  /** Breaches of the content security policy, and errors thrown on the page. */
  faults(): Promise<string[]>;
  close(): Promise<void>;
}

export interface Stage {
  open(options?: ViewerOptions): Promise<Viewer>;
  close(): Promise<void>;
}

function browserPath(): string {
  const found = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => file !== undefined && existsSync(file));
  if (found === undefined) throw new Error('No Chromium found. Install one, or name it in CHROMIUM.');
  return found;
}

/** Wait until the expression is true, looked at once a frame. (Playwright's own waiting needs `eval`, which the page's policy forbids.) */
export async function until(page: Page, expression: string): Promise<void> {
  await page.evaluate(`new Promise((done) => { const look = () => ((${expression}) ? done(null) : requestAnimationFrame(look)); look(); })`);
}

/** Wait until everything sent and done so far has been drawn. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))');
}

async function openViewer(browser: Browser, site: Site, options: ViewerOptions): Promise<Viewer> {
  const context = await browser.newContext({ viewport: { width: options.width ?? 320, height: options.height ?? 720 }, reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference', deviceScaleFactor: options.scale ?? 1 });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.addInitScript({ content: fakeApi });
  await page.goto(site.url(options.theme ?? 'vscode-dark', options.bodyClasses, options.language));
  await until(page, 'window.posted.some(({ type }) => type === "ready")');
  return {
    page,
    send: async (...messages) => {
      for (const message of messages) await page.evaluate((data) => void (globalThis as unknown as { postMessage(data: unknown, to: string): void }).postMessage(data, '*'), message);
      await drawn(page);
    },
    posted: () => page.evaluate('window.posted'),
    faults: async () => [...errors, ...((await page.evaluate('window.violations')) as string[])],
    close: () => context.close(),
  };
}

/** A stage for the tests of one `describe`, opened before the first and closed after the last. */
export function useStage(): () => Stage {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());
  return () => stage;
}

/** What an element says, with single spaces. */
export async function wordsIn({ page }: Pick<Viewer, 'page'>, selector: string): Promise<string> {
  return ((await page.locator(selector).first().textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
}

export async function openStage(): Promise<Stage> {
  const [site, browser] = await Promise.all([startSite(), chromium.launch({ executablePath: browserPath(), args: flags })]);
  return {
    open: (options = {}) => openViewer(browser, site, options),
    close: async () => {
      await browser.close();
      await site.close();
    },
  };
}
