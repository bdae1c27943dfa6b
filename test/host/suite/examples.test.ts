import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { holdsOnExamples } from '../../../extension/evaluation/interpreter/check.ts';
import { activated, closeAll, open, until, withSetting } from './support.ts';

const FAULTY = '// f(5) = 28\n// f(2) = 16\nfunction f(x) {\n  const a = x - 4;\n  const b = a + x;\n  return b * 2;\n}\n';
const marks = (document: vscode.TextDocument): vscode.Diagnostic[] => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Reins');

describe('a failing example', function () {
  this.timeout(120_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
  });
  after(closeAll);

  it('is marked with its counter-example, and not any more once it holds', async () => {
    const { document } = await open(FAULTY);
    await until(() => marks(document).length === 1);
    assert.equal(marks(document)[0]?.message, 'f(5) gives 12, not 28.');
    assert.equal(marks(document)[0]?.range.start.line, 0);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, document.lineAt(3).range, '  const a = x + 4;');
    await vscode.workspace.applyEdit(edit);
    await until(() => marks(document).length === 0);
  });

  it('has a quick fix that names it, here and in the function, and nowhere else', async () => {
    const { document } = await open(`${FAULTY}\nlet other = 1;\n`);
    const titles = async (line: number): Promise<string[]> => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, new vscode.Range(line, 0, line, 0), vscode.CodeActionKind.QuickFix.value);
      return actions.map(({ title }) => title).filter((title) => title.includes('Fix f with Reins'));
    };
    assert.deepEqual(await titles(0), ['Fix f with Reins: f(5) gives 12, not 28.']);
    assert.deepEqual(await titles(4), ['Fix f with Reins: f(5) gives 12, not 28.']);
    assert.deepEqual(await titles(8), []);
  });

  it('is not looked for when switched off', async () => {
    await withSetting('reins.examples.check', false, async () => {
      const { document } = await open(FAULTY);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, new vscode.Range(0, 0, 0, 0), vscode.CodeActionKind.QuickFix.value);
      assert.deepEqual(actions.filter(({ title }) => title.includes('Reins')), []);
    });
  });

  it('is asked about at the gate, and the decision is in the trace', async () => {
    const { document } = await open(FAULTY);
    await withSetting('reins.pace', 0, async () => {
      const before = reins.currentView()?.run;
      const fixing = vscode.commands.executeCommand('reins.fixExample', document.uri, 0);
      await until(() => reins.currentView()?.run !== before);
      await reins.whenIdle();
      await fixing;
    });
    const decision = reins.currentView()?.decisions.find(({ policy }) => policy === 'suggestion-gate');
    assert.ok(decision, JSON.stringify(reins.currentView()?.decisions));
    // Nothing changes before it is accepted; and a small model may fail.
    assert.equal(document.getText(), FAULTY);
    if (decision.action === 'offer') {
      assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'done');
      assert.ok(holdsOnExamples(document.getText()), document.getText());
    }
  });
});

describe('Think and Complete', function () {
  this.timeout(120_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
  });
  after(closeAll);

  it('reasons in the panel, then offers ghost text at the place, and only there', async () => {
    const editor = await open('// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;\n');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const before = reins.currentView()?.run;
    await withSetting('reins.pace', 0, async () => {
      const thinking = vscode.commands.executeCommand('reins.thinkAndComplete');
      await until(() => reins.currentView()?.run !== before);
      await reins.whenIdle();
      await thinking;
    });
    const { document } = editor;
    const asked = async (position: vscode.Position): Promise<readonly vscode.InlineCompletionItem[]> => {
      const items = await reins.inlineProvider.provideInlineCompletionItems(document, position, { triggerKind: vscode.InlineCompletionTriggerKind.Automatic, selectedCompletionInfo: undefined }, new vscode.CancellationTokenSource().token);
      return Array.isArray(items) ? items : (items?.items ?? []);
    };
    const offered = reins.currentView()?.decisions.some(({ action }) => action === 'offer');
    assert.ok(offered, JSON.stringify(reins.currentView()?.decisions));
    const [item] = await asked(new vscode.Position(2, 20));
    assert.ok(holdsOnExamples(document.getText().replace('___', String(item?.insertText))));
    assert.deepEqual(await asked(new vscode.Position(0, 3)), []);
  });

  it('tells what it needs where there is nothing to complete', async () => {
    await open('import fs from "node:fs";\n');
    const before = reins.currentView()?.run;
    await vscode.commands.executeCommand('reins.thinkAndComplete');
    assert.equal(reins.currentView()?.run, before);
  });
});

describe('a printed value', function () {
  this.timeout(120_000);
  after(closeAll);

  it('is offered behind the print only if the program prints it', async () => {
    const reins = await activated();
    const { document } = await open('let x = 8;\nlet y = x + 2;\nconsole.log(y);\n');
    const items = await reins.inlineProvider.provideInlineCompletionItems(document, new vscode.Position(2, 15), { triggerKind: vscode.InlineCompletionTriggerKind.Invoke, selectedCompletionInfo: undefined }, new vscode.CancellationTokenSource().token);
    const [item] = Array.isArray(items) ? items : (items?.items ?? []);
    assert.equal(item?.insertText, ' // 10');
  });
});
