import assert from 'node:assert/strict';
import * as v from 'valibot';
import { REFUSAL } from '../../../../extension/evaluation/world/refusal.ts';
import { AutomaticRunService } from '../../../../extension/runs/automatic/automatic-service.ts';
import { ReasoningError } from '../../../../extension/reasoning/errors.ts';
import { refuse } from '../../../../extension/runs/refused.ts';
import { chooseModel } from '../../../../extension/runs/automatic/choose.ts';
import type { RunRequest, RunService } from '../../../../extension/runs/service.ts';
import { runEventSchema, type Decision, type Outcome, type RunEvent, type UnstampedEvent } from '../../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../../extension/trace/fold.ts';
import { started } from '../../trace/arbitrary.ts';

const usage = { prompt: 1, thinking: 0, solution: 2, probes: 0, injected: 0, discarded: 0, estimated: false };
const { decision } = chooseModel([{ id: 'm', name: 'M', place: 'local', cost: 0, seconds: null }], { cost: null, seconds: null, currency: 'USD' })!;
const answer = (text: string, ...probabilities: readonly number[]): UnstampedEvent[] => [
  { type: 'tokens', phase: 'solving', source: 'model', text, count: 2, ...(probabilities.length > 0 ? { logprobs: probabilities.map(Math.log), lengths: [text.length, ...probabilities.slice(1).map(() => 0)] } : {}) },
  { type: 'answer', text, truncated: false },
];

function plays(events: readonly UnstampedEvent[], outcome: Outcome): RunService {
  return {
    describe: () => Promise.reject(new Error('not asked')),
    steer: () => Promise.resolve(false),
    dispose: () => Promise.resolve(),
    run: ({ run }, onEvents) => {
      [started(), ...events, { type: 'ended', outcome, usage, elapsedMs: 3 } as const].forEach((event, seq) => onEvents([{ ...event, run, seq, at: seq } as RunEvent]));
      return Promise.resolve(outcome);
    },
  };
}

const request: RunRequest = { run: 'r', model: { kind: 'local', id: 'm', name: 'M', folder: '/m' }, priority: 'person', question: 'What?', effort: 'low' };

async function eventsOf(events: readonly UnstampedEvent[], automatic: RunRequest['automatic'], outcome: Outcome = 'answered'): Promise<RunEvent[]> {
  const seen: RunEvent[] = [];
  await new AutomaticRunService(plays(events, outcome)).run({ ...request, ...(automatic ? { automatic } : {}) }, (batch) => seen.push(...batch), new AbortController().signal);
  for (const event of seen) assert.ok(v.is(runEventSchema, event), event.type);
  assert.deepEqual(seen.map(({ seq }) => seq), seen.map((_event, index) => index));
  return seen;
}

async function decided(events: readonly UnstampedEvent[], outcome: Outcome = 'answered', handing: { least: number; to: string | null } = { least: 0.5, to: 'Big' }): Promise<Decision | undefined> {
  const seen = await eventsOf(events, { decision, handing }, outcome);
  return foldEvents(emptyView('r'), seen).decisions.slice(1).findLast(({ policy }) => policy === 'automatic');
}

describe('the log of a run whose model was chosen', () => {
  it('begins with the decision, and ends with the one about its answer', async () => {
    const seen = await eventsOf(answer('7', 0.9), { decision, handing: { least: 0.5, to: 'Big' } });
    assert.deepEqual(seen.map(({ type }) => type), ['started', 'decision', 'tokens', 'answer', 'decision', 'ended']);
  });

  it('names the run before it', async () => {
    const [first] = await eventsOf(answer('7', 0.9), { decision, after: 'earlier' });
    assert.equal(first?.type === 'started' && first.parent, 'earlier');
  });

  it('is as it was where nothing was chosen', async () => {
    assert.deepEqual((await eventsOf(answer('7'), undefined)).map(({ type }) => type), ['started', 'tokens', 'answer', 'ended']);
  });
});

