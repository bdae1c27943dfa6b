import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { EventStream } from '../../../extension/runs/event-stream.ts';
import type { RunEvent, UnstampedEvent } from '../../../extension/trace/events.ts';

const token = (text: string, more: object = {}): UnstampedEvent => ({ type: 'tokens', phase: 'thinking', source: 'model', text, count: 1, ...more });

describe('event stream', () => {
  it('merges tokens of one batch and stamps events in order', async () => {
    const batches: RunEvent[][] = [];
    const stream = new EventStream('r', (events) => batches.push([...events]), () => 5);
    stream.emit(token('a', { lengths: [1], logprobs: [-1], confidences: [3] }));
    stream.emit(token('b', { lengths: [1], logprobs: [-2], confidences: [4] }));
    assert.equal(batches.length, 0, 'a token waits for its frame');
    await delay(40);
    assert.deepEqual(batches, [[{ type: 'tokens', phase: 'thinking', source: 'model', text: 'ab', count: 2, lengths: [1, 1], logprobs: [-1, -2], confidences: [3, 4], run: 'r', seq: 0, at: 5 }]]);
  });

  it('sends what is waiting before any other event, at once', () => {
    const seen: RunEvent[] = [];
    const stream = new EventStream('r', (events) => seen.push(...events), () => 0);
    stream.emit(token('a'));
    stream.emit({ type: 'notice', code: 'x', message: 'y' });
    assert.deepEqual(seen.map(({ type, seq }) => [type, seq]), [['tokens', 0], ['notice', 1]]);
  });

  it('does not merge across phases, origins or missing figures', () => {
    const seen: RunEvent[] = [];
    const stream = new EventStream('r', (events) => seen.push(...events), () => 0);
    stream.emit(token('a'));
    stream.emit(token('b', { source: 'injected' }));
    stream.emit(token('c', { phase: 'solving' }));
    stream.emit(token('d', { phase: 'solving', logprobs: [-1] }));
    stream.flush();
    assert.deepEqual(seen.map((event) => event.type === 'tokens' && event.text), ['a', 'b', 'c', 'd']);
  });
});
