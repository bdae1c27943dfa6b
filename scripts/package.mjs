// Makes the installable package (VSIX) for this platform: builds, stages the native runtime beside the bundles, packs, and checks what is in it.
//   node scripts/package.mjs            reuses the last package when nothing it is made of has changed
//   node scripts/package.mjs --force    makes it anew
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { hashOf, readJson } from './lib/freshness.mjs';
import { withLock } from './lib/lock.mjs';
import { node24 } from './lib/node24.mjs';
import { currentTarget, dist, manifest, out, root } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { Advice, endWith, megabytes, say, step, tail } from './lib/report.mjs';
import { ensurePackages } from './lib/setup.mjs';

const SIZE_LIMIT = 60 * 1024 * 1024;
const inputs = ['extension', 'webview', 'media', 'l10n', 'package.json', 'package-lock.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore', 'scripts/build.mjs', 'scripts/package.mjs'];
const translated = () => readdirSync(root).filter((name) => /^package\.nls.*\.json$/.test(name));

/** Everything a package may contain. A file anywhere else means that .vscodeignore lets something slip. */
const allowed = [
  /^(package|package\.nls[^/]*)\.json$/, /^(readme|changelog)\.md$/i, /^license(\.md|\.txt)?$/i,
  /^dist\/(extension|engine)\.cjs$/, /^dist\/webview\/(main\.js|main\.css|codicon\.css|codicon\.ttf)$/, /^dist\/webview\/[\w-]+\.(ttf|svg|png)$/,
  /^dist\/node_modules\/[\w@/.-]+\.(js|cjs|mjs|json|node|so|so\.[\d.]+|dylib|dll)$/, /^dist\/node_modules\/.*\/(LICENSE|LICENSE\.\w+|ThirdPartyNotices\.txt)$/,
  /^media\/.*\.(svg|png|gif|jpg|md|css|json|onnx|jinja|txt|data)$/, /^l10n\/.*\.json$/,
];
const required = [
  'package.json', 'LICENSE', 'dist/extension.cjs', 'dist/engine.cjs', 'dist/webview/main.js', 'dist/webview/codicon.ttf', 'dist/node_modules/onnxruntime-node/package.json',
  'media/models/reins-tiny/config.json', 'media/models/reins-tiny/onnx/model.onnx',
];

function copyMatching(from, to, matches) {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const name = file.slice(from.length + 1).replaceAll('\\', '/');
    if (!matches(name)) continue;
    mkdirSync(dirname(join(to, name)), { recursive: true });
    copyFileSync(file, join(to, name));
  }
}

/**
 * onnxruntime-node carries the libraries of all platforms and extras a CPU run does not need (the GPU compilers on Windows are another 37 MB, a
 * second copy of the same library on macOS 45). Only what this platform loads goes into the package.
 */
function stageNative() {
  const [platform, arch] = [process.platform, process.arch];
  const modules = join(root, 'node_modules');
  const staged = join(dist, 'node_modules');
  const libraries = `bin/napi-v6/${platform}/${arch}/`;
  if (!existsSync(join(modules, 'onnxruntime-node', libraries))) {
    throw new Advice(`The ONNX runtime has no library for ${platform} ${arch}, so a package with the local model cannot be made on this machine. It exists for Linux and Windows on x64 and arm64 and for macOS on arm64.`);
  }
  const runtimeCode = (name) => name === 'package.json' || /^LICENSE|^ThirdPartyNotices/.test(name) || /^dist\/[^/]+\.js$/.test(name);
  const duplicate = (name) => /libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(name);
  copyMatching(join(modules, 'onnxruntime-node'), join(staged, 'onnxruntime-node'), (name) => runtimeCode(name) || (name.startsWith(libraries) && !duplicate(name)));
  copyMatching(join(modules, 'onnxruntime-common'), join(staged, 'onnxruntime-common'), (name) => runtimeCode(name) || /^dist\/cjs\/.*\.(js|json)$/.test(name));
  if (manifest().dependencies.koffi) stageKoffi(modules, staged);
}

/** koffi calls ONNX Runtime's C interface. Its native file comes in a package of its own for each platform. */
function stageKoffi(modules, staged) {
  const native = `@koromix/koffi-${process.platform}-${process.arch}`;
  copyMatching(join(modules, 'koffi'), join(staged, 'koffi'), (name) => /^(package\.json|LICENSE[^/]*|(index|indirect)\.cjs|src\/.*\.cjs)$/.test(name));
  copyMatching(join(modules, native), join(staged, native), (name) => /^(package\.json|index\.js)$/.test(name) || name.startsWith(`${process.platform}_${process.arch}/`));
}

async function checkContents(vsce) {
  const files = (await vsce.listFiles({ cwd: root, packageManager: vsce.PackageManager.None })).map((file) => file.replaceAll('\\', '/')).filter((file) => existsSync(join(root, file)));
  const stray = files.filter((file) => !allowed.some((pattern) => pattern.test(file)));
  if (stray.length) throw new Advice(`These files would be in the package and should not be:\n  ${stray.slice(0, 20).join('\n  ')}\nExclude them in .vscodeignore, or allow them in scripts/package.mjs if they belong there.`);
  const missing = required.filter((file) => !files.includes(file));
  if (missing.length) throw new Advice(`These files are missing from the package:\n  ${missing.join('\n  ')}\nSee whether they exist (the build makes dist, the bundled model is in media/models) and what .vscodeignore includes.`);
  return files;
}

/** Returns { file, bytes, hash } of a package made from the current sources. */
export async function packageExtension({ force = false } = {}) {
  mkdirSync(out, { recursive: true });
  return withLock(join(out, 'package.lock'), 'packaging the extension', async () => {
    const record = join(out, 'last-package.json');
    const hash = hashOf([...inputs, ...translated()], currentTarget());
    const last = readJson(record);
    if (!force && last?.hash === hash && existsSync(last.file)) return last;

    await step('Building', async () => {
      const missing = await build();
      if (missing.length) throw new Advice(`The package cannot be made: ${missing.join(', ')} ${missing.length > 1 ? 'do' : 'does'} not exist.`);
    });
    const file = join(out, `reins-${currentTarget()}-${manifest().version}.vsix`);
    await step('Packaging', async () => {
      stageNative();
      const vsce = (await import('@vscode/vsce')).default;
      const files = await checkContents(vsce);
      rmSync(file, { force: true });
      // Without a terminal of its own vsce cannot stop at a question: a script that waits for an answer looks like one that hangs.
      const args = ['package', '--out', file, '--target', currentTarget(), '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
      const { code, output } = await run(node24(), [join(root, 'node_modules', '@vscode', 'vsce', 'vsce'), ...args], { cwd: root });
      if (code !== 0) throw new Advice(`vsce could not make the package:\n\n${tail(output)}`);
      return `${files.length} files`;
    });
    const bytes = statSync(file).size;
    if (bytes > SIZE_LIMIT) throw new Advice(`The package has ${megabytes(bytes)}; the limit is ${megabytes(SIZE_LIMIT)}. Run npx vsce ls --no-dependencies --tree and see what grew.`);
    const made = { hash, file, bytes };
    writeFileSync(record, JSON.stringify(made));
    return made;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await ensurePackages();
    const { file, bytes } = await packageExtension({ force: process.argv.includes('--force') });
    say(`${file}  ${megabytes(bytes)} of at most ${megabytes(SIZE_LIMIT)}`);
  } catch (error) {
    endWith(error);
  }
}
