/** The whole editor in another language: what it shows of our manifest, the panel, and what the extension itself says. */
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { bundleFile, manifestFile, readWords } from '../../scripts/lib/l10n.mjs';
import { reinsFrame, screenshot, showReins } from './harness/actions.ts';
import { useWorkbench } from './harness/use.ts';
import { PATIENCE_MS, widenPanel } from './reins.ts';

const english = readWords(bundleFile());

/** Text that does not fit its box and is not shown in whole, nor to be scrolled to. What is only for screen readers has a box of one pixel. */
const cutOff = `[...document.querySelectorAll('button, label, .note, h2, h3, th, td, p, span')].filter((element) => {
  const { overflowX } = getComputedStyle(element);
  return element.clientWidth > 1 && element.innerText.trim() !== '' && (overflowX === 'hidden' || overflowX === 'clip') && element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.className + ': ' + element.innerText)`;

for (const [language, name] of [['de', 'German'], ['zh-cn', 'Chinese']] as const) {
  describe(`in ${name}`, function () {
    this.timeout(300_000);
    const workbench = useWorkbench({ language, settings: { 'reins.pace': 0, 'reins.signals': 'all' } });
    const words = readWords(bundleFile(language));
    const titles = readWords(manifestFile(language));
    const word = (message: string): string => words[message] ?? assert.fail(message);
    const title = (key: string): string => titles[key] ?? assert.fail(key);

    const panel = async (): Promise<Frame> => {
      await showReins(workbench().page);
      const frame = await reinsFrame(workbench().page, 'view');
      await frame.locator('.composer').first().waitFor({ timeout: PATIENCE_MS });
      return frame;
    };

    /** Whole messages of ours that stand there in English though there is a translation. */
    const leftInEnglish = (text: string): readonly string[] =>
      Object.keys(english).filter((message) => message.length >= 5 && !message.includes('{') && words[message] !== undefined && words[message] !== message && text.split('\n').some((line) => line.trim() === message));

    it('has its panel in the language, without words left out or cut off', async () => {
      const frame = await panel();
      const text = await frame.locator('body').innerText();
      for (const message of ['Ask', 'Effort', 'Try one of these', 'Complete a function from its examples', 'Choose Model']) assert.ok(text.includes(word(message)), `${word(message)}\n${text}`);
      assert.deepEqual(leftInEnglish(text), []);
      assert.deepEqual(await frame.evaluate(cutOff), []);
      await screenshot(workbench().page, `language-${language}-panel`);
    });

    it('tells of a run in it', async () => {
      const { page } = workbench();
      const frame = await panel();
      await frame.locator('.composer textarea').fill('Complete f\n\n// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;');
      await frame.getByRole('button', { name: word('Ask'), exact: true }).click();
      await frame.getByText(word('The model finished its answer.')).first().waitFor({ timeout: PATIENCE_MS });
      await frame.locator('section.replay').waitFor({ timeout: PATIENCE_MS });
      assert.equal(await frame.locator('.question .chip-label').innerText(), words['code in the question/said']);
      for (const [size, width] of [['narrow', 300], ['wide', 700]] as const) {
        await widenPanel(page, width);
        const text = await frame.locator('body').innerText();
        assert.deepEqual(leftInEnglish(text), []);
        assert.deepEqual(await frame.evaluate(cutOff), []);
        await screenshot(page, `language-${language}-run-${size}`);
      }
      assert.doesNotMatch(await frame.locator('.composer, .thoughts').allInnerTexts().then((texts) => texts.join('\n')), /\d tokens\b|\d,\d{3} Token/);
    });

    it('has its commands in it, found by their English names too', async () => {
      const { page } = workbench();
      await page.keyboard.press('F1');
      const input = page.locator('.quick-input-widget:visible input.input');
      await input.waitFor({ timeout: PATIENCE_MS });
      await input.fill('>Reins: Set Effort');
      const row = page.locator(`.quick-input-list .monaco-list-row[aria-label*="${title('command.setEffort')}"]`).first();
      await row.waitFor({ timeout: PATIENCE_MS });
      await screenshot(page, `language-${language}-palette`);
      await row.click();
      // What the extension itself says, by the same bundle.
      await page.locator('.quick-input-list .monaco-list-row').first().waitFor({ timeout: PATIENCE_MS });
      const text = await page.locator('.quick-input-widget:visible').innerText();
      assert.deepEqual(leftInEnglish(text), [], text);
      await screenshot(page, `language-${language}-effort`);
      await page.keyboard.press('Escape');
    });
  });
}
