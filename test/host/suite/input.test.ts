import assert from 'node:assert/strict';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { activated, closeAll, open } from './support.ts';

describe('what is asked about', function () {
  this.timeout(120_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
  });
  after(closeAll);

  it('may be an empty file: the question goes alone', async () => {
    const run = await reins.ask({ question: 'Complete f', effort: 'low', pace: 0 }, { about: await open('') });
    assert.notEqual(run, null);
    await reins.whenIdle();
    const view = reins.currentView();
    assert.equal(view?.run, run);
    assert.equal(view?.error, null);
    assert.ok(!view?.started?.prompt.text.includes('```'));
  });

  it('is refused at 500 kB, before any model is touched', async () => {
    assert.equal(await reins.ask({ question: 'Complete f' }, { about: await open('x = 1;\n'.repeat(75_000)) }), null);
  });

  it('is refused with the figures when it does not fit the model', async () => {
    await reins.ask({ question: 'Complete f', pace: 0 }, { about: await open('x = 1;\n'.repeat(5000)) });
    await reins.whenIdle();
    const error = reins.currentView()?.error;
    assert.equal(error?.reason, 'context-overflow');
    assert.match(error?.message ?? '', /\d+ .*tokens/);
  });
});
