import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import type { RunView } from '../../../extension/trace/view.ts';
import { tokenize } from '../../support/scripted-server/script.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, until, withSetting } from './support.ts';

const CONNECTED = 'scripted-reasoner';
const SECRET = 'not-for-any-model';

/** Asks for the tools that the question names, line by line; after results it asks again as long as it was told to, then answers. */
function script({ question }: { readonly question: string }): { readonly thinking: readonly string[]; readonly answer: readonly string[] } {
  const wanted = question.match(/^\{"tool".*\}$/gm);
  const insists = /insist/.test(question) || (/^Result/.test(question) && insisting && !/is spent/.test(question));
  insisting = insists;
  if (wanted && !/^Result/.test(question)) asked = wanted;
  const block = (!/^Result/.test(question) && wanted) || insists ? `\n\`\`\`tool\n${asked.join('\n')}\n\`\`\`` : '';
  return { thinking: tokenize('I think.\n'), answer: tokenize(block === '' ? 'Done.' : `I look.${block}`) };
}
let insisting = false;
let asked: readonly string[] = [];

describe('tools of the workspace', function () {
  this.timeout(120_000);
  let reins: ReinsApi;
  let server: ScriptedServer;
  let outside: string;
  const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const made = (name: string): string => join(folder(), 'tools-test', name);

  const ask = async (question: string): Promise<RunView> => {
    await reins.ask({ question, effort: 'low' });
    await reins.whenIdle();
    const view = reins.currentView();
    assert.ok(view);
    return view;
  };
  /** Outcome and text, without the heading and the fence around it. */
  const results = (view: RunView): string[] => view.tools.map(({ result }) => `${result?.outcome ?? 'none'}: ${(result?.text ?? '').split('\n').slice(2, -1).join('\n')}`);
  /** What one request comes to. */
  const one = async (request: object): Promise<string> => results(await ask(`Use\n${JSON.stringify(request)}`))[0] ?? '';

  before(async () => {
    reins = await activated();
    server = await startScriptedServer({ script });
    outside = mkdtempSync(join(tmpdir(), 'reins-outside-'));
    writeFileSync(join(outside, 'secret.txt'), SECRET);
    mkdirSync(made('deep'), { recursive: true });
    writeFileSync(made('a.txt'), 'first line\nsecond line needle\n');
    writeFileSync(made('deep/b.txt'), `the needle again\n`);
    writeFileSync(made('.env'), `KEY=${SECRET}`);
    writeFileSync(made('binary.bin'), Buffer.from([1, 0, 2]));
    writeFileSync(made('hidden.txt'), `${SECRET} needle`);
    symlinkSync(join(outside, 'secret.txt'), made('link.txt'));
    symlinkSync(outside, made('link-folder'));
    await reins.connect(server.baseUrl, undefined, CONNECTED);
    await reins.panelReceives({ type: 'setTools', on: true });
  });
  after(async () => {
    await reins.panelReceives({ type: 'setTools', on: false });
    await reins.chooseModel('reins-tiny');
    await vscode.workspace.getConfiguration('reins').update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
    rmSync(join(folder(), 'tools-test'), { recursive: true, force: true });
    rmSync(outside, { recursive: true, force: true });
  });

  it('are read, and what they gave goes back to the model with the tracker', async () => {
    const view = await ask('Use\n{"tool":"read_file","path":"tools-test/a.txt"}');
    assert.equal(view.outcome, 'answered');
    assert.equal(view.answer, 'Done.');
    const [call] = view.tools;
    assert.equal(call?.said, 'I look.');
    assert.match(call?.result?.text ?? '', /lines 1 to 3 of 3\nfirst line\nsecond line needle/);
    assert.deepEqual([call?.result?.used, call?.result?.limit, call?.result?.tier], [1, 10, 'high']);
    const sent = String(server.chats().at(-1)?.body?.messages?.at(-1)?.content);
    assert.match(sent, /second line needle[\s\S]*<budget>\nread_file: 1 used, 9 left \(HIGH\)/);
    assert.match(await reins.exportTrace('markdown'), /## Tools[\s\S]*second line needle/);
    assert.equal(reins.panelState().controls.keepThinking.enabled, false);
  });

  it('see what an editor holds and has not saved', async () => {
    const document = await vscode.workspace.openTextDocument(made('a.txt'));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'not saved\n');
    await vscode.workspace.applyEdit(edit);
    assert.match(await one({ tool: 'read_file', path: 'tools-test/a.txt', from: 1, to: 1 }), /ok: .*\nnot saved$/s);
    // The editor may have saved it by itself meanwhile: what was written goes out again as it came in.
    const back = new vscode.WorkspaceEdit();
    back.delete(document.uri, new vscode.Range(0, 0, 1, 0));
    await vscode.workspace.applyEdit(back);
    await until(async () => (await document.save()) && !document.isDirty);
    assert.doesNotMatch(document.getText(), /not saved/);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('search in files, and not in what is hidden', async () => {
    await withSetting('files.exclude', { '**/hidden.txt': true }, async () => {
      const found = await one({ tool: 'search', text: 'NEEDLE' });
      assert.match(found, /tools-test\/a\.txt:2: second line needle/);
      assert.match(found, /tools-test\/deep\/b\.txt:1/);
      assert.ok(!found.includes('hidden.txt'), found);
      assert.match(await one({ tool: 'read_file', path: 'tools-test/hidden.txt' }), /^refused: .*hidden/);
    });
    assert.ok(!(await one({ tool: 'search', text: SECRET, path: 'tools-test/link-folder' })).includes('secret.txt:1'));
    const all = await one({ tool: 'search', text: SECRET });
    assert.match(all, /hidden\.txt:1/, 'nothing is hidden any more');
    for (const name of ['secret.txt', 'link.txt', '.env']) assert.ok(!all.includes(name), name);
  });

  it('take notice of ignore files, as the editor’s search does', async () => {
    mkdirSync(made('out/deep'), { recursive: true });
    writeFileSync(made('.gitignore'), 'out/\n*.gen.txt\n!kept.gen.txt\n');
    for (const name of ['out/deep/a.txt', 'b.gen.txt', 'kept.gen.txt']) writeFileSync(made(name), 'an ignored word: thimble\n');
    symlinkSync(made('out/deep/a.txt'), made('to-ignored.txt'));
    for (const path of ['tools-test/out/deep/a.txt', 'tools-test/out', 'tools-test/b.gen.txt', 'tools-test/to-ignored.txt']) assert.match(await one({ tool: 'read_file', path }), /^refused: .*ignore file/, path);
    assert.match(await one({ tool: 'search', text: 'thimble' }), /^ok: tools-test\/kept\.gen\.txt:1: [^\n]*$/);
    const listed = await one({ tool: 'read_file', path: 'tools-test' });
    assert.ok(listed.includes('kept.gen.txt') && !listed.includes('out/') && !listed.includes('b.gen.txt'), listed);
    await withSetting('search.useIgnoreFiles', false, async () => assert.match(await one({ tool: 'read_file', path: 'tools-test/b.gen.txt' }), /^ok: /));
  });

  it('never leave the workspace, and never read what may hold secrets', async () => {
    const paths = [join(outside, 'secret.txt'), '../secret.txt', 'tools-test/../../x', 'tools-test/link.txt', 'tools-test/link-folder/secret.txt', 'tools-test/link-folder', 'tools-test/.env', '~/.ssh/id_rsa', 'file:///etc/passwd'];
    for (const path of paths) {
      const result = await one({ tool: 'read_file', path });
      assert.match(result, /^refused: /, path);
      assert.ok(!result.includes(SECRET), path);
    }
    assert.match(await one({ tool: 'read_file', path: 'tools-test/nothing.txt' }), /There is no/);
    assert.match(await one({ tool: 'read_file', path: 'tools-test/binary.bin' }), /failed: .*not text/);
    assert.ok(!server.requests.some(({ body }) => JSON.stringify(body).includes(SECRET) && JSON.stringify(body).includes('KEY=')));
  });

  it('list what the editor complains about', async () => {
    const collection = vscode.languages.createDiagnosticCollection('tools-test');
    collection.set(vscode.Uri.file(made('a.txt')), [new vscode.Diagnostic(new vscode.Range(1, 0, 1, 3), 'This is wrong.', vscode.DiagnosticSeverity.Error)]);
    collection.set(vscode.Uri.file(join(outside, 'secret.txt')), [new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), 'Out there.')]);
    const found = await one({ tool: 'diagnostics' });
    assert.match(found, /tools-test\/a\.txt:2: error: This is wrong\./);
    assert.ok(!found.includes('Out there'));
    collection.dispose();
  });

  it('end at their budget, and the model answers without', async () => {
    await withSetting('reins.tools.budget', { read_file: 2, search: 0, diagnostics: 0, run_tests: 0 }, async () => {
      await until(() => reins.panelState().tools.note !== '' && !reins.panelState().tools.note.includes('search'));
      const view = await ask('insist\n{"tool":"read_file","path":"tools-test/a.txt"}');
      assert.deepEqual(view.started?.tools, { read_file: 2, search: 0, diagnostics: 0, run_tests: 0 });
      assert.deepEqual(view.tools.map(({ result }) => result?.outcome), ['ok', 'ok', 'refused']);
      assert.equal(view.tools.at(-1)?.result?.tier, 'critical');
      assert.ok(view.decisions.some(({ action }) => action === 'refuse-tool'));
      assert.equal(view.answer, 'Done.');
    });
  });

  it('run no tests that were not allowed, and those that were under a limit', async () => {
    const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('reins');
    assert.match(await one({ tool: 'run_tests' }), /^refused: There is no tool run_tests/);
    const command = 'echo two of three tests failed && exit 3';
    await configuration().update('tests.command', command, vscode.ConfigurationTarget.Workspace);
    try {
      await until(() => configuration().get('tests.command') === command);
      assert.match(await one({ tool: 'run_tests' }), /^refused/);
      await reins.allowTests(command);
      assert.match(await one({ tool: 'run_tests' }), /^ok: The tests failed \(exit code 3, [\d.]+ s\)\.\ntwo of three tests failed/);
      await configuration().update('tests.command', `${command} `.repeat(2), vscode.ConfigurationTarget.Workspace);
      await until(() => configuration().get('tests.command') !== command);
      assert.match(await one({ tool: 'run_tests' }), /^refused/, 'another text is another command');
    } finally {
      await configuration().update('tests.command', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('are off where the model cannot ask for them, with the reason', async () => {
    await reins.chooseModel('reins-tiny');
    const { tools } = reins.panelState();
    assert.equal(tools.on, false);
    assert.match(tools.control.reason ?? '', /cannot ask for tools/);
    const servers = vscode.workspace.getConfiguration('reins').get<{ baseUrl: string; model: string }[]>('servers') ?? [];
    await reins.chooseModel(`server:${servers[0]?.baseUrl}#${servers[0]?.model}`);
    assert.equal(reins.panelState().tools.on, true);
  });

  it('are not offered when they are switched off', async () => {
    await reins.panelReceives({ type: 'setTools', on: false });
    const view = await ask('Use\n{"tool":"read_file","path":"tools-test/a.txt"}');
    assert.equal(view.started?.tools, undefined);
    assert.deepEqual(view.tools, []);
    await reins.panelReceives({ type: 'setTools', on: true });
  });
});
