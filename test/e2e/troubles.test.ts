/** A model that was chosen and cannot answer any more, in a whole editor: its folder is broken or gone, its server is down. What the panel says, and the way on. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill } from 'node:process';
import type { Frame, Locator } from 'playwright-core';
import { startScriptedServer } from '../support/scripted-server/server.ts';
import type { ScriptedServer } from '../support/scripted-server/types.ts';
import { screenshot, setTheme, type ThemeKind } from './harness/actions.ts';
import { repository } from './harness/tools.ts';
import { useWorkbench } from './harness/use.ts';
import { button, chooseModel, enginePids, panel, PATIENCE_MS } from './reins.ts';

const QUESTION = 'What is 2 + 2?';
const looks: readonly ThemeKind[] = ['light', 'highContrast', 'dark'];

describe('a chosen model that cannot answer any more', function () {
  this.timeout(600_000);
  let server: ScriptedServer;
  let parent: string;
  let folder: string;

  before(async () => {
    parent = mkdtempSync(join(tmpdir(), 'reins-models-'));
    folder = join(parent, 'tiny-copy');
    cpSync(join(repository, 'media', 'models', 'reins-tiny'), folder, { recursive: true });
    server = await startScriptedServer();
  });
  after(async () => {
    await server.close();
    rmSync(parent, { recursive: true, force: true });
  });
  const workbench = useWorkbench(() => ({ settings: { 'reins.pace': 0, 'reins.modelFolders': [folder], 'reins.servers': [{ name: 'scripted', baseUrl: server.baseUrl, model: 'scripted-reasoner' }] } }));

  const ask = async (frame: Frame): Promise<void> => {
    await frame.getByRole('textbox', { name: 'Question' }).fill(QUESTION);
    await button(frame, /^Ask$/).click();
  };
  const draft = (frame: Frame): Promise<string> => frame.getByRole('textbox', { name: 'Question' }).inputValue();
  /** What the panel says went wrong, once it says it. */
  const trouble = async (frame: Frame, says: string | RegExp): Promise<Locator> => {
    const callout = frame.locator('.callout-error', { hasText: says });
    await callout.waitFor({ timeout: PATIENCE_MS });
    return callout;
  };
  const pictures = async (name: string): Promise<void> => {
    for (const kind of looks) {
      await setTheme(workbench(), kind);
      await screenshot(workbench().page, `trouble-${name}-${kind}`);
    }
  };

  it('because its server is down: says so, and asks again once the server is up', async () => {
    const { page } = workbench();
    await chooseModel(page, 'scripted');
    const frame = await panel(page);
    await server.close();
    await ask(frame);
    const { host, port } = new URL(server.baseUrl);
    const callout = await trouble(frame, `Nothing answers at ${host}. Start the server, or check the address and port.`);
    assert.equal(await frame.locator('.question').innerText().then((text) => text.trim()), QUESTION);
    await button(frame, 'Choose Model').waitFor({ timeout: PATIENCE_MS });
    await pictures('server-down');
    server = await startScriptedServer({ port: Number(port) });
    await callout.getByText('Resume').click();
    await frame.locator('.answer .markdown:not(:empty)').waitFor({ timeout: PATIENCE_MS });
    assert.equal(await frame.locator('.callout-error:visible').count(), 0);
  });

  it('because its files are damaged: says so, and keeps the question', async () => {
    const { page } = workbench();
    await chooseModel(page, 'tiny-copy');
    const frame = await panel(page);
    truncateSync(join(folder, 'onnx', 'model.onnx'), 10_000);
    // As after a restart of the editor: the model has to be loaded anew.
    for (const pid of enginePids(workbench())) kill(pid, 'SIGKILL');
    await ask(frame);
    await trouble(frame, 'The model file onnx/model.onnx cannot be used: it is cut off or damaged. Download it again');
    assert.equal(await draft(frame), QUESTION);
    await pictures('folder-broken');
    assert.equal(await frame.locator('.status-line', { hasText: 'cannot be read' }).count(), 0, 'a run that never began is no damaged trace');
  });

  it('because its folder is gone: says so, and the way on leads to a model that answers', async () => {
    const { page } = workbench();
    const frame = await panel(page);
    renameSync(folder, `${folder}-moved`);
    await button(frame, /^Ask$/).click();
    const callout = await trouble(frame, `There is no model folder at ${folder}. It may have been moved or deleted; choose a model again.`);
    await pictures('folder-gone');
    await callout.getByText('Choose Model').click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Reins Tiny' }).first().click({ timeout: PATIENCE_MS });
    await page.locator('.statusbar-item', { hasText: 'Reins Tiny · ' }).waitFor({ timeout: PATIENCE_MS });
    assert.equal(await draft(frame), QUESTION);
    await button(frame, /^Ask$/).click();
    await frame.locator('.run .question', { hasText: QUESTION }).waitFor({ timeout: PATIENCE_MS });
    await frame.locator('section.replay').waitFor({ timeout: PATIENCE_MS });
    assert.equal(await frame.locator('.callout-error:visible').count(), 0);
    assert.deepEqual(workbench().complaints, []);
  });
});
