/** Files that are on no disk, as in a repository on the web: a file system in memory, registered by the test. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { holdsOnExamples } from '../../../extension/evaluation/interpreter/check.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, closeAll, TRIPLE, until, withSetting } from './support.ts';

const CODE = 'function add(a, b) {\n  return a - b;\n}\n\nmodule.exports = { add };\n';
const FIXED = CODE.replace('a - b', 'a + b');
const FAULTY = '// f(5) = 28\n// f(2) = 16\nfunction f(x) {\n  const a = x - 4;\n  const b = a + x;\n  return b * 2;\n}\n';

/** One folder of files, each with its text and whether it may be written. */
class Memory implements vscode.FileSystemProvider {
  readonly #files = new Map<string, { text: string; readonly locked: boolean; changed: number }>();
  #made = 0;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  /** A file of its own, also when a test is tried once more. */
  put(name: string, text: string, locked = false): vscode.Uri {
    this.#made += 1;
    const uri = vscode.Uri.from({ scheme: 'vscode-vfs', authority: 'memory', path: `/project/${this.#made}-${name}` });
    this.#files.set(uri.path, { text, locked, changed: Date.now() });
    return uri;
  }

  text(uri: vscode.Uri): string | undefined {
    return this.#files.get(uri.path)?.text;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const file = this.#files.get(uri.path);
    if (file) return { type: vscode.FileType.File, ctime: 0, mtime: file.changed, size: file.text.length, ...(file.locked ? { permissions: vscode.FilePermission.Readonly } : {}) };
    if (uri.path === '/project' || uri.path === '/') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [...this.#files.keys()].map((path) => [path.replace('/project/', ''), vscode.FileType.File]);
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const file = this.#files.get(uri.path);
    if (!file) throw vscode.FileSystemError.FileNotFound(uri);
    return new TextEncoder().encode(file.text);
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.#files.set(uri.path, { text: new TextDecoder().decode(content), locked: false, changed: Date.now() });
  }

  delete(uri: vscode.Uri): void {
    this.#files.delete(uri.path);
    this.#changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(from: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(from);
  }
}

describe('a file that is on no disk', function () {
  this.timeout(120_000);
  const memory = new Memory();
  let registered: vscode.Disposable;
  let reins: ReinsApi;
  let server: ScriptedServer;
  let answer = '';
  let asked = 0;
  before(async () => {
    reins = await activated();
    registered = vscode.workspace.registerFileSystemProvider('vscode-vfs', memory, { isCaseSensitive: true });
    server = await startScriptedServer({
      script: () => {
        asked += 1;
        return { thinking: ['\n', 'Simple', '.', '\n'], answer: [answer] };
      },
    });
    await reins.connect(server.baseUrl, undefined, 'scripted-reasoner');
  });
  afterEach(closeAll);
  after(async () => {
    registered.dispose();
    await reins.chooseModel('reins-tiny');
    await vscode.workspace.getConfiguration('reins').update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });

  const opened = async (uri: vscode.Uri): Promise<vscode.TextDocument> => (await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri))).document;
  const act = (kind: string, document: vscode.TextDocument): Thenable<unknown> => vscode.commands.executeCommand('reins.act', kind, { uri: document.uri, range: document.validateRange(new vscode.Range(0, 0, 9999, 0)) });
  const says = (code: string): void => void (answer = `Here it is.\n\n\`\`\`js\n${code}\`\`\`\n`);

  for (const kind of ['fix', 'complete', 'refactor', 'document']) {
    it(`is changed by ${kind} after a diff, and by nothing before`, async () => {
      const uri = memory.put(`${kind}.js`, CODE);
      const document = await opened(uri);
      says(FIXED);
      assert.equal(await act(kind, document), 'proposed');
      assert.equal(document.getText(), CODE);
      assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'done');
      assert.equal(document.getText(), FIXED);
      // The editor may have saved it by itself.
      await document.save();
      await until(() => memory.text(uri) === FIXED);
    });
  }

  it('is explained in the panel', async () => {
    const document = await opened(memory.put('explain.js', CODE));
    answer = 'It subtracts.';
    assert.equal(await act('explain', document), 'shown');
    assert.equal(reins.currentView()?.answer, 'It subtracts.');
  });

  it('is not written anew when it was deleted under the diff', async () => {
    const uri = memory.put('deleted.js', CODE);
    const document = await opened(uri);
    says(FIXED);
    assert.equal(await act('fix', document), 'proposed');
    await vscode.workspace.fs.delete(uri);
    assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'gone');
    assert.equal(memory.text(uri), undefined);
    await vscode.commands.executeCommand('reins.refuseChange');
  });

  it('is left alone where it may not be written', async () => {
    const document = await opened(memory.put('locked.js', CODE, true));
    const before = asked;
    assert.equal(await act('fix', document), 'refused');
    assert.equal(asked, before);
  });

  it('is not verified with tests, before anything is asked', async () => {
    const document = await opened(memory.put('verify.js', CODE));
    const before = asked;
    assert.equal(await vscode.commands.executeCommand('reins.fixAndVerify', { uri: document.uri, range: new vscode.Range(0, 0, 0, 0) }), 'refused');
    assert.equal(asked, before);
  });

  it('gets ghost text and checked examples from the bundled model all the same', async () => {
    await reins.chooseModel('reins-tiny');
    const holey = await opened(memory.put('triple.js', TRIPLE));
    await withSetting('reins.pace', 0, async () => {
      const items = await reins.inlineProvider.provideInlineCompletionItems(holey, new vscode.Position(2, 20), { triggerKind: vscode.InlineCompletionTriggerKind.Invoke, selectedCompletionInfo: undefined }, new vscode.CancellationTokenSource().token);
      const [item] = Array.isArray(items) ? items : (items?.items ?? []);
      assert.ok(item && holdsOnExamples(TRIPLE.replace('___', String(item.insertText))), JSON.stringify(items));
    });
    const faulty = await opened(memory.put('faulty.js', FAULTY));
    await until(() => vscode.languages.getDiagnostics(faulty.uri).some(({ source }) => source === 'Reins'));
  });
});
