/// <reference types="node" />
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Lane, ToViewer } from '../../extension/trace/messages.ts';
import { exhaustedRun, fullRun, thinkingRun, troubledRun } from './support/events.ts';
import { historyOf, livePanel, panelState, snapshot } from './support/messages.ts';
import { signalRun } from './support/signal-events.ts';
import { themes } from './support/site.ts';
import { openStage, type Stage, type Viewer } from './support/viewer.ts';

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function violations({ page }: Viewer): Promise<string[]> {
  await page.evaluate(axeSource);
  const found: Violation[] = await page.evaluate('axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)');
  return found.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join('\n    ')}`);
}

const lane = (run: string, effort: 'low' | 'high'): Lane => ({ run, effort, check: { holds: 1, total: 2 }, stop: { enabled: false }, answerNow: { enabled: false } });

const scenes: Readonly<Record<string, ToViewer>> = {
  'nothing yet': snapshot(null, panelState()),
  'a live run': snapshot(thinkingRun(), livePanel('run-live', { selection: { label: 'sum.ts:3–6', tokens: 42 } })),
  'a recorded run': snapshot(fullRun(), panelState(), { recorded: true, history: historyOf }),
  'a failed run': snapshot(troubledRun(), panelState(), { history: historyOf }),
  'a run with signals': snapshot(signalRun(), panelState()),
  'two runs side by side': snapshot(fullRun(), panelState({ lanes: [lane('run-full', 'low'), lane('run-signals', 'high')] }), { other: signalRun() }),
  'a run without an answer': snapshot(exhaustedRun(), panelState()),
};

describe('accessibility of the viewer', function () {
  this.timeout(240_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  for (const theme of themes) {
    for (const width of [240, 900]) {
      it(`finds nothing to complain about in ${theme} at ${width} px`, async () => {
        const viewer = await stage.open({ theme, width });
        for (const [name, message] of Object.entries(scenes)) {
          await viewer.send(message);
          await viewer.page.evaluate('for (const closed of document.querySelectorAll(".section-toggle[aria-expanded=false]")) closed.click()');
          const found = await violations(viewer);
          assert.deepEqual(found, [], `${name}:\n${found.join('\n')}`);
        }
        assert.deepEqual(await viewer.faults(), []);
        await viewer.close();
      });
    }
  }

  it('finds nothing to complain about with everything opened', async () => {
    const viewer = await stage.open({ width: 320 });
    await viewer.send(snapshot(thinkingRun(), livePanel('run-live', { selection: { label: 'sum.ts:3–6', tokens: 42 } }), { history: historyOf }));
    for (const name of ['History', 'Steer']) await viewer.page.locator('vscode-button', { hasText: name }).or(viewer.page.locator(`vscode-button[aria-label="${name}"]`)).first().click();
    await viewer.page.locator('.budget-summary').click();
    await viewer.page.locator('vscode-button[aria-label="Ask at Two Efforts"]').click();
    await viewer.page.locator('vscode-button[aria-label="Inspect Tokens"]').click();
    await viewer.page.locator('.question .chip').click();
    assert.deepEqual(await violations(viewer), []);
    await viewer.close();
  });

  it('has one live region, which hears of phases and the outcome but never of tokens', async () => {
    const viewer = await stage.open();
    const { page } = viewer;
    await viewer.send(snapshot([], livePanel('run-full')));
    assert.equal(await page.locator('[aria-live], [role=alert], [role=status], [role=log]').count(), 1);
    await page.evaluate('window.heard = []; new MutationObserver(() => window.heard.push(document.querySelector("[role=status]").textContent)).observe(document.querySelector("[role=status]"), { childList: true, characterData: true, subtree: true })');
    const events = fullRun();
    for (const event of events) await viewer.send({ type: 'events', run: 'run-full', events: [event] });
    const heard = (await page.evaluate('window.heard')) as string[];
    assert.deepEqual(heard, [
      'Thinking. The model started thinking.',
      'Closing. An exit policy found that more thinking would not help.',
      'Solving. The end of thinking is written; now the answer.',
      'Done. The model finished its answer.',
      'Answered.',
    ]);
    await viewer.close();
  });
});
