import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { holdsOnExamples } from '../../../extension/evaluation/interpreter/check.ts';
import { activated, closeAll, open, TRIPLE, until, withSetting } from './support.ts';

describe('ghost text', function () {
  this.timeout(60_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
  });
  after(closeAll);

  const suggest = async (text: string, line: number, character: number, language: Parameters<typeof open>[1] = 'javascript'): Promise<readonly vscode.InlineCompletionItem[]> => {
    const { document } = await open(text, language);
    const context = { triggerKind: vscode.InlineCompletionTriggerKind.Invoke, selectedCompletionInfo: undefined };
    const items = await reins.inlineProvider.provideInlineCompletionItems(document, new vscode.Position(line, character), context, new vscode.CancellationTokenSource().token);
    return Array.isArray(items) ? items : (items?.items ?? []);
  };

  it('fills a hole with what makes every example true', async () => {
    const [item] = await suggest(TRIPLE, 2, 20);
    assert.ok(item, 'nothing was suggested');
    assert.ok(holdsOnExamples(TRIPLE.replace('___', String(item.insertText))), String(item.insertText));
  });

  it('fills an empty body, with the space it needs', async () => {
    const [item] = await suggest('// f(2) = 7\n// f(5) = 16\nconst f = (x) =>', 2, 16);
    assert.match(String(item?.insertText), /^ \S/);
  });

  it('says nothing without two examples, elsewhere in the file, or in another language', async () => {
    assert.deepEqual(await suggest('// f(2) = 7\nconst f = (x) => ___;\n', 1, 17), []);
    assert.deepEqual(await suggest(TRIPLE, 0, 3), []);
    assert.deepEqual(await suggest(TRIPLE, 2, 20, 'python'), []);
  });

  it('says nothing when no guess holds', async () => {
    assert.deepEqual(await suggest('// f(1) = 1\n// f(1) = 2\nconst f = (x) => ___;\n', 2, 20), []);
  });

  it('takes the hole away when it is accepted, also while somebody types on', async () => {
    const editor = await open(TRIPLE.replace('___', '___3 * x + 1'));
    const typed = editor.edit((edit) => edit.insert(new vscode.Position(3, 0), '// and more\n'));
    // What the accepted ghost text does: this edit and the one above are made of the same text.
    await vscode.commands.executeCommand('reins.removeHole', editor.document.uri, 2, 17);
    assert.equal(await typed, true);
    assert.equal(editor.document.getText(), `${TRIPLE.replace('___', '3 * x + 1')}// and more\n`);
  });

  it('leaves no trace and no run in the panel', async () => {
    const before = reins.currentView()?.run;
    await suggest(TRIPLE.replace('f(2) = 7', 'f(3) = 10'), 2, 20);
    assert.equal(reins.currentView()?.run, before);
  });

  it('leaves a trace with its decision where that is wanted', async () => {
    const gated = (): number => readdirSync(reins.tracesFolder).filter((name) => name.endsWith('.jsonl') && readFileSync(join(reins.tracesFolder, name), 'utf8').includes('suggestion-gate')).length;
    const before = gated();
    await withSetting('reins.traces.completions', true, async () => {
      await suggest(TRIPLE.replace('f(2) = 7', 'f(4) = 13'), 2, 20);
      await until(() => gated() > before);
    });
  });

  it('can be switched off', async () => {
    await withSetting('reins.inlineCompletion.enabled', false, async () => assert.deepEqual(await suggest(TRIPLE, 2, 20), []));
  });
});

describe('Complete Function', function () {
  this.timeout(60_000);
  after(closeAll);

  it('fills the hole with what holds, as one step, or changes nothing', async () => {
    const reins = await activated();
    const editor = await open(`let a = 1;\n\n${TRIPLE}`);
    editor.selection = new vscode.Selection(3, 0, 3, 0);
    const before = editor.document.getText();
    await withSetting('reins.pace', 0, async () => {
      await vscode.commands.executeCommand('reins.completeFunction');
    });
    const after = editor.document.getText();
    assert.equal(reins.currentView()?.outcome, 'answered');
    assert.ok(after === before || holdsOnExamples(after), after);
    if (after === before) return;
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), before);
  });
});
