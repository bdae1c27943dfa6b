// Makes the installable packages (VSIX): builds, stages the native runtime of a platform beside the bundles, packs, and checks what is in them.
//   node scripts/package.mjs                 for this platform; reuses the last package when nothing it is made of has changed
//   node scripts/package.mjs --all           for every platform the ONNX runtime exists for, and the universal one without it
//   node scripts/package.mjs --target <name> for that one (linux-x64, win32-arm64, universal ...)
//   node scripts/package.mjs --force         makes them anew
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { hashOf, readJson } from './lib/freshness.mjs';
import { withLock } from './lib/lock.mjs';
import { node24 } from './lib/node24.mjs';
import { dist, manifest, out, root } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { Advice, endWith, megabytes, say, step, tail } from './lib/report.mjs';
import { ensurePackages } from './lib/setup.mjs';
import { allTargets, contentsFor, filesLimit, ignoreRules, nativeTargets, ownTarget, sizeLimit, stageNative, UNIVERSAL } from './lib/targets.mjs';

const inputs = [
  'extension', 'webview', 'media', 'sample', 'l10n', 'package.json', 'package-lock.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore', 'scripts/build.mjs', 'scripts/package.mjs',
  'scripts/lib/targets.mjs',
];
const translated = () => readdirSync(root).filter((name) => /^package\.nls.*\.json$/.test(name));

/** Everything a package may contain. A file anywhere else means that .vscodeignore lets something slip. */
const allowed = [
  /^(package|package\.nls[^/]*)\.json$/, /^(readme|changelog)\.md$/i, /^license(\.md|\.txt)?$/i,
  /^dist\/(extension|engine)\.cjs$/, /^dist\/webview\/(main\.js|main\.css|codicon\.css|codicon\.ttf)$/, /^dist\/webview\/[\w-]+\.(ttf|svg|png)$/,
  /^dist\/node_modules\/[\w@/.-]+\.(js|cjs|mjs|json|node|so|so\.[\d.]+|dylib|dll)$/, /^dist\/node_modules\/.*\/(LICENSE|LICENSE\.\w+|ThirdPartyNotices\.txt)$/,
  /^media\/.*\.(svg|png|gif|jpg|md|css|json|onnx|jinja|txt|data)$/, /^l10n\/.*\.json$/, /^sample\/[\w-]+\.(js|md)$/,
];

/** Stages what one platform needs and says what vsce would pack of it. Throws where a file is missing, does not belong there, or is too large. */
async function contentsOf(target) {
  stageNative(target);
  const ignoreFile = join(out, `${target}.vscodeignore`);
  writeFileSync(ignoreFile, ignoreRules(target, readFileSync(join(root, '.vscodeignore'), 'utf8')));
  const vsce = (await import('@vscode/vsce')).default;
  const listed = await vsce.listFiles({ cwd: root, packageManager: vsce.PackageManager.None, ignoreFile });
  const files = listed.map((file) => file.replaceAll('\\', '/')).filter((file) => existsSync(join(root, file)));
  const { required, forbidden } = contentsFor(target);
  const stray = files.filter((file) => !allowed.some((pattern) => pattern.test(file)) || forbidden.some((pattern) => pattern.test(file)));
  if (stray.length) throw new Advice(`These files would be in the package for ${target} and should not be:\n  ${stray.slice(0, 20).join('\n  ')}\nExclude them in .vscodeignore, or allow them in scripts/package.mjs if they belong there.`);
  const missing = required.filter((file) => !files.includes(file));
  if (missing.length) throw new Advice(`These files are missing from the package for ${target}:\n  ${missing.join('\n  ')}\nSee whether they exist (the build makes dist, the bundled model is in media/models) and what .vscodeignore includes.`);
  const bytes = files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);
  if (bytes > filesLimit(target)) throw tooLarge(`The files of the package for ${target} have`, bytes, filesLimit(target));
  return { ignoreFile, files: files.length, bytes };
}

const tooLarge = (what, bytes, limit) => new Advice(`${what} ${megabytes(bytes)}; the limit is ${megabytes(limit)} (scripts/lib/targets.mjs). Run npx vsce ls --no-dependencies --tree and see what grew.`);

