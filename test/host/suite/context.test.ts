/** Context that goes along with a question, and answers that are applied through the diff. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, closeAll, open, until } from './support.ts';

const CODE = 'function add(a, b) {\n  return a - b;\n}\n\nfunction twice(a) {\n  return a + a;\n}\n';
const ADD = 'function add(a, b) {\n  return a + b;\n}';

describe('context and answers in the panel', function () {
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

  const ask = async (question: string, useSelection: boolean): Promise<void> => {
    const before = reins.currentView()?.run;
    await reins.panelReceives({ type: 'ask', question, useSelection });
    await until(() => reins.currentView()?.run !== before);
    await reins.whenIdle();
    assert.equal(reins.currentView()?.outcome, 'answered');
  };
  const reviewed = (): boolean => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff;

  it('goes along once, with its labels, and says what it costs before', async () => {
    answer = 'All right.';
    const other = await open('const other = 1;\n');
    const { document } = await open(CODE);
    await vscode.commands.executeCommand('reins.addContext', other.document.uri);
    await vscode.commands.executeCommand('reins.addContext', other.document.uri);
    const attached = reins.panelState().attached;
    assert.equal(attached.length, 1, 'the same file is there once');
    assert.equal(attached[0]?.kind, 'file');
    assert.ok((attached[0]?.tokens ?? 0) > 0);
    await vscode.window.showTextDocument(document);
    await ask('What is this?', true);
    const task = reins.currentView()?.started?.task;
    assert.deepEqual(task?.attached?.map(({ code }) => code), ['const other = 1;\n']);
    assert.equal(task?.context?.code, CODE);
    assert.ok(asked.includes('const other = 1;') && asked.includes('function twice'), asked);
    assert.deepEqual(reins.panelState().attached, [], 'it is used up');
  });

  it('can be taken out again, and refuses what is no text', async () => {
    const { document } = await open(CODE);
    await vscode.commands.executeCommand('reins.addContext', document.uri);
    const [piece] = reins.panelState().attached;
    await reins.panelReceives({ type: 'removeContext', id: piece?.id });
    assert.deepEqual(reins.panelState().attached, []);
    const empty = await open('\n');
    await vscode.commands.executeCommand('reins.addContext', empty.document.uri);
    assert.deepEqual(reins.panelState().attached, []);
  });

  it('an answer is applied where the function of its name is, through the diff', async () => {
    answer = `It subtracts.\n\n\`\`\`js\n${ADD}\n\`\`\`\n`;
    const { document } = await open(CODE);
    await ask('Why is add wrong?', true);
    await vscode.window.showTextDocument(document);
    assert.equal(await vscode.commands.executeCommand('reins.applyAnswer'), 'proposed');
    await until(reviewed);
    assert.equal(document.getText(), CODE, 'nothing is changed before it is accepted');
    assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'done');
    assert.equal(document.getText(), CODE.replace('a - b', 'a + b'));
  });

  it('a block of an answer is applied by itself', async () => {
    answer = `Two:\n\n\`\`\`js\n${ADD}\n\`\`\`\n\n\`\`\`js\nfunction twice(a) {\n  return 2 * a;\n}\n\`\`\`\n`;
    const { document } = await open(CODE);
    await ask('Better?', true);
    await vscode.window.showTextDocument(document);
    const run = reins.currentView()?.run;
    await reins.panelReceives({ type: 'apply', run, code: 'function twice(a) {\n  return 2 * a;\n}' });
    await until(reviewed);
    assert.equal(await vscode.commands.executeCommand('reins.acceptChange'), 'done');
    assert.equal(document.getText(), CODE.replace('a + a', '2 * a'));
  });
});
