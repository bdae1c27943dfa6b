import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import type { RunView } from '../../../extension/trace/view.ts';
import { echoReasoner } from '../../support/scripted-server/script.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { Fault, ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, until } from './support.ts';

const MODEL = 'scripted-reasoner';
const words = (count: number, word: string): string[] => Array.from({ length: count }, (_, index) => ` ${word}${index}`);
const text = (view: RunView | null, source: 'model' | 'resumed'): string => (view?.thoughts ?? []).map((each) => (each.source === source ? each.text : '')).join('');

describe('a run over a server that was cut off', function () {
  this.timeout(60_000);
  let reins: ReinsApi;
  let server: ScriptedServer;
  const faults: (Fault | undefined)[] = [];
  before(async () => {
    reins = await activated();
    const script = (input: Parameters<typeof echoReasoner>[0]): ReturnType<typeof echoReasoner> => (/count from one to ten/i.test(input.question) ? echoReasoner(input) : { thinking: words(20, 't'), answer: words(12, 'a') });
    server = await startScriptedServer({ faults, script });
    await reins.connect(server.baseUrl, undefined, MODEL);
  });
  after(async () => {
    await reins.chooseModel('reins-tiny');
    await vscode.workspace.getConfiguration('reins').update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });

  /** The next request breaks off after so many tokens. */
  const cutOff = async (after: number): Promise<RunView> => {
    faults[server.chats().length] = { kind: 'cut', after };
    await reins.ask({ question: 'What is it?', effort: 'low', budgets: { thinking: 100, solution: 50 } });
    await reins.whenIdle();
    const view = reins.currentView();
    assert.equal(view?.outcome, 'failed');
    assert.equal(view.error?.reason, 'stream-cut');
    assert.deepEqual(reins.panelState().controls.resume, { enabled: true });
    assert.equal(reins.contextKeys().canResume, true);
    return view;
  };

  it('in its thoughts is resumed there by the command, with what was left of the budget and nothing thought twice', async () => {
    const failed = await cutOff(7);
    assert.equal(text(failed, 'model').trim(), words(7, 't').join('').trim());
    await vscode.commands.executeCommand('reins.resumeRun');
    await until(() => reins.currentView()?.run !== failed.run);
    await reins.whenIdle();
    const view = reins.currentView();
    assert.equal(view?.error, null);
    assert.equal(view?.outcome, 'answered');
    assert.equal(view?.started?.parent, failed.run);
    assert.ok(text(view, 'resumed').trimEnd().endsWith(text(failed, 'model').trim()));
    assert.equal(text(view, 'model').trim(), words(20, 't').slice(7).join('').trim());
    assert.equal(view?.answer.trim(), words(12, 'a').join('').trim());
    assert.equal(view?.started?.budgets.thinking, 100 - failed.usage.thinking);
    assert.match(JSON.stringify(server.chats().at(-1)?.body?.messages?.at(-1)), /t0 t1 t2 t3 t4 t5 t6/);
    assert.equal(reins.panelState().controls.resume.enabled, false);
    assert.match(reins.panelState().controls.resume.reason ?? '', /came to its end/);
  });

  it('in its answer is resumed there, also when it is opened from the history', async () => {
    const failed = await cutOff(25);
    assert.equal(failed.answer.trim(), words(5, 'a').join('').trim());
    await reins.ask({ question: 'Another one?', effort: 'low' });
    await reins.whenIdle();
    await reins.panelReceives({ type: 'openRun', run: failed.run });
    assert.equal(reins.currentView()?.run, failed.run);
    await reins.panelReceives({ type: 'resume', run: failed.run });
    await until(() => reins.currentView()?.run !== failed.run);
    await reins.whenIdle();
    const view = reins.currentView();
    assert.equal(view?.outcome, 'answered');
    assert.equal(view?.started?.parent, failed.run);
    assert.equal(view?.answer.replaceAll(/\s+/g, ' ').trim(), words(12, 'a').join('').trim());
    assert.equal(view?.usage.thinking, 0);
    assert.ok((view?.usage.solution ?? 99) <= 8, 'the begun answer is not paid for again');
  });

  it('before anything came is asked again', async () => {
    const at = server.chats().length;
    faults[at] = { kind: 'close' };
    faults[at + 1] = { kind: 'close' };
    faults[at + 2] = { kind: 'close' };
    await reins.ask({ question: 'What is it?', effort: 'low', budgets: { thinking: 100, solution: 50 } });
    await reins.whenIdle();
    const failed = reins.currentView();
    assert.equal(failed?.outcome, 'failed');
    faults.length = 0;
    await reins.panelReceives({ type: 'resume', run: failed?.run });
    await until(() => reins.currentView()?.run !== failed?.run);
    await reins.whenIdle();
    assert.equal(reins.currentView()?.outcome, 'answered');
    assert.equal(reins.currentView()?.answer.trim(), words(12, 'a').join('').trim());
  });
});
