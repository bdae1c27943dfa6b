/// <reference types="node" />
import assert from 'node:assert/strict';
import { recorder, started, tokens } from './support/events.ts';
import { livePanel, snapshot } from './support/messages.ts';
import { openStage, type Stage } from './support/viewer.ts';

const attacks = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '<svg onload="window.pwned = 1"></svg>',
  '<iframe src="javascript:window.pwned = 1"></iframe>',
  '<style>body { display: none }</style>',
  '[click](javascript:window.pwned=1)',
  '[click](command:workbench.action.terminal.new)',
  '[click](https://example.invalid/steal?what=everything)',
  '![pixel](https://example.invalid/pixel.png)',
  '<https://example.invalid/auto>',
  '<a href="https://example.invalid" style="position:fixed;inset:0">over everything</a>',
  '</div></div></main><h1>outside</h1>',
].join('\n\n');

describe('hostile text from a model', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  it('is shown as words: nothing runs, loads, navigates or escapes its place', async () => {
    const { add, events, run } = recorder('run-hostile');
    add(0, started({ task: { question: attacks, context: { label: attacks, languageId: 'html', code: attacks } }, model: { id: 'x', name: attacks, backend: 'remote', origin: attacks } }));
    add(1, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
    add(2, tokens(attacks, 10));
    add(3, tokens(attacks, 10, 'thinking', 'injected'));
    add(4, { type: 'probe', policy: attacks, atToken: 4, text: attacks, answer: attacks, injected: 1, generated: 1 });
    add(5, { type: 'decision', decision: { atToken: 4, phase: 'thinking', policy: attacks, action: 'end-thinking', evidence: [{ signal: attacks, value: attacks, threshold: attacks }], reason: attacks } });
    add(5, { type: 'signal', signal: attacks, atToken: 3, value: null, reason: attacks });
    add(5, { type: 'signal', signal: attacks, atToken: 4, value: 1, layers: [1, null], baseline: 2 });
    add(6, { type: 'notice', code: attacks, message: attacks });
    add(7, { type: 'phase', from: 'thinking', to: 'solving', reason: 'natural-end' });
    add(8, tokens(attacks, 10, 'solving'));
    add(9, { type: 'rewound', phase: 'solving', text: attacks, count: 10, reason: 'keep-thinking' });
    add(10, tokens(attacks, 10, 'solving'));

    const viewer = await stage.open();
    const { page } = viewer;
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const before = page.url();
    await viewer.send(snapshot([], livePanel(run)), { type: 'events', run, events });
    await page.evaluate('for (const closed of document.querySelectorAll(".section-toggle[aria-expanded=false]")) closed.click()');

    assert.equal(await page.locator('main :is(script, img, iframe, style, a, object, embed, form, image, use, foreignObject)').count(), 0);
    assert.equal(await page.locator('main svg:not(.plot-svg, .heat-svg)').count(), 0, 'only charts are drawn as pictures');
    assert.equal(await page.locator('h1').count(), 1);
    for (const link of await page.locator('.md-link').all()) await link.click();
    assert.equal(await page.evaluate('window.pwned'), undefined);
    assert.equal(page.url(), before);
    assert.deepEqual(requests, []);
    assert.deepEqual(await viewer.faults(), []);
    assert.equal(await page.locator('.thought-model').textContent(), attacks);
    const answer = (await page.locator('.markdown').textContent()) ?? '';
    assert.match(answer, /<img src=x onerror="window.pwned = 1">/);
    assert.match(answer, /\(https:\/\/example\.invalid\/steal\?what=everything\)/, 'a link shows where it points');
    assert.deepEqual((await viewer.posted()).filter(({ type }) => type !== 'ready'), []);
    await viewer.close();
  });
});
