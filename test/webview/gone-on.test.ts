/// <reference types="node" />
import assert from 'node:assert/strict';
import type { RelatedRun } from '../../extension/trace/messages.ts';
import { sameAnswer } from '../../webview/answers.ts';
import { goneOn, type Side } from '../../webview/run/gone-on.ts';
import { fullRun, troubledRun } from './support/events.ts';
import { livePanel, panelState, snapshot } from './support/messages.ts';
import { signalRun } from './support/signal-events.ts';
import { drawn, useStage, wordsIn, type Viewer } from './support/viewer.ts';

const usage = (thinking: number): Side['usage'] => ({ prompt: 1, thinking, solution: 5, probes: 0, injected: 0, discarded: 0, estimated: false });
const side = (answer: string, change: Partial<Side> = {}): Side => ({ outcome: 'answered', cutShort: false, answer, usage: usage(52), check: null, ...change });
const end = { atToken: 96, policy: 'answer-convergence', savedTokensEstimate: 30 };

describe('what became of going on', () => {
  it('takes answers for the same that differ in white space, a fence or a closing mark only', () => {
    assert.ok(sameAnswer('x + 1', ' x  + 1;\n'));
    assert.ok(sameAnswer('```js\nx + 1\n```', 'x + 1'));
    assert.ok(!sameAnswer('x + 1', 'x + 2'));
    assert.ok(!sameAnswer('', 'x'));
  });

  it('says that ending had been right when the answer stays the same, and what going on took', () => {
    assert.deepEqual(goneOn(side('x + 1'), side('x + 1'), end), {
      kind: 'same',
      title: 'Ending there had been right',
      detail: '52 more thinking tokens gave the same answer. The estimate had been 30 tokens saved, trial answers counted; the thoughts went on for 52 tokens.',
    });
  });

  it('does not say so of thoughts that were cut short once more', () => {
    const same = goneOn(side('x + 1', { cutShort: true }), side('x + 1', { cutShort: true }), end);
    assert.equal(same.title, 'The answer stayed the same');
    assert.match(same.detail, /^52 more thinking tokens gave the same answer, but these thoughts were cut short too\. The estimate/);
  });

  it('says which answer is right only where that was found out', () => {
    const unknown = goneOn(side('x + 1'), side('x + 2'), null);
    assert.equal(unknown.title, 'Going on changed the answer');
    assert.match(unknown.detail, /Which of the two is right is not known here\./);
    const early = goneOn(side('x + 1', { check: { holds: 1, total: 2 } }), side('x + 2', { check: { holds: 2, total: 2 } }), null);
    assert.equal(early.title, 'Ending there had been too early');
    assert.match(early.detail, /The earlier answer holds on 1 of 2 examples, the later one holds on all 2 examples\./);
    const right = goneOn(side('x + 1', { check: { holds: 2, total: 2 } }), side('x + 2', { check: { holds: 0, total: 2 } }), null);
    assert.equal(right.title, 'Ending there had been right');
    const neither = goneOn(side('x + 1', { check: { holds: 0, total: 2 } }), side('x + 2', { check: { holds: 0, total: 2 } }), null);
    assert.equal(neither.title, 'Going on changed the answer');
    assert.doesNotMatch(neither.detail, /not known/);
  });

  it('does not praise an answer that breaks an example', () => {
    const check = { holds: 1, total: 2 };
    assert.match(goneOn(side('x', { check }), side('x', { check }), null).detail, /It breaks an example either way\./);
  });

  it('waits for an end, and has nothing to say where there is no answer', () => {
    assert.equal(goneOn(side('x'), side('', { outcome: null }), null).title, 'Going on…');
    assert.match(goneOn(side('x'), side('', { outcome: 'stopped' }), null).detail, /gave no answer \(stopped\)/);
    assert.equal(goneOn(side('', { outcome: 'exhausted' }), side('x'), null).title, 'Going on gave an answer');
  });
});

