import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, EXTENSION, withSetting } from './support.ts';

const KEY = 'a-very-private-phrase-0123456789';

describe('a server', function () {
  this.timeout(60_000);
  let reins: ReinsApi;
  let server: ScriptedServer;
  before(async () => {
    reins = await activated();
    server = await startScriptedServer({ apiKey: KEY });
  });
  after(async () => {
    await reins.chooseModel('reins-tiny');
    await vscode.workspace.getConfiguration('reins').update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });

  it('that refuses the key is refused with a sentence without the key', async () => {
    await assert.rejects(reins.connect(server.baseUrl, 'another-private-phrase-98765', 'scripted-reasoner'), (error: Error) => {
      assert.match(error.message, /key/i);
      assert.ok(!error.message.includes('another-private-phrase'));
      return true;
    });
    assert.deepEqual(vscode.workspace.getConfiguration('reins').get('servers'), []);
  });

  it('that is not there is refused with a sentence', async () => {
    await assert.rejects(reins.connect('http://127.0.0.1:9/v1', undefined, 'x'), /127\.0\.0\.1:9/);
  });

  it('is connected to, chosen, and asked', async () => {
    await reins.connect(server.baseUrl, KEY, 'scripted-reasoner');
    assert.equal(reins.panelState().model?.name, 'scripted-reasoner');
    await reins.ask({ question: 'What is 2 + 2?', effort: 'low' });
    await reins.whenIdle();
    const view = reins.currentView();
    assert.equal(view?.error, null);
    assert.equal(view?.outcome, 'answered');
    assert.equal(view?.started?.model.backend, 'remote');
    assert.equal(server.requests.at(-1)?.headers.authorization, `Bearer ${KEY}`);
  });

  it('is asked on, with what was asked and answered before and without the thoughts', async () => {
    const before = reins.currentView();
    assert.deepEqual(reins.panelState().controls.followUp, { enabled: true });
    await reins.panelReceives({ type: 'ask', question: 'And 3 + 3?', useSelection: false, followUp: before?.run });
    await reins.whenIdle();
    const view = reins.currentView();
    assert.notEqual(view?.run, before?.run);
    assert.deepEqual(view?.started?.task.history, [{ question: 'What is 2 + 2?', answer: before?.answer.trim() }]);
    assert.equal(view?.outcome, 'answered');
    const messages = server.requests.at(-1)?.body?.messages ?? [];
    const [asked, answered, now] = messages.filter(({ role }) => role !== 'system');
    assert.deepEqual([asked?.role, answered?.role, now?.role], ['user', 'assistant', 'user']);
    assert.match(String(asked?.content), /2 \+ 2/);
    assert.equal(answered?.content, before?.answer.trim());
    assert.match(String(now?.content), /3 \+ 3/);
  });

  it('is not asked on about a run that is not shown any more', async () => {
    const before = server.requests.length;
    await reins.panelReceives({ type: 'ask', question: 'And 4 + 4?', useSelection: false, followUp: 'another-run' });
    await reins.whenIdle();
    assert.equal(server.requests.length, before);
  });

  it('has its thoughts read by a model on this machine where one is named, and the figures bear its name', async () => {
    const folder = join(vscode.extensions.getExtension(EXTENSION)!.extensionPath, 'media', 'models', 'reins-tiny');
    await withSetting('reins.experimental.readThoughtsWith', folder, async () => {
      await reins.ask({ question: 'What is 2 + 2?', effort: 'high', budgets: { thinking: 128 }, holdAt: 100 });
      const held = await reins.whenView(({ signals }) => Object.keys(signals).includes('experimental, by reins-tiny: net drift'), 30_000);
      assert.ok(held.notices.some(({ code, message }) => code === 'thoughts-read' && /decide nothing/.test(message)));
      await reins.steer({ kind: 'release' });
      await reins.whenIdle();
    });
    const view = reins.currentView();
    assert.equal(view?.outcome, 'answered');
    assert.ok(view.decisions.every(({ evidence }) => evidence.every(({ signal }) => !signal.startsWith('experimental'))));
    await reins.ask({ question: 'What is 2 + 2?', effort: 'low' });
    await reins.whenIdle();
    assert.ok(Object.keys(reins.currentView()?.signals ?? {}).every((name) => !name.startsWith('experimental')), 'not where none is named');
  });

  it('has its tokens counted by the tokenizer that is chosen for it, and keeps the one it had where another cannot be read', async () => {
    const folder = join(vscode.extensions.getExtension(EXTENSION)!.extensionPath, 'media', 'models', 'reins-tiny');
    const named = (): unknown => vscode.workspace.getConfiguration('reins').get<{ tokenizer?: string }[]>('servers')?.[0]?.tokenizer;
    assert.match(reins.panelState().budgets.note, /these are estimates/);
    await assert.rejects(reins.useTokenizer(join(folder, 'onnx')), /has no tokenizer\.json/);
    assert.equal(named(), undefined);
    await reins.useTokenizer(folder);
    assert.equal(named(), folder);
    assert.doesNotMatch(reins.panelState().budgets.note, /these are estimates/);
    await reins.ask({ question: 'What is 2 + 2?', effort: 'low' });
    await reins.whenIdle();
    const view = reins.currentView();
    assert.deepEqual([view?.outcome, view?.usage.estimated, view?.started?.tokenCounts], ['answered', false, 'counted']);
    assert.match(await reins.serverReport(), /\| Token counts \| counted with the tokenizer in /);
    await reins.connect(server.baseUrl, KEY, 'scripted-reasoner');
    assert.equal(named(), folder, 'connecting again keeps it');
  });

  it('has its key in the secret store and nowhere else', async () => {
    const places: Record<string, string> = {
      settings: JSON.stringify(vscode.workspace.getConfiguration('reins')),
      state: JSON.stringify(reins.rememberedState()),
      log: reins.log.join('\n'),
      view: JSON.stringify(reins.currentView()),
      panel: JSON.stringify(reins.panelState()),
      export: await reins.exportTrace('json'),
      report: await reins.serverReport(),
    };
    for (const name of readdirSync(reins.tracesFolder)) places[name] = readFileSync(join(reins.tracesFolder, name), 'utf8');
    for (const [place, text] of Object.entries(places)) assert.ok(!text.includes(KEY), place);
  });

  it('is said what it allows, from what was kept of it', async () => {
    const report = await reins.serverReport();
    assert.match(report, /^# What Reins can control: scripted-reasoner on 127\\?\.0/);
    assert.match(report, /\| Thinking budget \| kept exactly \|/);
    assert.match(report, /1\. \*\*chat-continuation\*\*/);
    assert.match(report, /A begun reply \(flags\) was continued/);
    assert.ok(JSON.stringify(reins.rememberedState()['servers']).includes('scripted-reasoner'));
  });

  it('is left alone when Reins is set offline', async () => {
    const before = server.requests.length;
    await withSetting('reins.offline', true, async () => {
      await reins.ask({ question: 'What is 2 + 2?' });
      await reins.whenIdle();
      assert.equal(reins.currentView()?.error?.reason, 'offline');
      await assert.rejects(reins.connect(server.baseUrl, KEY, 'scripted-reasoner'), /offline/);
    });
    assert.equal(server.requests.length, before);
  });

  it('remembers the effort of each model apart', async () => {
    await reins.panelReceives({ type: 'setEffort', effort: 'high' });
    await reins.chooseModel('reins-tiny');
    await reins.panelReceives({ type: 'setEffort', effort: 'low' });
    const servers = vscode.workspace.getConfiguration('reins').get<{ baseUrl: string; model: string }[]>('servers') ?? [];
    await reins.chooseModel(`server:${servers[0]?.baseUrl}#${servers[0]?.model}`);
    assert.equal(reins.panelState().effort.value, 'high');
    await reins.panelReceives({ type: 'setEffort', effort: 'medium' });
    await reins.chooseModel('reins-tiny');
    assert.equal(reins.panelState().effort.value, 'low');
    await reins.panelReceives({ type: 'setEffort', effort: 'medium' });
  });
});
