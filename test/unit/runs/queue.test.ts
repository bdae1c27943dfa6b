import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { RunQueue } from '../../../extension/runs/queue.ts';
import { isCancellation } from '../../../extension/reasoning/errors.ts';

const never = new AbortController().signal;

describe('run queue', () => {
  it('lets the most urgent waiter in first, equals in order', async () => {
    const queue = new RunQueue(1);
    const order: string[] = [];
    const leave = await queue.enter('person', never, () => undefined);
    const join = (name: string, priority: 'person' | 'completion' | 'background'): Promise<void> =>
      queue.enter(priority, never, () => undefined).then((leaveNow) => {
        order.push(name);
        leaveNow();
      });
    const all = [join('background', 'background'), join('ghost text', 'completion'), join('person 1', 'person'), join('person 2', 'person')];
    leave();
    await Promise.all(all);
    assert.deepEqual(order, ['person 1', 'person 2', 'ghost text', 'background']);
    assert.equal(queue.length, 0);
  });

  it('tells each waiter its position as it changes', async () => {
    const queue = new RunQueue(1);
    const leave = await queue.enter('person', never, () => undefined);
    const heard: number[] = [];
    const waiting = queue.enter('background', never, (position) => heard.push(position));
    const urgent = queue.enter('person', never, () => undefined);
    leave();
    (await urgent)();
    (await waiting)();
    assert.deepEqual(heard, [1, 2, 1]);
  });

  it('lets a cancelled waiter go', async () => {
    const queue = new RunQueue(1);
    const leave = await queue.enter('person', never, () => undefined);
    const cancel = new AbortController();
    const waiting = queue.enter('person', cancel.signal, () => undefined);
    cancel.abort();
    await assert.rejects(waiting, isCancellation);
    leave();
    await nextTurn();
    assert.equal(queue.length, 0);
  });
});
