/** A conversation in the panel, in a whole editor: an answer with code, its code put into the file by a diff, and a question that follows up on it. */
import assert from 'node:assert/strict';
import { startScriptedServer } from '../support/scripted-server/server.ts';
import type { ScriptedServer } from '../support/scripted-server/types.ts';
import { openFile, runCommand, screenshot } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { button, chooseModel, panel, PATIENCE_MS } from './reins.ts';

const FIRST = 'How do I triple a number?';
const SECOND = 'And how do I halve it?';
const CODE = 'const triple = (x) => 3 * x;';
const ANSWER = `So:\n\n\`\`\`js\n${CODE}\n\`\`\`\n`;
const THOUGHT = 'a thought that stays here';

describe('a conversation', function () {
  this.timeout(600_000);
  let server: ScriptedServer;
  before(async () => {
    server = await startScriptedServer({ script: ({ question }) => ({ thinking: ['\n', THOUGHT, '.', '\n'], answer: [question.includes(SECOND) ? 'With x / 2.' : ANSWER] }) });
  });
  after(() => server.close());
  const workbench = useWorkbench(() => ({ settings: { 'reins.pace': 0, 'reins.servers': [{ name: 'scripted', baseUrl: server.baseUrl, model: 'scripted-reasoner' }] }, viewport: { width: 1400, height: 1000 } }));

  it('has its code copied, and applied by a diff that can be refused', async () => {
    const { page } = workbench();
    await openFile(page, 'loop.js');
    await chooseModel(page, 'scripted');
    const frame = await panel(page);
    await frame.getByRole('textbox', { name: 'Question' }).fill(FIRST);
    await button(frame, /^Ask$/).click();
    const block = frame.locator('.answer .code-block', { hasText: CODE });
    await block.waitFor({ timeout: PATIENCE_MS });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await block.getByRole('button', { name: 'Copy this code' }).click();
    await frame.locator('.status-line', { hasText: 'Copied' }).waitFor({ timeout: PATIENCE_MS });
    assert.equal((await page.evaluate<string>('navigator.clipboard.readText()')).trim(), CODE);
    await block.getByRole('button', { name: 'Show this code as a change to the file' }).click();
    const tab = page.getByRole('tab', { name: 'Apply to loop.js' });
    await tab.waitFor({ timeout: PATIENCE_MS });
    await screenshot(page, 'conversation-apply');
    await runCommand(page, 'Reins: Refuse');
    await tab.waitFor({ state: 'detached', timeout: PATIENCE_MS });
  });

  it('goes on with a question that follows up: what was asked and answered goes along, the thoughts do not', async () => {
    const { page } = workbench();
    const frame = await panel(page);
    await button(frame, 'Follow Up').click();
    await frame.locator('.chip-toggle[aria-pressed="true"]', { hasText: 'Follow up' }).waitFor({ timeout: PATIENCE_MS });
    await frame.getByRole('textbox', { name: 'Question' }).fill(SECOND);
    await button(frame, /^Ask$/).click();
    await frame.locator('.answer .markdown', { hasText: 'With x / 2.' }).waitFor({ timeout: PATIENCE_MS });
    await frame.locator('.earlier-summary', { hasText: 'Follows up on an earlier question' }).click();
    assert.match(await frame.locator('.earlier-turns').innerText(), /How do I triple a number\?[\s\S]*const triple/);
    await screenshot(page, 'conversation-follow-up');
    const messages = (server.chats().at(-1)?.body?.messages ?? []).filter(({ role }) => role !== 'system');
    assert.deepEqual(messages.slice(0, 3).map(({ role }) => role), ['user', 'assistant', 'user']);
    assert.match(String(messages[0]?.content), /How do I triple a number\?/);
    assert.match(String(messages[1]?.content), /const triple/);
    assert.match(String(messages[2]?.content), /And how do I halve it\?/);
    assert.ok(!JSON.stringify(messages.slice(0, 3)).includes(THOUGHT));
    assert.deepEqual(workbench().complaints, []);
  });
});
