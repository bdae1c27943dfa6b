import assert from 'node:assert/strict';
import { startScriptedServer } from '../support/scripted-server/server.ts';
import type { ScriptedServer } from '../support/scripted-server/types.ts';
import { screenshot } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { button, chooseModel, panel, PATIENCE_MS } from './reins.ts';

const REQUEST = 'I look.\n```tool\n{"tool":"read_file","path":"repair.js"}\n```';

describe('tools of the workspace', function () {
  this.timeout(600_000);
  const workbench = useWorkbench({ settings: { 'reins.pace': 0 }, viewport: { width: 1400, height: 1000 } });
  let server: ScriptedServer;

  before(async () => {
    // Asks for a file until it is told that the budget is spent.
    server = await startScriptedServer({ script: ({ question }) => ({ thinking: ['\n', 'I', ' think.', '\n'], answer: [/is spent/.test(question) ? 'It gives 12.' : REQUEST] }) });
    const { page, changeSettings } = workbench();
    await changeSettings({ 'reins.servers': [{ name: 'scripted', baseUrl: server.baseUrl, model: 'scripted-reasoner' }], 'reins.tools.budget': { read_file: 2, search: 0, diagnostics: 0, run_tests: 0 } });
    await chooseModel(page, 'scripted');
  });
  after(() => server.close());

  it('are switched on in the panel, read a file, and end at their budget', async () => {
    const { page } = workbench();
    const frame = await panel(page);
    const chip = frame.getByRole('button', { name: 'Tools', exact: true });
    await frame.locator('button.chip[aria-pressed="false"]:not([aria-disabled])', { hasText: 'Tools' }).waitFor({ timeout: PATIENCE_MS });
    await chip.click();
    await frame.locator('button.chip[aria-pressed="true"]', { hasText: 'Tools' }).waitFor({ timeout: PATIENCE_MS });
    await frame.getByRole('textbox', { name: 'Question' }).fill('What does f(5) give?');
    await button(frame, /^Ask$/).click();
    await frame.locator('.answer .markdown', { hasText: 'It gives 12.' }).waitFor({ timeout: PATIENCE_MS * 2 });
    const section = frame.locator('.section.tools');
    assert.match(await section.locator('.section-toggle').innerText(), /2 of 2/);
    const calls = await section.locator('ol > li .event-time').allInnerTexts();
    assert.deepEqual(calls.map((text) => text.split(',')[0]), ['carried out', 'carried out', 'refused']);
    await section.locator('details summary').first().click();
    assert.match(await section.locator('details').first().innerText(), /repair\.js, lines 1 to \d+[\s\S]*const b = a \+ x/);
    assert.match(await frame.locator('.decisions').innerText(), /The budget of read_file is spent: 2 of 2 uses\./);
    await screenshot(page, 'tools-at-their-budget');
    const last = String(server.chats().at(-1)?.body?.messages?.at(-1)?.content);
    assert.match(last, /<budget>\nread_file: 2 used, 0 left \(CRITICAL\)/);
    assert.deepEqual(workbench().complaints, []);
  });
});
