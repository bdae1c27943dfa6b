import assert from 'node:assert/strict';
import { speedSampleOf } from '../../../extension/runs/local-speed.ts';
import type { RunEvent, UnstampedEvent } from '../../../extension/trace/events.ts';
import { started } from '../trace/arbitrary.ts';

const at = (time: number, event: UnstampedEvent, seq: number): RunEvent => ({ ...event, run: 'r', seq, at: time }) as RunEvent;
const token = (count: number): UnstampedEvent => ({ type: 'tokens', phase: 'thinking', source: 'model', text: 'a', count });
const log = (...events: readonly (readonly [number, UnstampedEvent])[]): RunEvent[] => events.map(([time, event], seq) => at(time, event, seq));

describe('the speed of a model on this machine', () => {
  it('is read from a run: the wait for the first token, and the time of the rest', () => {
    const sample = speedSampleOf(log([100, started()], [150, token(1)], [250, token(10)], [350, token(9)]));
    assert.deepEqual(sample, { prompt: 20, firstMs: 50, tokens: 20, restMs: 200 });
  });

  it('does not count what was carried over or written by Reins', () => {
    const sample = speedSampleOf(log([0, started()], [5, { type: 'tokens', phase: 'thinking', source: 'resumed', text: 'x', count: 500 }], [50, token(2)], [90, token(2)]));
    assert.equal(sample?.tokens, 4);
    assert.equal(sample?.firstMs, 50);
  });

  it('is not taken from a run that was held or stepped into, or that never began', () => {
    assert.equal(speedSampleOf(log([0, started()], [5, token(1)], [6, { type: 'hold', held: true, atToken: 1 }], [9000, token(1)])), null);
    assert.equal(speedSampleOf(log([0, started()])), null);
    assert.equal(speedSampleOf([]), null);
  });
});
