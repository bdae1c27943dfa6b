import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { echoReasoner } from '../support/scripted-server/script.ts';
import { startScriptedServer } from '../support/scripted-server/server.ts';
import type { ScriptedServer } from '../support/scripted-server/types.ts';
import { runCommand, screenshot } from './harness/actions.ts';
import { repository } from './harness/tools.ts';
import { useWorkbench } from './harness/use.ts';
import { answer, beginConnecting, choice, message, question } from './questions.ts';
import { button, panel, PATIENCE_MS } from './reins.ts';

const KEY = 'the-right-key-0123456789';
/** So long that nobody is too late to end it. */
const LONG = Array.from({ length: 4000 }, (_, index) => ` ${index}`);
const tokenizer = join(repository, 'media', 'models', 'reins-tiny');

async function ask(frame: Frame, text: string): Promise<void> {
  await frame.getByRole('textbox', { name: 'Question' }).fill(text);
  await button(frame, /^Ask$/).click({ timeout: PATIENCE_MS });
}

describe('connecting to a server', function () {
  this.timeout(600_000);
  const workbench = useWorkbench({ settings: { 'reins.pace': 0 } });
  let server: ScriptedServer;
  before(async () => {
    server = await startScriptedServer({
      apiKey: KEY,
      delayMs: 40,
      script: (input) => ({ ...echoReasoner(input), ...(input.question.startsWith('What is it?') ? { thinking: LONG } : {}) }),
    });
  });
  after(() => server.close());

  it('says in a sentence what was wrong, asks again with what was entered, and says how budgets are kept there', async () => {
    const { page } = workbench();
    const before = server.requests.length;
    await beginConnecting(page);
    await question(page, 'Connect to Server (1 of 3)');
    assert.equal(server.requests.length, before, 'nothing is contacted before an address is given');
    await answer(page, 'Connect to Server (1 of 3)', server.baseUrl);
    await answer(page, 'Connect to Server (2 of 3)', 'not-the-right-key-98765');
    const refused = message(page, /did not accept the key/);
    await refused.waitFor({ timeout: PATIENCE_MS });
    assert.doesNotMatch(await refused.innerText(), /98765/);
    await refused.getByRole('button', { name: 'Retry' }).click();
    assert.equal(await answer(page, 'Connect to Server (1 of 3)', server.baseUrl), server.baseUrl);
    await answer(page, 'Connect to Server (2 of 3)', KEY);
    await question(page, 'Connect to Server (3 of 3)');
    await choice(page, 'scripted-reasoner').click();
    await message(page, /lets Reins keep both budgets in place\. It does not show its tokens/).waitFor({ timeout: PATIENCE_MS * 2 });
    await page.locator('.statusbar-item', { hasText: /scripted-reasoner · / }).waitFor({ timeout: PATIENCE_MS });
    await screenshot(page, 'connected');
  });

  it('makes its model one that can be asked, and told to answer now', async () => {
    const { page } = workbench();
    const frame = await panel(page);
    await ask(frame, 'What is it?');
    await frame.locator('.thought-model').first().waitFor({ timeout: PATIENCE_MS });
    await button(frame, 'Answer Now').click({ timeout: PATIENCE_MS });
    const run = frame.locator('.run', { hasText: 'You asked for the answer now.' });
    await run.locator('.answer .markdown', { hasText: 'My answer is 11.' }).waitFor({ timeout: PATIENCE_MS * 2 });
    await frame.locator('section.replay').waitFor({ timeout: PATIENCE_MS });
    assert.match(await frame.locator('.meter-thinking .meter-figures').innerText(), /≈/);
  });

  it('has the tokens counted by a tokenizer whose folder is chosen in the dialog', async () => {
    const { page, folder } = workbench();
    await runCommand(page, 'Reins: Choose Tokenizer Folder…');
    const input = await question(page, 'Folder with the tokenizer.json of scripted-reasoner');
    // The dialog writes the folder it begins with when it has listed it, and that may come after what is entered.
    const stands = async (): Promise<boolean> => {
      await input.fill(`${tokenizer}/`);
      const listed = await choice(page, 'onnx').waitFor({ timeout: 5000 }).then(() => true, () => false);
      await sleep(500);
      return listed && (await input.inputValue()) === `${tokenizer}/` && (await choice(page, 'onnx').isVisible());
    };
    for (let times = 1; !(await stands()); times += 1) assert.ok(times < 10, 'the dialog does not take the folder');
    await page.locator('.quick-input-widget:visible').getByRole('button', { name: 'Count with It' }).click();
    await page.locator('.statusbar-item', { hasText: 'are counted with reins-tiny' }).waitFor({ timeout: PATIENCE_MS });
    const settings = ['User', 'Machine'].map((kind) => join(folder, '..', 'user-data', kind, 'settings.json')).filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'));
    assert.ok(settings.some((text) => text.includes(tokenizer)));
    assert.ok(settings.every((text) => !text.includes(KEY)));
    const frame = await panel(page);
    await ask(frame, 'What is that?');
    await frame.locator('.answer .markdown', { hasText: 'My answer is 13.' }).waitFor({ timeout: PATIENCE_MS * 2 });
    await frame.locator('section.replay').waitFor({ timeout: PATIENCE_MS });
    assert.doesNotMatch(await frame.locator('.meter-thinking .meter-figures').innerText(), /≈/);
    // An error that is shown is in the console too, and the key is in neither.
    const complaints = workbench().complaints.filter((text) => !/did not accept the key/.test(text));
    assert.deepEqual(complaints, []);
    assert.ok(workbench().complaints.every((text) => !text.includes('98765')));
  });
});
