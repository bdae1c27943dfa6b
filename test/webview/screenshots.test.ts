/// <reference types="node" />
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exhaustedRun, fullRun, thinkingRun, troubledRun } from './support/events.ts';
import { historyOf, livePanel, panelState, snapshot } from './support/messages.ts';
import { signalRun } from './support/signal-events.ts';
import { themes } from './support/site.ts';
import { openStage, type Stage } from './support/viewer.ts';

/** For people to look at. The only assertions are that nothing sticks out sideways, and no choice runs into the next. */
const folder = join(import.meta.dirname, '..', '..', 'artifacts', 'screenshots', 'webview');

const lane = { check: null, stop: { enabled: false }, answerNow: { enabled: false } };

const scenes = {
  empty: snapshot(null, panelState()),
  live: snapshot(thinkingRun(), livePanel('run-live', { selection: { label: 'sum.ts:3–6', tokens: 42 } })),
  recorded: snapshot(fullRun(), panelState({ selection: { label: 'sum.ts:3–6', tokens: 42 } }), { recorded: true, history: historyOf }),
  signals: snapshot(signalRun(), panelState(), { recorded: true }),
  compared: snapshot(fullRun(), panelState({ lanes: [{ ...lane, run: 'run-full', effort: 'low' }, { ...lane, run: 'run-signals', effort: 'high' }] }), { other: signalRun() }),
  failed: snapshot(troubledRun(), panelState({ effort: { value: 'high', note: 'Passed on to the server, which decides what it means.' }, model: { name: 'qwen3-8b', detail: 'http://localhost:8080' } }), { history: historyOf }),
  exhausted: snapshot(exhaustedRun(), panelState({ budgets: { thinking: 8, solution: 0, thinkingSet: true, solutionSet: false, note: '' } })),
};

describe('pictures of the viewer', function () {
  this.timeout(240_000);
  let stage: Stage;
  before(async () => {
    mkdirSync(folder, { recursive: true });
    stage = await openStage();
  });
  after(() => stage.close());

  for (const theme of themes) {
    for (const width of [240, 320, 900]) {
      it(`in ${theme} at ${width} px`, async () => {
        const viewer = await stage.open({ theme, width, height: 1600, scale: 1.5 });
        for (const [name, message] of Object.entries(scenes)) {
          await viewer.send(message);
          const tooWide: string[] = await viewer.page.evaluate(`[...document.querySelectorAll('.viewer *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5 && !each.closest('pre, .visually-hidden, .difference-table > *') && each.checkVisibility()).map((each) => each.className || each.localName)`);
          assert.deepEqual(tooWide, [], `${name} sticks out`);
          const cut: string[] = await viewer.page.evaluate(`[...document.querySelectorAll('.segment-choice')].filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)`);
          assert.deepEqual(cut, [], `${name} has choices that do not fit`);
          // The caret is left alone: hiding it takes a style the page's policy forbids.
          await viewer.page.screenshot({ path: join(folder, `${name}-${theme.replace('vscode-', '')}-${width}.png`), caret: 'initial' });
        }
        await viewer.close();
      });
    }
  }
});
