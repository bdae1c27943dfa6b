import assert from 'node:assert/strict';
import * as v from 'valibot';
import { JudgedRunService } from '../../../extension/runs/judged-service.ts';
import type { RunRequest, RunService } from '../../../extension/runs/service.ts';
import { runEventSchema, type RunEvent } from '../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';

const usage = { prompt: 1, thinking: 0, solution: 2, probes: 0, injected: 0, discarded: 0, estimated: false };

/** Says its answer in two tokens, and ends. */
function says(answer: string): RunService {
  return {
    describe: () => Promise.reject(new Error('not asked')),
    steer: () => Promise.resolve(false),
    dispose: () => Promise.resolve(),
    run: ({ run }, onEvents) => {
      onEvents([{ run, seq: 0, at: 1, type: 'tokens', phase: 'solving', source: 'model', text: answer, count: 2, logprobs: [Math.log(0.9), Math.log(0.4)], lengths: [1, answer.length - 1] }]);
      onEvents([
        { run, seq: 1, at: 2, type: 'answer', text: answer, truncated: false },
        { run, seq: 2, at: 3, type: 'ended', outcome: 'answered', usage, elapsedMs: 3 },
      ]);
      return Promise.resolve('answered');
    },
  };
}

const request: RunRequest = { run: 'r', model: { kind: 'local', id: 'm', name: 'M', folder: '/m' }, priority: 'completion', question: 'Complete f', context: { label: 'f', languageId: 'javascript', code: '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;' }, effort: 'low' };

async function eventsOf(answer: string, gate: RunRequest['gate']): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  await new JudgedRunService(says(answer)).run({ ...request, gate }, (batch) => events.push(...batch), new AbortController().signal);
  return events;
}

describe('judging suggestions as they come', () => {
  it('puts the decision behind the answer, and numbers what follows anew', async () => {
    const events = await eventsOf('3 * x + 1', { skill: 'complete', confidence: 0.5 });
    assert.deepEqual(events.map(({ type, seq }) => [type, seq]), [['tokens', 0], ['answer', 1], ['decision', 2], ['ended', 3]]);
    for (const event of events) assert.ok(v.is(runEventSchema, event));
    const view = foldEvents(emptyView('r'), events);
    assert.equal(view.decisions.at(-1)?.action, 'offer');
    assert.equal(view.outcome, 'answered');
  });

  it('holds the mean probability of the tokens against the threshold', async () => {
    // The geometric mean of 0.9 and 0.4 is 0.6.
    for (const [confidence, action] of [[0.59, 'offer'], [0.61, 'withhold']] as const) {
      const decision = (await eventsOf('3 * x + 1', { skill: 'complete', confidence })).find((event) => event.type === 'decision');
      assert.equal(decision?.decision.action, action);
      assert.deepEqual(decision?.decision.evidence.at(-1), { signal: 'answer confidence', value: 0.6, threshold: confidence });
    }
  });

  it('leaves runs without a gate as they are', async () => {
    assert.deepEqual((await eventsOf('3 * x + 1', undefined)).map(({ type, seq }) => [type, seq]), [['tokens', 0], ['answer', 1], ['ended', 2]]);
  });
});