describe('what if it had gone on', function () {
  this.timeout(120_000);
  const stage = useStage();
  let viewer: Viewer;
  beforeEach(async () => {
    viewer = await stage().open({ width: 360, height: 1800 });
  });
  afterEach(() => viewer.close());

  const ask = (): ReturnType<Viewer['page']['getByRole']> => viewer.page.getByRole('button', { name: 'What If It Had Gone On?' });
  const later: RelatedRun = { run: 'run-later', relation: 'later', time: '2026-03-02T10:00:00.000Z', outcome: 'answered', cutShort: false, answer: '3 * x + 1', usage: usage(52), end: { atToken: 144, policy: 'answer-convergence', savedTokensEstimate: 30 }, check: null };
  const words = (selector: string): Promise<string> => wordsIn(viewer, selector);

  it('can be asked of a decision that ended the thoughts, by its number', async () => {
    await viewer.send(snapshot(signalRun(), panelState()));
    assert.equal(await ask().count(), 1);
    await ask().focus();
    await viewer.page.keyboard.press('Enter');
    assert.deepEqual((await viewer.posted()).filter(({ type }) => type === 'goOn'), [{ type: 'goOn', run: 'run-signals', decision: 2 }]);
  });

  it('cannot be asked of a live run, in the middle of a replay, or where the host says why not', async () => {
    await viewer.send(snapshot(signalRun('run-live').slice(0, -8), livePanel('run-live')));
    assert.equal(await ask().count(), 0);
    const events = signalRun();
    await viewer.send(snapshot(events, panelState(), { recorded: true }));
    assert.equal(await ask().count(), 1);
    await viewer.page.evaluate(`{ const slider = document.querySelector('.replay-slider'); slider.value = '${events.length - 4}'; slider.dispatchEvent(new Event('input')); }`);
    await drawn(viewer.page);
    assert.equal(await ask().count(), 0);
    const { controls } = panelState();
    await viewer.send(snapshot(events, panelState({ controls: { ...controls, goOn: { enabled: false, reason: 'The model of this run is gone.' } } })));
    await viewer.page.locator('vscode-button', { hasText: 'What If It Had Gone On?' }).click();
    assert.deepEqual((await viewer.posted()).filter(({ type }) => type === 'goOn'), []);
    assert.equal(await viewer.page.locator('vscode-button', { hasText: 'What If It Had Gone On?' }).getAttribute('title'), 'The model of this run is gone.');
  });

  it('is answered below the answer, with the way to the other run', async () => {
    await viewer.send(snapshot(signalRun(), panelState()), { type: 'related', run: 'run-signals', related: [later] });
    assert.equal(await words('.related .callout-title'), 'Ending there had been right');
    assert.match(await words('.related'), /A later run went on from token 144, where answer convergence had ended the thinking\./);
    await viewer.page.getByRole('button', { name: 'Compare', exact: true }).click();
    await viewer.page.getByRole('button', { name: 'Open Later Run' }).click();
    assert.deepEqual((await viewer.posted()).slice(1), [{ type: 'compare', run: 'run-later' }, { type: 'openRun', run: 'run-later' }]);
  });

  it('is told from the later run as well, while it goes on and when it has ended', async () => {
    const earlier: RelatedRun = { ...later, run: 'run-earlier', relation: 'earlier', usage: usage(144) };
    const goesOn = signalRun('run-later').map((event) => (event.type === 'started' ? { ...event, parent: 'run-earlier' } : event));
    await viewer.send(snapshot(goesOn.slice(0, -6), livePanel('run-later')), { type: 'related', run: 'run-later', related: [earlier] });
    assert.equal(await words('.related .callout-title'), 'Going on…');
    await viewer.send(snapshot(goesOn, panelState()), { type: 'related', run: 'run-later', related: [earlier] });
    assert.equal(await words('.related .callout-title'), 'The answer stayed the same', 'this run was ended early as well');
    assert.match(await words('.related'), /144 more thinking tokens gave the same answer/);
  });

  it('is forgotten with the run it is about, and not told of a continued answer', async () => {
    await viewer.send(snapshot(signalRun(), panelState()), { type: 'related', run: 'run-signals', related: [later] });
    await viewer.send(snapshot(troubledRun(), panelState()));
    assert.equal(await viewer.page.locator('.related').isVisible(), false);
    await viewer.send({ type: 'related', run: 'another', related: [later] });
    assert.equal(await viewer.page.locator('.related').isVisible(), false);
    await viewer.send(snapshot(fullRun(), panelState()), { type: 'related', run: 'run-full', related: [{ ...later, relation: 'earlier', end: null }] });
    assert.equal(await viewer.page.locator('.related').isVisible(), false);
  });
});
