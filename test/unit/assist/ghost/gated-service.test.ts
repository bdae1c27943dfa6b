import assert from 'node:assert/strict';
import * as v from 'valibot';
import { GatedRunService } from '../../../../extension/assist/ghost/gated-service.ts';
import { runWriter } from '../../../../extension/assist/ghost/run-writer.ts';
import type { RunRequest, RunService } from '../../../../extension/runs/service.ts';
import { runEventSchema, type Outcome, type RunEvent } from '../../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../../extension/trace/fold.ts';
import { ScriptedModel } from '../../../support/scripted-model.ts';

const usage = { prompt: 1, thinking: 0, solution: 2, probes: 0, injected: 0, discarded: 0, estimated: false };
const model = { kind: 'local', id: 'm', name: 'M', folder: '/m' } as const;
const infill = { prefix: 'def add(a, b):\n    return ', suffix: '\n', snippets: [] };
const request: RunRequest = { run: 'r', model, priority: 'completion', question: 'Fill', infill, ghost: { extent: 'line', inWords: false, least: 0.8 }, effort: 'low' };
const never = new AbortController().signal;

/** Says its pieces with the same probability for each, and ends. */
function says(pieces: readonly string[], { probability, outcome = 'answered' }: { readonly probability: number; readonly outcome?: Outcome }): RunService {
  return {
    describe: () => Promise.resolve(new ScriptedModel({ thoughts: [], answer: () => [] }).card),
    steer: () => Promise.resolve(false),
    dispose: () => Promise.resolve(),
    run: ({ run }, onEvents) => {
      pieces.forEach((text, seq) => onEvents([{ run, seq, at: seq, type: 'tokens', phase: 'solving', source: 'model', text, count: 1, logprobs: [Math.log(probability)], lengths: [text.length] }]));
      const seq = pieces.length;
      onEvents([
        { run, seq, at: seq, type: 'answer', text: pieces.join(''), truncated: false },
        { run, seq: seq + 1, at: seq + 1, type: 'ended', outcome, usage, elapsedMs: seq },
      ]);
      return Promise.resolve(outcome);
    },
  };
}

async function eventsOf(service: RunService, asked: RunRequest = request): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  await new GatedRunService(service).run(asked, (batch) => events.push(...batch), never);
  return events;
}

const order = (events: readonly RunEvent[]): readonly (readonly [string, number])[] => events.map(({ type, seq }) => [type, seq]);

describe('the decision about ghost text in the event log', () => {
  it('follows the text that made the completion whole, and what comes behind is numbered anew', async () => {
    const events = await eventsOf(says(['a + b', '\n', 'more'], { probability: 0.9 }));
    assert.deepEqual(order(events), [['tokens', 0], ['tokens', 1], ['decision', 2], ['tokens', 3], ['answer', 4], ['ended', 5]]);
    for (const event of events) assert.ok(v.is(runEventSchema, event));
    const { decisions } = foldEvents(emptyView('r'), events);
    assert.deepEqual(decisions.map(({ action, policy, atToken }) => [action, policy, atToken]), [['offer', 'ghost-text-gate', 2]]);
  });

  it('comes before the end where the completion ends with the run', async () => {
    const events = await eventsOf(says(['a', ' + b'], { probability: 0.79 }));
    assert.deepEqual(order(events), [['tokens', 0], ['tokens', 1], ['answer', 2], ['decision', 3], ['ended', 4]]);
    assert.deepEqual(foldEvents(emptyView('r'), events).decisions.map(({ action, evidence }) => [action, evidence[0]]), [['withhold', { signal: 'answer confidence', value: 0.79, threshold: 0.8 }]]);
  });

  it('is not there for a run that was stopped or failed before, nor for other runs', async () => {
    for (const outcome of ['stopped', 'failed'] as const) assert.ok(!(await eventsOf(says(['a'], { probability: 0.9, outcome }))).some(({ type }) => type === 'decision'));
    assert.ok(!(await eventsOf(says(['a', '\n'], { probability: 0.9 }), { ...request, ghost: undefined })).some(({ type }) => type === 'decision'));
  });

  it('is what the writer goes by', async () => {
    for (const [probability, text] of [[0.9, 'a + b'], [0.5, null]] as const) {
      const decided: (string | null)[] = [];
      const write = runWriter(() => Promise.resolve(new GatedRunService(says(['a + b', '\n', 'more\n'], { probability }))), model);
      await write({ ...infill, snippets: () => [], languageId: 'python', asked: true }, 'line', 0.8, { grows: () => undefined, decided: (one) => decided.push(one) }, never);
      assert.deepEqual(decided, [text]);
    }
  });
});
