import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, closeAll, open, until, withSetting } from './support.ts';

const CODE = 'function add(a, b) {\n  return a - b;\n}\n\nfunction twice(a) {\n  return a + a + a;\n}\n\nmodule.exports = { add, twice };\n';
const FIXED = CODE.replace('a - b', 'a + b').replace('a + a + a', 'a + a');
const asBlock = (code: string): string => `Here it is.\n\n\`\`\`js\n${code}\`\`\`\n`;

describe('an action on code', function () {
  this.timeout(120_000);
  let reins: ReinsApi;
  let server: ScriptedServer;
  let answer = '';
  let asked = '';
  before(async () => {
    reins = await activated();
    server = await startScriptedServer({
      script: ({ question }) => {
        asked = question;
        return { thinking: ['\n', 'Simple', '.', '\n'], answer: [answer] };
      },
    });
    await reins.connect(server.baseUrl, undefined, 'scripted-reasoner');
  });
  afterEach(closeAll);
  after(async () => {
    await reins.chooseModel('reins-tiny');
    await vscode.workspace.getConfiguration('reins').update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });

  const act = (kind: string, document: vscode.TextDocument, range: vscode.Range, more: object = {}): Thenable<unknown> => vscode.commands.executeCommand('reins.act', kind, { uri: document.uri, range, ...more });
  const whole = (document: vscode.TextDocument): vscode.Range => document.validateRange(new vscode.Range(0, 0, 9999, 0));
  const reviewed = (): boolean => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff;
  const proposed = async (text = CODE, said = FIXED): Promise<vscode.TextDocument> => {
    answer = asBlock(said);
    const { document } = await open(text);
    assert.equal(await act('fix', document, whole(document)), 'proposed');
    await until(reviewed);
    return document;
  };

  it('changes nothing until it is accepted, then all at once, and one undo takes it back', async () => {
    const document = await proposed();
    assert.equal(document.getText(), CODE);
    assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'done');
    assert.equal(document.getText(), FIXED);
    await until(() => !reviewed());
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), CODE);
  });

  it('is taken hunk by hunk', async () => {
    const document = await proposed();
    assert.equal(await vscode.commands.executeCommand('reins.acceptHunks', [1]), 'done');
    assert.equal(document.getText(), CODE.replace('a + a + a', 'a + a'));
    assert.ok(reviewed());
    assert.equal(await vscode.commands.executeCommand('reins.acceptHunks', [0]), 'done');
    assert.equal(document.getText(), FIXED);
  });

  it('is refused without a trace in the file', async () => {
    const document = await proposed();
    await vscode.commands.executeCommand('reins.refuseChange');
    await until(() => !reviewed());
    assert.equal(document.getText(), CODE);
    assert.equal(document.isDirty, false);
  });

  it('never overwrites what was written meanwhile, and still does the rest', async () => {
    const document = await proposed();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '// mine\n');
    edit.replace(document.uri, new vscode.Range(1, 0, 1, 15), '  return b - a;');
    await vscode.workspace.applyEdit(edit);
    assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'partly');
    assert.equal(document.getText(), `// mine\n${CODE.replace('a - b', 'b - a').replace('a + a + a', 'a + a')}`);
  });

  it('leaves Windows line ends and what is beyond the plane of letters as they are', async () => {
    const text = CODE.replace('a - b;', 'a - b; // 🎈 ünïcödé').replaceAll('\n', '\r\n');
    const document = await proposed(text, FIXED.replace('a + b;', 'a + b; // 🎈 ünïcödé'));
    await vscode.commands.executeCommand('reins.acceptChange');
    assert.equal(document.getText(), text.replace('a - b', 'a + b').replace('a + a + a', 'a + a'));
    assert.equal(document.eol, vscode.EndOfLine.CRLF);
  });

  it('works in an untitled file', async () => {
    answer = asBlock(FIXED);
    const document = await vscode.workspace.openTextDocument({ language: 'javascript', content: CODE });
    await vscode.window.showTextDocument(document);
    assert.equal(await act('fix', document, whole(document)), 'proposed');
    assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'done');
    assert.equal(document.getText(), FIXED);
    await vscode.window.showTextDocument(document);
  });

  it('does nothing when the file was deleted under the diff, and says so', async () => {
    const document = await proposed();
    rmSync(document.uri.fsPath);
    assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'gone');
    await assert.rejects(async () => vscode.workspace.fs.stat(document.uri));
    await vscode.commands.executeCommand('reins.refuseChange');
  });

  it('goes to the cell of a notebook', async () => {
    answer = asBlock('x = 2\n');
    const data = new vscode.NotebookData([new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'x = 1', 'python')]);
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data).then((made) => made, () => null);
    if (!notebook) return;
    const cell = notebook.cellAt(0).document;
    assert.equal(await act('fix', cell, whole(cell)), 'proposed');
    assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'done');
    assert.equal(cell.getText(), 'x = 2');
  });

  it('is refused on what cannot be written, is too long, or is no text', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('reins-readonly', { provideTextDocumentContent: () => CODE });
    const readonly = await vscode.workspace.openTextDocument(vscode.Uri.parse('reins-readonly:/some.js'));
    assert.equal(await act('fix', readonly, whole(readonly)), 'refused');
    provider.dispose();
    const minified = await open(`let a = 1;\nconst b = ${'1+'.repeat(1_000_000)}1;\n`);
    assert.equal(await act('fix', minified.document, new vscode.Range(1, 0, 1, 10)), 'refused');
    const binary = await vscode.workspace.openTextDocument({ language: 'javascript', content: 'a\0b\n' });
    assert.equal(await act('fix', binary, whole(binary)), 'refused');
  });

  it('offers nothing where the answer is prose, or leaves the lines as they are', async () => {
    const { document } = await open(CODE);
    answer = 'You should rename it.';
    assert.equal(await act('refactor', document, whole(document)), 'no-code');
    answer = asBlock(CODE);
    assert.equal(await act('refactor', document, whole(document)), 'same');
    assert.equal(document.getText(), CODE);
  });

  it('explains in the panel and writes tests into a file of their own', async () => {
    const { document } = await open(CODE);
    answer = 'It adds.';
    assert.equal(await act('explain', document, whole(document)), 'shown');
    assert.equal(reins.currentView()?.answer, 'It adds.');
    answer = asBlock('test();\n');
    assert.equal(await act('tests', document, whole(document)), 'opened');
    await until(() => vscode.window.activeTextEditor?.document.getText().trim() === 'test();');
    assert.equal(document.getText(), CODE);
  });

  it('thinks as hard as its kind says, or as was chosen this time', async () => {
    const { document } = await open(CODE);
    answer = 'It adds.';
    await act('explain', document, whole(document));
    assert.equal(reins.currentView()?.started?.effort, 'low');
    await act('explain', document, whole(document), { effort: 'high' });
    assert.equal(reins.currentView()?.started?.effort, 'high');
    await withSetting('reins.actions.effort', { explain: 'medium' }, async () => {
      await act('explain', document, whole(document));
      assert.equal(reins.currentView()?.started?.effort, 'medium');
    });
  });

  it('sends the lines asked about and what stands around them', async () => {
    const { document } = await open(CODE);
    answer = 'It adds.';
    await act('explain', document, new vscode.Range(4, 0, 6, 1), { problems: ['odd'] });
    assert.match(asked, /- odd[\s\S]*function add[\s\S]*module\.exports[\s\S]*function twice/);
  });

  it('is in the light bulb on a selection, not on a mere cursor, and never for the bundled model', async () => {
    const { document } = await open(CODE);
    const titles = async (range: vscode.Range): Promise<string[]> => {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range);
      return found.map(({ title }) => title).filter((title) => title.endsWith('with Reins')).sort();
    };
    assert.deepEqual(await titles(new vscode.Range(0, 0, 2, 1)), ['Complete with Reins', 'Document with Reins', 'Explain with Reins', 'Refactor with Reins', 'Write Tests with Reins']);
    assert.deepEqual(await titles(new vscode.Range(0, 0, 0, 0)), []);
    await reins.chooseModel('reins-tiny');
    try {
      assert.deepEqual(await titles(new vscode.Range(0, 0, 2, 1)), []);
      assert.equal(await act('fix', document, whole(document)), 'refused');
    } finally {
      await reins.connect(server.baseUrl, undefined, 'scripted-reasoner');
    }
  });

  it('has a quick fix on what the editor complains about', async () => {
    const { document } = await open(CODE);
    const collection = vscode.languages.createDiagnosticCollection('test');
    collection.set(document.uri, [new vscode.Diagnostic(new vscode.Range(1, 2, 1, 8), 'looks wrong', vscode.DiagnosticSeverity.Error)]);
    try {
      // The editor learns of what was just reported a little later.
      const titles: string[] = [];
      for (const deadline = Date.now() + 15_000; !titles.includes('Fix with Reins'); ) {
        assert.ok(Date.now() < deadline, titles.join(', '));
        const found = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, new vscode.Range(1, 3, 1, 3), vscode.CodeActionKind.QuickFix.value);
        titles.push(...found.map(({ title }) => title));
      }
      assert.ok(titles.includes('Explain with Reins'));
    } finally {
      collection.dispose();
    }
  });
});
