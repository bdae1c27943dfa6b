import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { runEventSchema, type RunEvent } from '../../../extension/trace/events.ts';
import { mergeable, mergeTokens } from '../../../extension/runs/event-stream.ts';
import { emptyView, foldEvent, foldEvents } from '../../../extension/trace/fold.ts';
import { anyLog, ordinaryLog, stamp, started } from './arbitrary.ts';

const fold = (events: readonly RunEvent[]): ReturnType<typeof emptyView> => foldEvents(emptyView('run-1'), events);

describe('the fold from events to the view', () => {
  it('is fed with events of the format', () => {
    fc.assert(fc.property(anyLog, (log) => log.every((event) => v.is(runEventSchema, event))));
  });

  it('gives the same view for a log and for its parts, however it is cut', () => {
    fc.assert(
      fc.property(anyLog, fc.array(fc.nat({ max: 40 }), { maxLength: 6 }), (log, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, log.length)).sort((a, b) => a - b), log.length];
        let view = emptyView('run-1');
        for (let i = 1; i < places.length; i++) view = foldEvents(view, log.slice(places[i - 1], places[i]));
        assert.deepEqual(view, fold(log));
      }),
    );
  });

  it('gives the same view when neighbouring token events are merged', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const { lastSeq: _a, elapsedMs: _b, ...merged } = fold(merge(log));
        const { lastSeq: _c, elapsedMs: _d, ...whole } = fold(log);
        assert.deepEqual(merged, whole);
      }),
    );
  });

  it('can show any prefix: plain data with all its fields', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        let view = emptyView('run-1');
        const fields = Object.keys(view);
        for (const event of log) {
          view = foldEvent(view, event);
          assert.deepEqual(Object.keys(view).sort(), [...fields].sort());
          assert.doesNotThrow(() => structuredClone(view));
          assert.ok(view.usage.thinking >= 0 && view.usage.solution >= 0);
        }
      }),
    );
  });

  it('does not change what it is given', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const view = fold(log.slice(0, 5));
        const before = structuredClone(view);
        foldEvents(view, log.slice(5));
        assert.deepEqual(view, before);
      }),
    );
  });

  it('counts no event twice and takes none of another run', () => {
    fc.assert(
      fc.property(anyLog, anyLog, (log, other) => {
        const strangers = other.map((event) => ({ ...event, run: 'run-2' }));
        assert.deepEqual(foldEvents(fold(log), [...log, ...strangers]), fold(log));
      }),
    );
  });

  it('survives events in any order', () => {
    const shuffled = anyLog.chain((log) => fc.shuffledSubarray(log, { minLength: log.length, maxLength: log.length }));
    fc.assert(
      fc.property(shuffled, (log) => {
        const view = fold(log);
        assert.equal(view.lastSeq, log.reduce((last, event) => Math.max(last, event.seq), -1));
      }),
    );
  });

  it('shows an ordinary run', () => {
    const view = fold(ordinaryLog());
    assert.equal(view.outcome, 'answered');
    assert.equal(view.answer, 'x * 3');
    assert.equal(view.phase, 'done');
    assert.deepEqual(view.thoughts, [
      { source: 'model', text: 'try x * 3\nf(2) = 6 ok\n', fromToken: 0 },
      { source: 'closing', text: '</think>', fromToken: 11 },
    ]);
    assert.equal(view.decisions[0]?.reason, 'The last three trial answers agree.');
    assert.deepEqual(view.signals['agreement'], [{ atToken: 11, value: 1 }]);
    assert.equal(view.started?.task.question, 'Complete f');
  });

  it('counts live what the end then confirms', () => {
    const log = ordinaryLog();
    assert.deepEqual(fold(log.slice(0, -1)).usage, fold(log).usage);
  });

  it('keeps an answer that was taken back, and moves its tokens to the discarded ones', () => {
    const view = fold(
      stamp([
        started(),
        { type: 'tokens', phase: 'solving', source: 'model', text: 'x + 1', count: 3 },
        { type: 'rewound', phase: 'solving', text: 'x + 1', count: 3, reason: 'keep-thinking' },
        { type: 'tokens', phase: 'thinking', source: 'model', text: 'no', count: 1 },
      ]),
    );
    assert.equal(view.answer, '');
    assert.deepEqual(view.discarded.map((entry) => entry.text), ['x + 1']);
    assert.equal(view.usage.solution, 0);
    assert.equal(view.usage.discarded, 3);
  });

  it('cuts a rewound tag off the thoughts, across segments', () => {
    const view = fold(
      stamp([
        started(),
        { type: 'tokens', phase: 'thinking', source: 'model', text: 'done</thi', count: 2 },
        { type: 'tokens', phase: 'thinking', source: 'injected', text: 'nk>', count: 1 },
        { type: 'rewound', phase: 'thinking', text: '</think>', count: 2, reason: 'stray-tag' },
      ]),
    );
    assert.deepEqual(view.thoughts.map((thought) => thought.text), ['done']);
  });
});

/** Merge neighbouring token events of one origin, as a slower clock would have batched them. */
function merge(log: readonly RunEvent[]): RunEvent[] {
  const merged: RunEvent[] = [];
  for (const event of log) {
    const last = merged.at(-1);
    if (event.type === 'tokens' && last?.type === 'tokens' && mergeable(last, event)) {
      merged[merged.length - 1] = { ...mergeTokens(last, event), run: event.run, seq: event.seq, at: event.at };
    } else {
      merged.push(event);
    }
  }
  return merged;
}
