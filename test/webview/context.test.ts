/// <reference types="node" />
import assert from 'node:assert/strict';
import type { AttachedPiece } from '../../extension/trace/messages.ts';
import { fullRun } from './support/events.ts';
import { livePanel, panelState, snapshot } from './support/messages.ts';
import { openStage, type Stage, type Viewer } from './support/viewer.ts';

const pieces: readonly AttachedPiece[] = [
  { id: 'piece-1', kind: 'file', label: 'sum.ts', tokens: 420 },
  { id: 'piece-2', kind: 'symbol', label: 'add (sum.ts, lines 3–6)', tokens: 31 },
  { id: 'piece-3', kind: 'problem', label: "Cannot find name 'x' (sum.ts, line 9)", tokens: 24 },
];

describe('what goes along with a question', function () {
  this.timeout(120_000);
  let stage: Stage;
  let viewer: Viewer;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());
  beforeEach(async () => {
    viewer = await stage.open({ width: 300 });
  });
  afterEach(() => viewer.close());
  const last = async (): Promise<unknown> => (await viewer.posted()).at(-1);

  it('is shown with its cost, and added by a button', async () => {
    await viewer.send(snapshot(null, panelState({ attached: pieces })));
    const chips = viewer.page.locator('.attached .chip');
    assert.deepEqual(await chips.allInnerTexts(), ['sum.ts, about 420 tokens', 'add (sum.ts, lines 3–6), about 31 tokens', "Cannot find name 'x' (sum.ts, line 9), about 24 tokens"]);
    await viewer.page.getByRole('button', { name: 'Add Context' }).click();
    assert.deepEqual(await last(), { type: 'addContext' });
    assert.deepEqual(await viewer.faults(), []);
  });

  it('is taken out by keyboard, and the focus goes on to the next', async () => {
    await viewer.send(snapshot(null, panelState({ attached: pieces })));
    await viewer.page.getByRole('button', { name: /^Remove add/ }).focus();
    await viewer.page.keyboard.press('Delete');
    assert.deepEqual(await last(), { type: 'removeContext', id: 'piece-2' });
    await viewer.send({ type: 'panel', panel: panelState({ attached: pieces.filter(({ id }) => id !== 'piece-2') }) });
    assert.equal(await viewer.page.evaluate('document.activeElement.dataset.piece'), 'piece-3');
    await viewer.page.keyboard.press('Enter');
    assert.deepEqual(await last(), { type: 'removeContext', id: 'piece-3' });
    await viewer.send({ type: 'panel', panel: panelState({ attached: pieces.slice(0, 1) }) });
    await viewer.page.keyboard.press('Backspace');
    assert.deepEqual(await last(), { type: 'removeContext', id: 'piece-1' });
    await viewer.send({ type: 'panel', panel: panelState() });
    assert.equal(await viewer.page.locator('.attached').isVisible(), false);
  });

  it('a block of code in an answer is copied, inserted and applied, once the answer is there', async () => {
    const text = 'Take this:\n\n```js\nconst a = 1;\n```\n\nor this:\n\n```js\nconst b = 2;\n```\n';
    const run = fullRun().map((event) => (event.type === 'answer' ? { ...event, text } : event));
    await viewer.send(snapshot(run, panelState()));
    const bars = viewer.page.locator('.answer .code-actions');
    assert.equal(await bars.count(), 2);
    for (const [name, type] of [['Copy this code', 'copy'], ['Insert this code at the cursor', 'insert'], [/^Show this code/, 'apply']] as const) {
      await bars.nth(1).getByRole('button', { name }).click();
      assert.deepEqual(await last(), { type, run: run[0]?.run, code: 'const b = 2;' });
    }
    await viewer.page.locator('.answer-actions').getByText('Apply', { exact: true }).click();
    assert.deepEqual(await last(), { type: 'apply', run: run[0]?.run });
    await viewer.send({ type: 'panel', panel: livePanel(run[0]?.run ?? '') });
    assert.equal(await bars.first().isVisible(), false, 'nothing is taken from an answer that is still written');
  });
});
