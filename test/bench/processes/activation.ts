/**
 * Loads the built extension and activates it against a stand-in for the `vscode` module, then prints the times in ms as JSON.
 * The stand-in answers every call with itself, so this is the time of our own code, without the editor's.
 */
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const root = join(import.meta.dirname, '..', '..', '..');
const require = createRequire(import.meta.url);

/** May be called, constructed, extended, read and iterated; is never a promise. */
const anything: unknown = new Proxy(function () {}, {
  get(target, key) {
    if (key === 'prototype') return target.prototype as unknown;
    if (key === 'then') return undefined;
    if (key === Symbol.iterator) return () => [][Symbol.iterator]();
    if (key === Symbol.toPrimitive) return () => '';
    return anything;
  },
  apply: () => anything,
  construct: () => anything as object,
});

/** A part of the stand-in that has to answer like the real one. */
function standIn(parts: Readonly<Record<string, unknown>>): unknown {
  return new Proxy({}, { get: (_target, key) => (typeof key === 'string' && key in parts ? parts[key] : anything) });
}

const configuration = { get: (_key: string, fallback: unknown) => fallback, inspect: () => undefined, has: () => false, update: () => Promise.resolve() };
// Bundles copy a module's own names but keep its prototype, so that is where the stand-in goes.
const vscode: unknown = Object.create(standIn({ workspace: standIn({ getConfiguration: () => configuration, workspaceFolders: undefined }), l10n: { t: (text: string) => text } }) as object);

const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
const load = loader._load;
loader._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));

const memory = { get: (_key: string, fallback: unknown) => fallback, update: () => Promise.resolve(), keys: () => [], setKeysForSync: () => undefined };
const storage = { fsPath: join(tmpdir(), 'reins-activation'), scheme: 'file' };
const context = {
  subscriptions: [],
  extensionPath: root,
  extensionUri: { fsPath: root, scheme: 'file' },
  globalStorageUri: storage,
  storageUri: storage,
  logUri: storage,
  globalState: memory,
  workspaceState: memory,
  secrets: anything,
  environmentVariableCollection: anything,
  extension: anything,
  extensionMode: 1,
  asAbsolutePath: (path: string) => join(root, path),
};

const begin = performance.now();
const extension = require(join(root, 'dist', 'extension.cjs')) as { activate: (context: unknown) => unknown };
const loaded = performance.now();
await extension.activate(context);
const activated = performance.now();
process.stdout.write(JSON.stringify({ load: loaded - begin, activate: activated - loaded }), () => process.exit(0));
