/** What a person does first with a server of their own: start llama-server, connect, ask. (Stepping in is held against the local model in test/server.) */
import assert from 'node:assert/strict';
import { bundled } from '../engine/support/models.ts';
import { makeGguf, startLlamaServer, type LlamaServer } from '../server/support/llama-server.ts';
import { program } from '../server/support/runs.ts';
import { openFile, runCommand } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { answer, beginConnecting, choice, message, question } from './questions.ts';
import { askAboutFile, panel, PATIENCE_MS } from './reins.ts';

const found = program();
if ('missing' in found) console.log(`  a real llama-server in a whole editor is skipped: ${found.missing}`);

(('missing' in found) ? describe.skip : describe)('a real llama-server in a whole editor', function () {
  this.timeout(600_000);
  const workbench = useWorkbench({ settings: { 'reins.pace': 0 } });
  let server: LlamaServer | undefined;
  let clean: () => Promise<void> = () => Promise.resolve();
  before(async () => {
    if ('missing' in found) return;
    const gguf = await makeGguf(bundled.folder);
    clean = gguf.remove;
    server = await startLlamaServer(found.path, gguf.file);
  });
  after(async () => {
    await server?.kill();
    await clean();
  });

  it('is connected to, and keeps both budgets exactly', async () => {
    const { page } = workbench();
    await beginConnecting(page);
    await answer(page, 'Connect to Server (1 of 3)', new URL(server!.baseUrl).host);
    await answer(page, 'Connect to Server (2 of 3)', '');
    await question(page, 'Connect to Server (3 of 3)');
    await choice(page, 'model.gguf').click();
    await message(page, /lets Reins keep both budgets exactly/).waitFor({ timeout: PATIENCE_MS * 2 });
    await page.locator('.statusbar-item', { hasText: /model\.gguf · / }).waitFor({ timeout: PATIENCE_MS });
  });

  it('is asked about a file, and every token is its own', async () => {
    await openFile(workbench().page, 'triple.js');
    const frame = await panel(workbench().page);
    await askAboutFile(workbench(), 'Complete f');
    await frame.locator('section.replay').waitFor({ timeout: PATIENCE_MS * 3 });
    assert.notEqual((await frame.locator('.answer .markdown').innerText()).trim(), '');
    assert.equal(await frame.locator('.fact-line span').first().innerText(), 'model.gguf');
    assert.equal(await frame.locator('.fact-line span').last().innerText(), 'exact budgets');
    assert.match(await frame.locator('.meter-thinking .meter-figures').innerText(), /^[\d,]+ \/ [\d,]+$/);
  });

  it('is said what it allows', async () => {
    const { page } = workbench();
    await runCommand(page, 'Reins: Show What the Server Allows');
    await page.locator('.editor-group-container.active .view-line', { hasText: 'raw-tokens' }).first().waitFor({ timeout: PATIENCE_MS });
    assert.deepEqual(workbench().complaints, []);
  });
});
