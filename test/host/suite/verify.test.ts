import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { holdsOnExamples } from '../../../extension/evaluation/interpreter/check.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, closeAll, until, withSetting } from './support.ts';

/** Of the world of the bundled model; the tests know an example more than the comments do. */
const FAULTY = '// f(5) = 28\n// f(2) = 16\nfunction f(x) {\n  const a = x - 4;\n  const b = a + x;\n  return b * 2;\n}\n';
const WRONG = 'function add(a, b) {\n  return a - b;\n}\n\nmodule.exports = { add };\n';

describe('Fix and Verify', function () {
  this.timeout(180_000);
  let reins: ReinsApi;
  let server: ScriptedServer;
  let answers: readonly string[] = [];
  let asked = 0;
  const folder = (): string => join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'verify-test');
  const command = (): string => `cd verify-test && node test.js`;
  const tests = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('reins.tests');

  const write = async (code: string, test: string): Promise<vscode.TextDocument> => {
    writeFileSync(join(folder(), 'f.js'), code);
    writeFileSync(join(folder(), 'test.js'), test);
    const document = await vscode.workspace.openTextDocument(join(folder(), 'f.js'));
    await vscode.window.showTextDocument(document);
    await until(() => document.getText() === code);
    return document;
  };
  const fix = (document: vscode.TextDocument, line: number): Thenable<unknown> => vscode.commands.executeCommand('reins.fixAndVerify', { uri: document.uri, range: new vscode.Range(line, 0, line, 0) });
  const setCommand = async (text: string | undefined): Promise<void> => {
    await tests().update('command', text, vscode.ConfigurationTarget.Workspace);
    await until(() => tests().get('command') === (text ?? ''));
  };
  const connected = async (): Promise<void> => {
    const servers = vscode.workspace.getConfiguration('reins').get<{ baseUrl: string; model: string }[]>('servers') ?? [];
    await reins.chooseModel(`server:${servers[0]?.baseUrl}#${servers[0]?.model}`);
  };

  before(async () => {
    reins = await activated();
    mkdirSync(folder(), { recursive: true });
    server = await startScriptedServer({
      script: () => {
        const answer = answers[Math.min(asked, answers.length - 1)] ?? '';
        asked += 1;
        return { thinking: ['\n', 'Simple', '.', '\n'], answer: [`\`\`\`js\n${answer}\n\`\`\``] };
      },
    });
    await reins.connect(server.baseUrl, undefined, 'scripted-reasoner');
    await reins.chooseModel('reins-tiny');
    await setCommand(command());
    await reins.allowTests(command());
  });
  afterEach(closeAll);
  after(async () => {
    await setCommand(undefined);
    await reins.chooseModel('reins-tiny');
    await vscode.workspace.getConfiguration('reins').update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
    rmSync(folder(), { recursive: true, force: true });
  });

  it('repairs with the bundled model, offline, and proposes what passes the tests', async () => {
    const test = 'const { readFileSync } = require("fs");\nconst f = new Function(readFileSync("f.js", "utf8") + "; return f;")();\nfor (const [x, y] of [[5, 28], [2, 16], [0, 8]]) if (f(x) !== y) throw new Error(`f(${x}) gives ${f(x)}`);\n';
    const document = await write(FAULTY, test);
    await withSetting('reins.pace', 0, async () => {
      const came = await fix(document, 0);
      const view = reins.currentView();
      assert.deepEqual(view?.testRuns.map(({ candidate }) => candidate), [null, 0, 1, 2]);
      assert.equal(view?.testRuns[0]?.outcome, 'failed');
      assert.match(view?.testRuns[0]?.output ?? '', /f\(5\) gives 12/);
      assert.equal(view?.samples.length, 3);
      assert.equal(document.getText(), FAULTY, 'nothing changes before it is accepted');
      // A small model may fail; what it proposes has passed.
      const passed = view?.testRuns.some(({ outcome }) => outcome === 'passed') ?? false;
      assert.equal(came, passed ? 'proposed' : 'unverified', JSON.stringify(view?.testRuns));
      if (!passed) return;
      await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff);
      assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'done');
      assert.ok(holdsOnExamples(document.getText()));
    });
  });

  it('proposes the smallest change of a connected model that passes, and exports what was tried', async () => {
    await connected();
    const document = await write(WRONG, 'const { add } = require("./f.js");\nif (add(2, 3) !== 5) { console.log("add(2, 3) gives " + add(2, 3)); process.exit(1); }\n');
    asked = 0;
    answers = ['function add(a, b) {\n  return b - a;\n}', 'function add(a, b) {\n  const sum = a + b;\n  return sum;\n}', 'function add(a, b) {\n  return a + b;\n}'];
    const range = new vscode.Range(0, 0, 2, 1);
    assert.equal(await vscode.commands.executeCommand('reins.fixAndVerify', { uri: document.uri, range }), 'proposed');
    const view = reins.currentView();
    // The candidates are asked for at once, so that which of them gets which answer is the server's affair.
    assert.deepEqual(view?.testRuns.map(({ candidate }) => candidate), [null, 0, 1, 2]);
    assert.deepEqual(view.testRuns.map(({ outcome }) => outcome).sort(), ['failed', 'failed', 'passed', 'passed']);
    assert.match(view.decisions.at(-1)?.reason ?? '', /2 of 3 candidates.*sample \d/);
    assert.match(await reins.exportTrace('markdown'), /## Test runs[\s\S]*add\(2, 3\) gives 1/);
    assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'done');
    assert.equal(document.getText(), WRONG.replace('a - b', 'a + b'));
    await document.save();
    await reins.chooseModel('reins-tiny');
  });

  it('proposes nothing where nothing passes', async () => {
    await connected();
    const document = await write(WRONG, 'process.exit(1);\n');
    asked = 0;
    answers = ['function add(a, b) {\n  return a + b;\n}'];
    assert.equal(await vscode.commands.executeCommand('reins.fixAndVerify', { uri: document.uri, range: new vscode.Range(0, 0, 2, 1) }), 'unverified');
    assert.equal(document.getText(), WRONG);
    assert.ok(!(vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff));
    await reins.chooseModel('reins-tiny');
  });

  it('is offered beside the fix where there is a test command, and not otherwise', async () => {
    const document = await write(FAULTY, '');
    const offered = async (): Promise<boolean> => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, new vscode.Range(0, 0, 0, 0), vscode.CodeActionKind.QuickFix.value);
      return actions.some(({ title }) => title === 'Fix and Verify with Reins');
    };
    await until(offered);
    await setCommand(undefined);
    assert.equal(await offered(), false);
    const before = reins.currentView()?.run;
    assert.equal(await fix(document, 0), 'refused');
    assert.equal(reins.currentView()?.run, before, 'no model is asked without a test command');
    await setCommand(command());
  });

  it('asks no model where the bundled one has nothing to repair, or the file is outside of any folder', async () => {
    const before = reins.currentView()?.run;
    assert.equal(await fix(await write('let a = 1;\n', ''), 0), 'refused');
    assert.equal(await fix(await vscode.workspace.openTextDocument({ language: 'javascript', content: FAULTY }), 0), 'refused');
    assert.equal(reins.currentView()?.run, before);
  });
});
