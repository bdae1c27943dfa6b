// Bundles the extension host's part, the engine child and the webview with esbuild.
//   node scripts/build.mjs              for packages: minified, no source maps
//   node scripts/build.mjs --dev        readable, with source maps
//   node scripts/build.mjs --watch      like --dev, and again on every change
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withLock } from './lib/lock.mjs';
import { dist, out, root } from './lib/paths.mjs';
import { endWith, megabytes, say } from './lib/report.mjs';

const node = { platform: 'node', format: 'cjs', target: 'node22' };
const bundles = [
  { entry: 'extension/extension.ts', to: 'extension.cjs', ...node, external: ['vscode'] },
  // Native packages find their libraries by their own path, so they stay packages: see package.mjs.
  { entry: 'extension/engine/main.ts', to: 'engine.cjs', ...node, external: ['onnxruntime-node', 'koffi'] },
  { entry: 'webview/main.ts', to: 'webview/main.js', platform: 'browser', format: 'iife', target: 'es2022' },
  { entry: 'webview/styles/main.css', to: 'webview/main.css', loader: { '.ttf': 'file', '.svg': 'dataurl' }, external: ['./codicon.ttf'] },
];

const optionsFor = ({ entry, to, ...rest }, dev) => ({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile: join(dist, to),
  bundle: true,
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  legalComments: 'eof',
  metafile: true,
  logLevel: 'warning',
  // A bundle in cjs has no import.meta; __filename and __dirname say the same there.
  ...(rest.platform === 'node' ? { define: { 'import.meta.url': '__bundleUrl', 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' }, banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" } } : {}),
  ...rest,
});

function copyIcons() {
  const from = join(root, 'node_modules', '@vscode', 'codicons', 'dist');
  mkdirSync(join(dist, 'webview'), { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf']) cpSync(join(from, file), join(dist, 'webview', file));
}

/** Builds all that can be built and returns the entries that do not exist (yet). */
export async function build({ dev = false, watch = false } = {}) {
  const { build: bundle, context } = await import('esbuild');
  const present = bundles.filter(({ entry }) => existsSync(join(root, entry)));
  // What an earlier build left behind must not end up in a package.
  if (!watch) rmSync(dist, { recursive: true, force: true });
  copyIcons();
  for (const one of present) {
    const options = optionsFor(one, dev || watch);
    if (watch) {
      await (await context({ ...options, logLevel: 'info' })).watch();
      continue;
    }
    const { metafile } = await bundle(options);
    const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
    say(`  dist/${one.to}  ${megabytes(bytes)}`);
  }
  return bundles.filter((one) => !present.includes(one)).map(({ entry }) => entry);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const watch = process.argv.includes('--watch');
  try {
    const dev = process.argv.includes('--dev');
    const missing = watch ? await build({ watch }) : await withLock(join(out, 'package.lock'), 'building', () => build({ dev }));
    for (const entry of missing) say(`  skipped: there is no ${entry} yet`);
    if (watch) say('Watching for changes; Ctrl+C ends.');
  } catch (error) {
    endWith(error);
  }
}