const recordOf = (target) => join(out, `last-package-${target}.json`);

/** One package from what is built. Returns { target, file, bytes, hash }. */
async function pack(target, hash) {
  const file = join(out, `reins-${target}-${manifest().version}.vsix`);
  await step(`Packaging for ${target}`, async () => {
    const { ignoreFile, files } = await contentsOf(target);
    rmSync(file, { force: true });
    // Without a terminal of its own vsce cannot stop at a question: a script that waits for an answer looks like one that hangs.
    const args = ['package', '--out', file, ...(target === UNIVERSAL ? [] : ['--target', target]), '--ignoreFile', ignoreFile, '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
    const { code, output } = await run(node24(), [join(root, 'node_modules', '@vscode', 'vsce', 'vsce'), ...args], { cwd: root });
    if (code !== 0) throw new Advice(`vsce could not make the package:\n\n${tail(output)}`);
    return `${files} files`;
  });
  const bytes = statSync(file).size;
  if (bytes > sizeLimit(target)) throw tooLarge(`The package for ${target} has`, bytes, sizeLimit(target));
  const made = { target, hash, file, bytes };
  writeFileSync(recordOf(target), JSON.stringify(made));
  return made;
}

async function buildAll() {
  await step('Building', async () => {
    const missing = await build();
    if (missing.length) throw new Advice(`The package cannot be made: ${missing.join(', ')} ${missing.length > 1 ? 'do' : 'does'} not exist.`);
  });
}

const locked = (work) => {
  mkdirSync(out, { recursive: true });
  return withLock(join(out, 'package.lock'), 'packaging the extension', work);
};

/** Packages made from the current sources, one for each target. The build and what is staged are shared, so this platform's is made last and its files stay. */
const packages = (targets, force) =>
  locked(async () => {
    const source = hashOf([...inputs, ...translated()]);
    const made = new Map();
    for (const target of targets) {
      const last = readJson(recordOf(target));
      if (!force && last?.hash === `${source}-${target}` && existsSync(last.file)) made.set(target, last);
    }
    const stale = targets.filter((target) => !made.has(target)).sort((a, b) => Number(a === ownTarget()) - Number(b === ownTarget()));
    if (stale.length > 0) await buildAll();
    for (const target of stale) made.set(target, await pack(target, `${source}-${target}`));
    return targets.map((target) => made.get(target));
  });

/** Returns { target, file, bytes, hash } of a package made from the current sources: this platform's, unless another is named. */
export async function packageExtension({ force = false, target = ownTarget() } = {}) {
  if (!allTargets().includes(target)) throw new Advice(`There is no package for "${target}". The targets are ${allTargets().join(', ')}.`);
  const [made] = await packages([target], force);
  return made;
}

/** The packages of all targets. */
export const packageAll = ({ force = false } = {}) => packages(allTargets(), force);

/**
 * What npm test looks at: this platform's package and the universal one as they are, and of every other platform what would be in its package.
 * Only compressing those is left out. Returns { target, bytes, limit } of each.
 */
export async function checkPackages() {
  const real = await packages([...new Set([UNIVERSAL, ownTarget()])], false);
  const others = nativeTargets().filter((target) => target !== ownTarget());
  const listed = await locked(async () => {
    if (!existsSync(join(dist, 'engine.cjs'))) await buildAll();
    const found = [];
    for (const target of others) found.push({ target, bytes: (await contentsOf(target)).bytes, limit: filesLimit(target), note: 'of files' });
    stageNative(ownTarget());
    return found;
  });
  return [...real.map(({ target, bytes }) => ({ target, bytes, limit: sizeLimit(target), note: 'packed' })), ...listed];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { values } = parseArgs({ options: { force: { type: 'boolean' }, all: { type: 'boolean' }, target: { type: 'string' } } });
    await ensurePackages();
    const made = values.all ? await packageAll(values) : [await packageExtension(values)];
    for (const { target, file, bytes } of made) say(`${file}  ${megabytes(bytes)} of at most ${megabytes(sizeLimit(target))}`);
  } catch (error) {
    endWith(error);
  }
}
