/** The particle filter on the real model: lines are dropped for reasons in the trace, budgets hold, and a seed is a course. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EngineClient } from '../../extension/engine/client.ts';
import { drawProblems } from '../../extension/evaluation/problems.ts';
import { surveyRequest } from '../../extension/runs/survey.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import { thoughtsText, type RunView } from '../../extension/trace/view.ts';
import { newClient, runAll } from './support/clients.ts';
import { bundledRef } from './support/models.ts';

describe('a particle filter', function () {
  this.timeout(600_000);
  let client: EngineClient;
  const problem = [...drawProblems(11, 3, 'calibration')].find(({ problem: { level, skill } }) => level === 3 && skill === 'complete')!;

  before(() => {
    client = newClient().client;
  });
  after(() => client.dispose());

  async function filtered(samples: number, thinking?: number, temperature = 1): Promise<RunView> {
    const { survey: _, ...request } = surveyRequest(bundledRef, problem, 2048);
    const budgets = thinking === undefined ? request.budgets : { ...request.budgets, thinking };
    return foldEvents(emptyView(request.run), (await runAll(client, { ...request, budgets, exits: 'off', samples, sampling: 'particles', sampler: { temperature } })).events);
  }

  it('drops lines that look wrong, says why, counts what nobody saw, and gives the same again', async () => {
    const view = await filtered(8);
    assert.equal(view.outcome, 'answered');
    const decisions = view.decisions.filter(({ policy }) => policy === 'particle-filter');
    const drops = decisions.filter(({ evidence }) => evidence.some(({ signal }) => signal === 'lines that count'));
    assert.ok(drops.length > 0, 'lines were dropped');
    assert.match(drops[0]!.reason, /of 8 lines of thought w(as|ere) dropped for copies of others, by the model’s own estimate/);
    assert.equal(decisions.length - drops.length, 1, 'one line was chosen, once');
    assert.ok(view.usage.discarded > 0);
    const again = await filtered(8);
    assert.deepEqual([thoughtsText(again), again.answer, again.usage], [thoughtsText(view), view.answer, view.usage]);
  });

  it('keeps the budget of the line that is shown to the token', async () => {
    const view = await filtered(4, 50);
    assert.equal(view.usage.thinking, 50);
    assert.ok(view.answer !== '');
    assert.ok(view.usage.discarded <= 3 * 50);
  });

  it('is one line at temperature 0, and says why', async () => {
    const view = await filtered(4, 30, 0);
    assert.match(view.notices.find(({ code }) => code === 'one-line-of-thought')?.message ?? '', /At temperature 0/);
    assert.equal(view.usage.discarded, 0);
  });
});
