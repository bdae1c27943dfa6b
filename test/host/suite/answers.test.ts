import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { REFUSAL } from '../../../extension/evaluation/world/refusal.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, closeAll, open, TRIPLE } from './support.ts';

/** The server says whatever the question asks for after a colon. */
const script = ({ question }: { question: string }): { thinking: string[]; answer: string[] } => ({ thinking: ['\n', 'Simple', '.', '\n'], answer: [/say: (.*)/.exec(question)?.[1] ?? 'nothing'] });

describe('an answer', function () {
  this.timeout(60_000);
  let reins: ReinsApi;
  let server: ScriptedServer;
  before(async () => {
    reins = await activated();
    server = await startScriptedServer({ script });
    await reins.connect(server.baseUrl, undefined, 'scripted-reasoner');
  });
  after(async () => {
    await closeAll();
    await reins.chooseModel('reins-tiny');
    await vscode.workspace.getConfiguration('reins').update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });

  const ask = async (editor: vscode.TextEditor, answer: string): Promise<void> => {
    await reins.ask({ question: `say: ${answer}`, effort: 'low' }, { about: editor });
    await reins.whenIdle();
    assert.equal(reins.currentView()?.answer.trim(), answer);
  };
  const insert = (): Thenable<unknown> => vscode.commands.executeCommand('reins.insertAnswer');

  it('replaces the selection it was about, and one undo takes it back', async () => {
    const text = 'let a = 3;\nlet b = a + 2;\nconsole.log(b);\n';
    const editor = await open(text);
    editor.selection = new vscode.Selection(0, 0, 2, 15);
    await ask(editor, 'console.log(5);');
    assert.equal(await insert(), 'selection');
    assert.equal(editor.document.getText(), 'console.log(5);\n');
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), text);
  });

  it('fills the hole of the code it was about, in parentheses where it needs them', async () => {
    const editor = await open('// f(2) = 6\n// f(5) = 12\nconst f = (x) => 2 * ___;\n');
    await ask(editor, 'x + 1');
    assert.equal(await insert(), 'hole');
    assert.equal(editor.document.lineAt(2).text, 'const f = (x) => 2 * (x + 1);');
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.lineAt(2).text, 'const f = (x) => 2 * ___;');
  });

  it('replaces the line it corrects', async () => {
    const text = '// f(2) = 5\n// f(4) = 9\nfunction f(x) {\n  let s = 2 * x;\n  return s + 2; // f(1) = 3\n}\n';
    const editor = await open(text);
    await ask(editor, 'return s + 1;');
    assert.equal(await insert(), 'line');
    assert.equal(editor.document.getText(), text.replace('return s + 2;', 'return s + 1;'));
  });

  it('goes to the cursor when it was about the whole file', async () => {
    const editor = await open('console.log(1 + 2);\n');
    await ask(editor, '// 3');
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    assert.equal(await insert(), 'cursor');
    assert.equal(editor.document.getText(), 'console.log(1 + 2);\n// 3');
  });

  const SUM = '// f(2) = 12\n// f(3) = 18\nfunction f(n) {\n  let s = 0;\n  for (let i = 1; i <= n; i++) {\n    s += i + 2;\n  }\n  return s;\n}\n';

  it('that stands there already changes nothing', async () => {
    const editor = await open(SUM);
    await ask(editor, 's += i + 2;');
    assert.equal(await insert(), 'same');
    assert.equal(editor.document.getText(), SUM);
  });

  it('gets a line of its own at the cursor', async () => {
    const editor = await open('console.log(1 + 2);\n');
    await ask(editor, 'let three = 3;');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    assert.equal(await insert(), 'cursor');
    assert.equal(editor.document.getText(), 'let three = 3;\nconsole.log(1 + 2);\n');
  });

  it('is checked on the examples, and the log says how many hold', async () => {
    const editor = await open(TRIPLE);
    await ask(editor, '3 * x + 1');
    assert.ok(reins.log.some((line) => line.includes('holds on 2 of 2 examples')));
    await ask(editor, '2 * x + 3');
    assert.ok(reins.log.some((line) => line.includes('holds on 1 of 2 examples')));
  });

  it('that only says it is outside the model’s world is not put anywhere, into a selection, a hole or at the cursor', async () => {
    for (const text of ['const name = first + last;\n', TRIPLE, '']) {
      const editor = await open(text);
      editor.selection = new vscode.Selection(0, 0, 0, editor.document.lineAt(0).text.length);
      await ask(editor, REFUSAL);
      assert.equal(await insert(), undefined);
      assert.equal(editor.document.getText(), text);
    }
  });

  it('never overwrites what was written meanwhile', async () => {
    const editor = await open('console.log(4);\n// end\n');
    editor.selection = new vscode.Selection(0, 0, 0, 15);
    await ask(editor, '4');
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '// new\n'));
    editor.selection = new vscode.Selection(1, 0, 1, 6);
    assert.equal(await insert(), 'cursor');
    assert.equal(editor.document.getText(), 'console.log(4);\n// new4\n// end\n');
  });
});
