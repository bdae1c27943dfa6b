import assert from 'node:assert/strict';
import fc from 'fast-check';
import { capStep, costSoFar, costToFinish, mostCost, mostTime } from '../../../extension/runs/forecast.ts';
import { costOf } from '../../../extension/runs/cost.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import type { RunView } from '../../../extension/trace/view.ts';
import { stamp } from '../trace/arbitrary.ts';
import { runScripted, words } from '../../support/run-scripted.ts';

const price = { prompt: 1, output: 10 };
const budgets = { thinking: 100, solution: 20 };

/** A live run that has thought so much. */
async function thinking(tokens: number): Promise<RunView> {
  const { events } = await runScripted({ script: { thoughts: words(400), answer: () => ['7'], promptTokens: 50 }, settings: { budgets: { thinking: 400, solution: 20 }, exits: 'off' } });
  let view = emptyView('r');
  for (const event of events) {
    if (view.usage.thinking >= tokens) break;
    view = foldEvents(view, [event]);
  }
  return view;
}

describe('the forecast of a request', () => {
  it('is the most its budgets allow, in money and in time', () => {
    assert.ok(Math.abs(mostCost({ prompt: 50, budgets, samples: 1 }, price) - (50 + 150 + 1200) / 1e6) < 1e-12);
    assert.ok(Math.abs(mostCost({ prompt: 50, budgets, samples: 3 }, price) - (3 * 1400) / 1e6) < 1e-12);
    assert.equal(mostTime({ prompt: 50, budgets, samples: 3 }, { firstMs: 100, perPromptTokenMs: 1, perTokenMs: 10, samples: 9 }), 200 + 200 + 1200);
    assert.equal(mostTime({ prompt: 50, budgets: { thinking: 0, solution: 20 }, samples: 1 }, { firstMs: 100, perPromptTokenMs: 1, perTokenMs: 10, samples: 9 }), 100 + 50 + 200);
  });

  it('is never passed by a run of at most two requests', () => {
    const amount = fc.nat({ max: 5000 });
    fc.assert(
      fc.property(amount, amount, amount, amount, amount, (prompt, limit, solution, thought, said) => {
        const [used, answered] = [Math.min(thought, limit), Math.min(said, solution)];
        const sent = prompt + (used > 0 ? prompt + used : 0);
        const spent = costOf({ count: 2, prompt: sent, cached: 0, thinking: used, solution: answered, probes: 0, samples: 0, estimated: false }, price).total;
        assert.ok(spent <= mostCost({ prompt, budgets: { thinking: limit, solution }, samples: 1 }, price) + 1e-12);
      }),
    );
  });

  it('counts what is under way, and what the answer would still take', async () => {
    const view = await thinking(100);
    assert.ok(Math.abs(costSoFar(view, price) - (50 + 1000) / 1e6) < 1e-12, String(costSoFar(view, price)));
    assert.ok(Math.abs(costToFinish(view, price) - (150 + 200) / 1e6) < 1e-12);
  });

  it('takes samples under way to be as far as the watched one, which nobody tells before they are over', async () => {
    const alone = await thinking(100);
    const started = alone.started!;
    const sampled = (samples: number, over: number, sampling?: 'particles'): RunView => ({
      ...alone,
      started: { ...started, samples, ...(sampling ? { sampling } : {}) },
      samples: Array.from({ length: over }, (_, index) => ({ at: 0, index: index + 1, seed: 1, outcome: 'answered', answer: '7', thoughts: '', thinking: 100, solution: 1, probes: 0, estimated: false })),
    });
    const one = (50 + 1000) / 1e6;
    const inAll = ([samples, over]: readonly [number, number]): number => Math.round(costSoFar(sampled(samples, over), price) / one);
    assert.deepEqual(([[1, 0], [2, 0], [3, 1], [4, 3], [9, 0], [9, 7]] as const).map(inAll), [1, 2, 2, 1, 4, 2]);
    assert.ok(Math.abs(costSoFar(sampled(4, 0, 'particles'), price) - one) < 1e-12, 'lines of thought are part of the run itself');
    assert.equal(capStep(sampled(4, 0), price, 3 * one), 'finish');
    assert.equal(capStep(alone, price, 3 * one), 'go-on');
  });

  it('asks in time, and finishes while the answer still fits under the cap', async () => {
    const cap = (50 + 3000 + 350 + 200) / 1e6; // thinking 300 tokens, then the answer
    const steps = await Promise.all([50, 200, 260, 299, 300].map(async (tokens) => capStep(await thinking(tokens), price, cap)));
    assert.deepEqual(steps, ['go-on', 'go-on', 'ask', 'ask', 'finish']);
  });

  it('lets an answer under way and an ended run be', async () => {
    const { view, events } = await runScripted({ script: { thoughts: words(30), answer: () => words(10, 'a') }, settings: { exits: 'off' } });
    assert.equal(capStep(view, price, 1e-9), 'go-on');
    const answering = foldEvents(emptyView('r'), events.slice(0, events.findIndex((event) => event.type === 'phase' && event.to === 'solving') + 1));
    assert.equal(capStep(answering, price, 1e-9), 'go-on');
    assert.equal(capStep(foldEvents(emptyView('r'), stamp([])), price, 1e-9), 'go-on');
  });

  it('says in the log that the cap ended the thoughts, not the person', async () => {
    const { view } = await runScripted({
      script: { thoughts: words(100), answer: () => ['7'] },
      settings: { exits: 'off' },
      onEvent: (event, control) => {
        if (event.type === 'phase' && event.to === 'thinking') control.post({ kind: 'answer-now', because: 'It would cost too much.' });
      },
    });
    const decision = view.decisions.find(({ action }) => action === 'end-thinking');
    assert.deepEqual([decision?.policy, decision?.reason], ['cost-cap', 'It would cost too much.']);
  });
});
