/// <reference types="node" />
/** Serves the viewer's real page and bundle on a local port, as the editor would: strict policy, theme variables, body class. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { viewerHtml } from '../../../extension/editor/panel/html.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const codicons = join(root, 'node_modules', '@vscode', 'codicons', 'dist');

export const themes = ['vscode-dark', 'vscode-light', 'vscode-high-contrast', 'vscode-high-contrast-light'] as const;
export type Theme = (typeof themes)[number];

/** High contrast light carries the older class too, as in the editor. */
function bodyClass(theme: Theme): string {
  return theme === 'vscode-high-contrast-light' ? 'vscode-high-contrast-light vscode-high-contrast' : theme;
}

async function bundle(entry: string): Promise<Buffer> {
  const { outputFiles } = await build({ absWorkingDir: root, entryPoints: [entry], bundle: true, write: false, minify: true, format: 'iife', platform: 'browser', target: 'es2022', logLevel: 'silent', outdir: 'unused' });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${entry}`);
  return Buffer.from(file.contents);
}

function wordsOf(language: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, 'l10n', `bundle.l10n.${language}.json`), 'utf8')) as Record<string, string>;
}

export interface Site {
  /** `language`: one of those in l10n/. */
  url(theme: Theme, bodyClasses?: string, language?: string): string;
  close(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const files = new Map<string, { readonly type: string; readonly body: Buffer }>([
    ['/main.js', { type: 'text/javascript', body: await bundle('webview/main.ts') }],
    ['/main.css', { type: 'text/css', body: await bundle('webview/styles/main.css') }],
    ['/codicon.css', { type: 'text/css', body: readFileSync(join(codicons, 'codicon.css')) }],
    ['/codicon.ttf', { type: 'font/ttf', body: readFileSync(join(codicons, 'codicon.ttf')) }],
    ['/themes.css', { type: 'text/css', body: readFileSync(join(import.meta.dirname, '..', 'fixtures', 'themes.css')) }],
  ]);
  let origin = '';
  const page = (theme: Theme, more: string, language: string | null): string =>
    viewerHtml({ ...(language ? { language, words: wordsOf(language) } : {}), cspSource: origin, nonce: 'bm9uY2U', scriptUri: `${origin}/main.js`, styleUri: `${origin}/main.css`, codiconUri: `${origin}/codicon.css` })
      .replace('</head>', `<link rel="stylesheet" href="${origin}/themes.css">\n</head>`)
      .replace('<body>', `<body class="${bodyClass(theme)} ${more}" data-vscode-theme-kind="${theme}">`);

  const server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const file = files.get(pathname);
    if (file) response.writeHead(200, { 'content-type': file.type }).end(file.body);
    else if (pathname === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(page((searchParams.get('theme') ?? 'vscode-dark') as Theme, searchParams.get('class') ?? '', searchParams.get('language')));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: (theme, bodyClasses = '', language = '') => `${origin}/?theme=${theme}&class=${encodeURIComponent(bodyClasses)}&language=${language}`,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}
