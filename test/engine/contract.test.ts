/** What crosses the channel is checked where it arrives. */
import assert from 'node:assert/strict';
import { deserialize, serialize } from 'node:v8';
import type * as v from 'valibot';
import { check, eventsNotification, modelCardSchema, requests } from '../../extension/engine/contract.ts';
import { LiveRun } from '../../extension/engine/live-run.ts';
import { ReasoningError } from '../../extension/reasoning/errors.ts';
import type { RunEvent } from '../../extension/trace/events.ts';
import { requestOf } from './support/clients.ts';
import { loadFixture } from './support/models.ts';

/** Node's IPC channel copies values like this. */
const cross = (value: unknown): unknown => deserialize(serialize(value));

describe('engine contract', () => {
  it('carries a model\'s card and a request unchanged', async () => {
    const model = await loadFixture('qwen3-genai-fp32');
    assert.deepEqual(check(modelCardSchema, cross(model.card), 'describe'), model.card);
    await model.dispose();
    const request = requestOf({ seed: 3, pace: 40 });
    assert.deepEqual(check(requests.run.params, cross(request), 'run'), request);
  });

  it('refuses what it does not understand, and says what but not its content', () => {
    const wrong: [v.GenericSchema, unknown][] = [
      [requests.run.params, { ...requestOf(), question: undefined, secret: 'sk-12345678' }],
      [requests.steer.params, { run: 'r', command: { kind: 'explode' } }],
      [requests.describe.params, { model: { kind: 'local', folder: 7 } }],
      [requests.describe.result, { id: 'x' }],
      [requests.run.result, 'fine'],
      [eventsNotification.params, { run: 'r', events: [{ type: 'tokens', run: 'r', seq: -1, at: 0 }] }],
      [eventsNotification.params, null],
    ];
    for (const [schema, data] of wrong) {
      assert.throws(() => check(schema, data, 'this message'), (error: Error) => {
        assert.ok(ReasoningError.is(error, 'internal'));
        assert.match(error.message, /this message/);
        assert.doesNotMatch(error.message, /sk-1234/);
        return true;
      });
    }
  });
});

describe('a run as the host sees it', () => {
  const event = (seq: number, rest: object): RunEvent => ({ run: 'r', seq, at: seq * 10, ...rest }) as RunEvent;
  const tokens = (seq: number, count: number): RunEvent => event(seq, { type: 'tokens', phase: 'solving', source: 'model', text: 'x', count });

  it('ends with the next numbers, the error, and what was used', () => {
    const seen: RunEvent[] = [];
    const live = new LiveRun('r', (events) => seen.push(...events));
    live.receive([event(0, { type: 'queue', position: 1 }), tokens(1, 4), tokens(2, 3)]);
    assert.equal(live.end(new ReasoningError('engine-crashed', 'Gone.')), 'failed');
    assert.deepEqual(seen.slice(3).map(({ type, seq }) => [type, seq]), [['error', 3], ['ended', 4]]);
    const last = seen.at(-1)!;
    assert.ok(last.type === 'ended' && last.usage.solution === 7 && last.at >= 20);
  });

  it('passes nothing on twice, nothing of another run, and nothing after the end', () => {
    const seen: RunEvent[] = [];
    const live = new LiveRun('r', (events) => seen.push(...events));
    live.receive([tokens(0, 1)]);
    live.receive([tokens(0, 1), { ...tokens(1, 1), run: 'other' }]);
    live.end();
    live.receive([tokens(5, 1)]);
    assert.deepEqual(seen.map(({ type }) => type), ['tokens', 'ended']);
    assert.equal(live.outcome, 'stopped');
    assert.equal(live.end(new ReasoningError('internal', 'Too late.')), 'stopped');
  });
});
