// For which platforms packages are made, what is staged for each, and how large each may be.
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { currentTarget, dist, root } from './paths.mjs';

const modules = join(root, 'node_modules');
const libraries = join(modules, 'onnxruntime-node', 'bin', 'napi-v6');

/** The package for every other platform: it carries no native library, so it uses models on servers only. */
export const UNIVERSAL = 'universal';

/** The platforms for which the installed ONNX runtime carries its libraries, by VS Code's names. */
export const nativeTargets = () => readdirSync(libraries).flatMap((platform) => readdirSync(join(libraries, platform)).map((arch) => `${platform}-${arch}`)).sort();

export const allTargets = () => [...nativeTargets(), UNIVERSAL];

/** The package an installation on this machine gets. */
export const ownTarget = () => (nativeTargets().includes(currentTarget()) ? currentTarget() : UNIVERSAL);

const MB = 1024 * 1024;
/** Most bytes of a package, and of the files in it. */
const limitsOf = (target) => (target === UNIVERSAL ? { packed: 3 * MB, files: 8 * MB } : { packed: 60 * MB, files: 120 * MB });
export const sizeLimit = (target) => limitsOf(target).packed;
export const filesLimit = (target) => limitsOf(target).files;

/**
 * onnxruntime-node carries the libraries of all platforms, and of some files more than a run on the processor loads: on macOS the same library
 * under a second name, on Windows DirectML and the shader compilers, which its library loads only when a graphics card is asked for.
 */
const unneeded = /libonnxruntime\.\d+\.\d+\.\d+\.dylib$|(DirectML|dxcompiler|dxil)\.dll$/;

/** Put beside the bundles what they load at run time on this platform, and nothing of another. */
export function stageNative(target) {
  const staged = join(dist, 'node_modules');
  rmSync(staged, { recursive: true, force: true });
  if (target === UNIVERSAL) return;
  const own = `bin/napi-v6/${target.replace('-', '/')}/`;
  const runtimeCode = (name) => name === 'package.json' || /^LICENSE|^ThirdPartyNotices/.test(name) || /^dist\/[^/]+\.js$/.test(name);
  copyMatching(join(modules, 'onnxruntime-node'), join(staged, 'onnxruntime-node'), (name) => runtimeCode(name) || (name.startsWith(own) && !unneeded.test(name)));
  copyMatching(join(modules, 'onnxruntime-common'), join(staged, 'onnxruntime-common'), (name) => runtimeCode(name) || /^dist\/cjs\/.*\.(js|json)$/.test(name));
}

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

/** The lines of .vscodeignore that let in what only models on this machine need. */
const localOnly = /^!(dist\/engine\.cjs|dist\/node_modules\/|media\/models\/)/;

/** .vscodeignore for one package. vsce lets an exception win over every exclusion, so leaving something out means leaving its exception out. */
export function ignoreRules(target, rules) {
  return target === UNIVERSAL ? rules.split('\n').filter((line) => !localOnly.test(line)).join('\n') : rules;
}

/** What must be in a package, and what must not. */
export function contentsFor(target) {
  const everywhere = ['package.json', 'LICENSE', 'dist/extension.cjs', 'dist/webview/main.js', 'dist/webview/codicon.ttf', 'media/icon.png', 'sample/triple.js'];
  if (target === UNIVERSAL) return { required: everywhere, forbidden: [/^dist\/engine\.cjs$/, /^dist\/node_modules\//, /^media\/models\//, /\.(node|so|dylib|dll|onnx)(\.|$)/] };
  const [platform, arch] = target.split('-');
  const own = `dist/node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/`;
  const local = ['dist/engine.cjs', 'dist/node_modules/onnxruntime-node/package.json', `${own}onnxruntime_binding.node`, 'media/models/reins-tiny/config.json', 'media/models/reins-tiny/onnx/model.onnx'];
  // Another platform's library would only make the package larger.
  return { required: [...everywhere, ...local], forbidden: [/\/reference\.json$/, new RegExp(`^dist/node_modules/onnxruntime-node/bin/(?!napi-v6/${platform}/${arch}/)`), unneeded] };
}