describe('an answer of a model that was chosen', () => {
  it('is taken or handed on by how sure it is, with the figure beside the threshold', async () => {
    // The geometric mean of 0.9 and 0.4 is 0.6.
    const sure = await decided(answer('7', 0.9, 0.4), 'answered', { least: 0.59, to: 'Big' });
    assert.equal(sure?.action, 'keep-answer');
    const unsure = await decided(answer('7', 0.9, 0.4), 'answered', { least: 0.61, to: 'Big' });
    assert.equal(unsure?.action, 'hand-on');
    assert.deepEqual(unsure?.evidence, [{ signal: 'answer confidence', value: 0.6, threshold: 0.61 }]);
    assert.match(unsure?.reason ?? '', /not sure enough: the mean probability of its tokens, a raw figure, is 0\.6, and 0\.61 is asked\. The question goes on to Big\./);
  });

  it('is judged by its calibrated chance where there is one, and by the last', async () => {
    const chance = (probability: number): UnstampedEvent => ({ type: 'signal', signal: 'self-evaluation', atToken: 8, value: 0.7, probability });
    const found = await decided([chance(0.9), chance(0.3), ...answer('7', 0.99)]);
    assert.equal(found?.action, 'hand-on');
    assert.deepEqual(found?.evidence, [{ signal: 'calibrated chance by self-evaluation', value: 0.3, threshold: 0.5 }]);
  });

  it('is judged by the vote where there was one', async () => {
    const vote = (votes: number): UnstampedEvent => ({ type: 'decision', decision: { atToken: 1, phase: 'solving', policy: 'vote', action: 'choose-answer', evidence: [{ signal: 'votes', value: votes, threshold: 5 }], reason: 'A vote.' } });
    assert.equal((await decided([vote(2), ...answer('7', 0.99)]))?.action, 'hand-on');
    assert.equal((await decided([vote(4), ...answer('7', 0.01)]))?.action, 'keep-answer');
  });

  it('goes on where the model turned the question down, gave no answer, or did not pass the checks', async () => {
    assert.match((await decided(answer(REFUSAL, 0.99)))?.reason ?? '', /^The model turned the question down\. The question goes on to Big\.$/);
    assert.equal((await decided([], 'exhausted'))?.action, 'hand-on');
    const withheld: UnstampedEvent = { type: 'decision', decision: { atToken: 1, phase: 'solving', policy: 'suggestion-gate', action: 'withhold', evidence: [{ signal: 'examples that hold', value: 1, threshold: 2 }], reason: 'f(2) gives 6, not 7.' } };
    const failed = await decided([...answer('3 * x', 0.99), withheld]);
    assert.equal(failed?.action, 'hand-on');
    assert.deepEqual(failed?.evidence, [{ signal: 'examples that hold', value: 1, threshold: 2 }]);
  });

  it('stays where no other model keeps the bounds, and that is said', async () => {
    const found = await decided(answer('7', 0.1), 'answered', { least: 0.5, to: null });
    assert.equal(found?.action, 'keep-answer');
    assert.match(found?.reason ?? '', /No other model keeps the bounds, so it stays as it is\.$/);
  });

  it('is taken where the model does not tell how sure it is', async () => {
    assert.equal((await decided(answer('7')))?.action, 'keep-answer');
  });

  it('of a run that was stopped is not judged at all', async () => {
    assert.equal(await decided([], 'stopped'), undefined);
  });

  it('that never came, because the run failed, makes way for another model, with the reason', async () => {
    const error: UnstampedEvent = { type: 'error', reason: 'engine-crashed', message: 'The engine went away.' };
    const found = await decided([...answer('7', 0.99), error], 'failed');
    assert.equal(found?.action, 'hand-on');
    assert.equal(found?.reason, 'The run failed: The engine went away. The question goes on to Big.');
    assert.deepEqual(found?.evidence, [{ signal: 'outcome', value: 'failed' }]);
    assert.equal(await decided([error], 'failed', { least: 0.5, to: null }), undefined, 'there is no answer to keep');
  });

  it('makes way also where the run failed before it began', async () => {
    const service: RunService = { ...plays([], 'failed'), run: (asked, onEvents) => Promise.resolve(refuse(asked, onEvents, new ReasoningError('model-missing', 'No such folder.'))) };
    const seen: RunEvent[] = [];
    await new AutomaticRunService(service).run({ ...request, automatic: { decision, handing: { least: 0.5, to: 'Big' } } }, (batch) => seen.push(...batch), new AbortController().signal);
    assert.deepEqual(seen.map(({ type, seq }) => [type, seq]), [['error', 0], ['decision', 1], ['ended', 2]]);
    assert.equal(foldEvents(emptyView('r'), seen).decisions.at(-1)?.action, 'hand-on');
  });
});
