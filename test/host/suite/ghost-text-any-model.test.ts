import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import type { ScriptedServer } from '../../support/scripted-server/types.ts';
import { activated, closeAll, open, TRIPLE, until, withSetting } from './support.ts';

const { Automatic, Invoke } = vscode.InlineCompletionTriggerKind;

describe('ghost text from the chosen model', function () {
  this.timeout(180_000);
  let reins: ReinsApi;
  let server: ScriptedServer;
  let asked = 0;
  before(async () => {
    reins = await activated();
    server = await startScriptedServer({
      script: () => {
        asked += 1;
        return { thinking: ['\n', 'Add them', '.', '\n'], answer: ['a', ' + b', '\nprint(a)\n', 'more\n'] };
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

  const suggest = async ({ document }: vscode.TextEditor, position: vscode.Position, triggerKind = Invoke): Promise<string[]> => {
    const items = await reins.inlineProvider.provideInlineCompletionItems(document, position, { triggerKind, selectedCompletionInfo: undefined }, new vscode.CancellationTokenSource().token);
    return (Array.isArray(items) ? items : (items?.items ?? [])).map(({ insertText }: vscode.InlineCompletionItem) => String(insertText));
  };
  const chosen = (act: () => Promise<void>): Promise<void> => withSetting('reins.inlineCompletion.source', 'chosen', act);
  const END = new vscode.Position(1, 11);
  const SUM = 'def add(a, b):\n    return \n';

  it('is not asked for while nobody has allowed it', async () => {
    const before = asked;
    assert.deepEqual(await suggest(await open(SUM, 'python'), END), []);
    assert.equal(asked, before);
  });

  it('is one line where the line has begun, and never holds thoughts', async () => {
    await chosen(async () => assert.deepEqual(await suggest(await open(SUM, 'python'), END), ['a + b']));
  });

  it('leaves the gate\'s decision in the trace of its run, offered or withheld', async () => {
    const decisions = (): readonly { readonly action: string; readonly policy: string; readonly reason: string }[] => {
      const files = existsSync(reins.tracesFolder) ? readdirSync(reins.tracesFolder) : [];
      const events = files.flatMap((name) => readFileSync(join(reins.tracesFolder, name), 'utf8').split('\n')).filter((line) => line.includes('"ghost-text-gate"'));
      return events.map((line) => (JSON.parse(line) as { decision: { action: string; policy: string; reason: string } }).decision);
    };
    const decided = async (text: string, position: vscode.Position, shown: readonly string[], action: string): Promise<void> => {
      const before = decisions().filter((decision) => decision.action === action).length;
      assert.deepEqual(await suggest(await open(text, 'python'), position), shown);
      await until(() => decisions().filter((decision) => decision.action === action).length === before + 1);
    };
    await chosen(() =>
      withSetting('reins.traces.completions', true, async () => {
        await decided(`# offered\n${SUM}`, new vscode.Position(2, 11), ['a + b'], 'offer');
        await decided('// f(2) = 7\nconst f = (x) => ', new vscode.Position(1, 17), ['a + b'], 'offer');
        await decided('// g(2, 2) = 7\nconst g = (a, b) => ', new vscode.Position(1, 20), [], 'withhold');
      }),
    );
    assert.match(decisions().find(({ action }) => action === 'withhold')?.reason ?? '', /g\(2, 2\) gives 4, not 7/);
  });

  it('comes from memory when it is begun to be typed', async () => {
    await chosen(async () => {
      const text = `# once\n${SUM}`;
      assert.deepEqual(await suggest(await open(text, 'python'), new vscode.Position(2, 11)), ['a + b']);
      const before = asked;
      assert.deepEqual(await suggest(await open(text.replace('return ', 'return a'), 'python'), new vscode.Position(2, 12)), [' + b']);
      assert.equal(asked, before);
    });
  });

  it('is switched off by language, and snoozed until it is asked for', async () => {
    await chosen(async () => {
      const editor = await open(`# quiet\n${SUM}`, 'python');
      const end = new vscode.Position(2, 11);
      await vscode.commands.executeCommand('reins.snooze', 5);
      assert.deepEqual(await suggest(editor, end, Automatic), []);
      assert.deepEqual(await suggest(editor, end), ['a + b']);
      await vscode.commands.executeCommand('reins.endSnooze');
      assert.deepEqual(await suggest(editor, end, Automatic), ['a + b']);
      await withSetting('reins.inlineCompletion.enabled', false, async () => assert.deepEqual(await suggest(editor, end), []));
    });
  });

  it('sends nothing of files that usually hold secrets: not what is written there, and not to complete other files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reins-secrets-'));
    const path = join(folder, '.env');
    // As alike as can be to the code below, so that only its name keeps it out.
    writeFileSync(path, `${SUM.replace('add', 'private_add')}def private_add(a, b):\n    return a_very_private_phrase\n`);
    const plain = join(folder, 'other.py');
    writeFileSync(plain, `${SUM.replace('add', 'public_add')}def public_add(a, b):\n    return a_public_phrase\n`);
    try {
      await chosen(async () => {
        const before = asked;
        const secret = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path), { preview: false });
        assert.deepEqual(await suggest(secret, END), []);
        assert.equal(asked, before);
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(plain), { preview: false });
        assert.deepEqual(await suggest(await open(`# private_add public_add\n${SUM}`, 'python'), new vscode.Position(2, 11)), ['a + b']);
        const sent = JSON.stringify(server.requests.at(-1)?.body);
        assert.match(sent, /a_public_phrase/);
        assert.doesNotMatch(sent, /a_very_private_phrase/);
      });
    } finally {
      await closeAll();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is asked for with what is open in tabs, and with nothing that was closed', async () => {
    await chosen(async () => {
      const closed = await open(`${SUM.replace('add', 'closed_add')}def closed_add(a, b):\n    return a_closed_phrase\n`, 'python');
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await open(`${SUM.replace('add', 'open_add')}def open_add(a, b):\n    return an_open_phrase\n`, 'python');
      await vscode.commands.executeCommand('workbench.action.keepEditor');
      assert.deepEqual(await suggest(await open(`# closed_add open_add\n${SUM}`, 'python'), new vscode.Position(2, 11)), ['a + b']);
      const sent = JSON.stringify(server.requests.at(-1)?.body);
      assert.match(sent, /an_open_phrase/);
      assert.ok(!closed.document.isClosed, 'the editor still has its text');
      assert.doesNotMatch(sent, /a_closed_phrase/);
    });
  });

  it('leaves minified files alone, and copes with Windows line ends and what is beyond the plane of letters', async () => {
    await chosen(async () => {
      const before = asked;
      assert.deepEqual(await suggest(await open(`const a = ${'1+'.repeat(1_000_000)}1;\n`), new vscode.Position(0, 30)), []);
      assert.equal(asked, before);
      assert.deepEqual(await suggest(await open('# 🎈\r\ndef add(a, b):\r\n    return \r\n# 🎈🎈\r\n', 'python'), new vscode.Position(2, 11)), ['a + b']);
    });
  });

  it('still has what the interpreter confirms first', async () => {
    await chosen(async () => {
      const [text = ''] = await suggest(await open(TRIPLE), new vscode.Position(2, 20));
      assert.notEqual(text, 'a + b');
    });
  });

  it('is thought about first with Think and Complete, and offered at the cursor', async () => {
    const editor = await open(`# think\n${SUM}`, 'python');
    const end = new vscode.Position(2, 11);
    editor.selection = new vscode.Selection(end, end);
    const before = reins.currentView()?.run;
    const thinking = vscode.commands.executeCommand('reins.thinkAndComplete');
    await until(() => reins.currentView()?.run !== before);
    await reins.whenIdle();
    await thinking;
    const [text = ''] = await suggest(editor, end);
    assert.match(text, /^a \+ b/);
    assert.doesNotMatch(text, /Add them/);
  });
});
