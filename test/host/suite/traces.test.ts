import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { activated, closeAll, open, TRIPLE, withSetting } from './support.ts';

describe('traces', function () {
  this.timeout(60_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
  });
  after(closeAll);

  const files = (): string[] => (existsSync(reins.tracesFolder) ? readdirSync(reins.tracesFolder) : []);
  const ask = async (): Promise<string> => {
    const run = await reins.ask({ question: 'Complete f', effort: 'low', pace: 0 }, { about: await open(TRIPLE) });
    await reins.whenIdle();
    return run ?? '';
  };

  it('are kept in the editor\'s own storage, one file a run', async () => {
    const run = await ask();
    assert.match(reins.tracesFolder, /globalStorage/);
    assert.equal(files().filter((name) => name.includes(run)).length, 1);
  });

  it('replay to exactly what was shown live', async () => {
    const run = await ask();
    const live = reins.currentView();
    await ask();
    await reins.panelReceives({ type: 'openRun', run });
    assert.deepEqual(reins.currentView(), live);
    await reins.panelReceives({ type: 'openRun', run: null });
  });

  it('export as JSON and Markdown with thoughts and answer', async () => {
    await ask();
    const view = reins.currentView();
    const json = JSON.parse(await reins.exportTrace('json')) as { events: unknown[] };
    assert.ok(json.events.length >= 4);
    const markdown = await reins.exportTrace('markdown');
    assert.ok(markdown.includes(view?.answer.trim() ?? '?'));
    assert.ok(markdown.includes('const f = (x) => ___;'));
  });

  it('are deleted one by one', async () => {
    const run = await ask();
    await reins.panelReceives({ type: 'deleteRun', run });
    assert.equal(files().filter((name) => name.includes(run)).length, 0);
  });

  it('are not made when recording is off', async () => {
    await withSetting('reins.traces.record', false, async () => {
      const run = await ask();
      assert.equal(files().filter((name) => name.includes(run)).length, 0);
      assert.equal(reins.currentView()?.outcome, 'answered');
    });
  });

  it('are all deleted at once', async () => {
    await ask();
    assert.ok(files().length > 0);
    assert.ok((await reins.deleteAllTraces()) > 0);
    assert.deepEqual(files(), []);
  });
});
