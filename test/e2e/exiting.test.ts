import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { openFile, screenshot } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { askAboutFile, button, panel, PATIENCE_MS, runEnded, setEffort } from './reins.ts';

const chart = '.chart:has(.chart-title:text-is("Confidence of the trial answer"))';
const exit = '.event:has(.event-title:text-is("Ended thinking"))';

/** What the chart of the trial answers says in words: the latest figure, and the threshold it is held against. */
async function heldAgainst(frame: Frame): Promise<{ readonly value: number; readonly threshold: number }> {
  const words = await frame.locator(`${chart} .chart-value`).innerText();
  const [, value, threshold] = /^([\d.]+) probability \/ ([\d.]+)/.exec(words) ?? [];
  assert.ok(value !== undefined && threshold !== undefined, words);
  return { value: Number(value), threshold: Number(threshold) };
}

describe('an early exit', function () {
  this.timeout(600_000);
  const workbench = useWorkbench({ settings: { 'reins.pace': 24, 'reins.exits': 'eager', 'window.commandCenter': false, 'editor.minimap.enabled': false }, viewport: { width: 1400, height: 1400 } });

  before(async () => {
    const { page } = workbench();
    await openFile(page, 'predict.js');
    await panel(page);
    await setEffort(page, 'high');
  });

  it('can be seen coming: the confidence rises towards its threshold while the model thinks', async () => {
    const { page } = workbench();
    await askAboutFile(workbench());
    const frame = await panel(page);
    await frame.locator(`${chart} .chart-threshold`).waitFor({ timeout: PATIENCE_MS, state: 'attached' });
    const first = await heldAgainst(frame);
    assert.ok(first.value < first.threshold, JSON.stringify(first));
    assert.equal(await frame.locator(exit).count(), 0, 'nothing is decided yet');
    assert.match(await frame.locator('.exit-watch').innerText(), /^Early exit: confidence of the trial answer at least 0\.\d+ \(now 0\.\d+, \d+ % chance of a right answer\)\.$/);
    await screenshot(page, 'exit-coming');
    await frame.locator(exit).waitFor({ timeout: PATIENCE_MS });
    const last = await heldAgainst(frame);
    assert.ok(last.value >= last.threshold && last.threshold === first.threshold, JSON.stringify({ first, last }));
  });

  it('says on which evidence, after which trial answer, and what it saved', async () => {
    const { page } = workbench();
    const frame = await panel(page);
    await runEnded(page, frame);
    const words = (await frame.locator(exit).innerText()).replaceAll(/\s+/g, ' ');
    assert.match(words, /The model held its trial answer [\d.]+ % likely, so it had what it needed\./);
    assert.match(words, /confidence of the trial answer 0\.\d+ 0\.\d+/);
    assert.match(words, /Trial answer there \(\d+ tokens, raw confidence 0\.\d+\): \d+/);
    assert.match(words, /About \d+ tokens saved \(estimate, trial answers counted\)/);
    assert.match(await frame.locator('.signals').innerText(), /% chance of a right answer \(calibrated on \d+ tasks of the built-in world/);
    await screenshot(page, 'exit-taken');
  });

  it('can be judged afterwards, by Keep Thinking', async () => {
    const { page, changeSettings } = workbench();
    const frame = await panel(page);
    const answer = (await frame.locator('.answer .markdown').innerText()).trim();
    // Enough for the model to come to its own end: what is cut short again tells less.
    await changeSettings({ 'reins.pace': 0, 'reins.keepThinkingStep': 400 });
    await button(frame, /^Keep Thinking \+400/).waitFor({ timeout: PATIENCE_MS });
    await button(frame, /^Keep Thinking/).click();
    await frame.locator('.thought-resumed').first().waitFor({ timeout: PATIENCE_MS });
    await runEnded(page, frame);
    const related = frame.locator('.related');
    await related.locator('.callout-title', { hasText: /Ending there|Going on (?:changed|gave)|Nothing to compare/ }).waitFor({ timeout: PATIENCE_MS });
    assert.match(await related.innerText(), /where trial answer confidence had ended the thinking/);
    assert.equal((await related.locator('.event-quote').innerText()).trim(), answer);
    const now = (await frame.locator('.answer .markdown').innerText()).trim();
    if (now === answer) assert.equal(await related.locator('.callout-title').innerText(), 'Ending there had been right');
    await related.evaluate((element) => element.scrollIntoView());
    await screenshot(page, 'exit-judged');
    assert.deepEqual(workbench().complaints, []);
  });
});
