import assert from 'node:assert/strict';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunEventOf, UnstampedEvent } from '../../extension/trace/events.ts';
import { watchWords } from '../../webview/run/exit-watch.ts';
import { recorder, started } from './support/events.ts';

type Exit = NonNullable<RunEventOf<'started'>['exit']>;
const calibration = { id: 'c1', time: '2026-03-01T08:00:00.000Z', labels: 120 };

function wordsOf(exit: Exit | undefined, events: readonly UnstampedEvent[], calibrated = false): string {
  const { add, events: all } = recorder('run');
  add(0, started({ exit, ...(calibrated ? { calibration } : {}) }));
  add(1, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
  for (const event of events) add(2, event);
  return watchWords(foldEvents(emptyView('run'), all));
}

const sure: Exit = { setting: 'eager', words: 'Stops when sure.', thresholds: [{ signal: 'trial-answer-confidence', threshold: 0.964 }] };
const signal = (name: string, value: number | null, probability?: number): UnstampedEvent => ({ type: 'signal', signal: name, atToken: 9, value, ...(probability === undefined ? {} : { probability }) });

describe('the line that tells how near an early exit is', () => {
  it('tells the latest figure beside its threshold', () => {
    assert.equal(wordsOf(sure, []), 'Early exit: confidence of the trial answer at least 0.964 (not measured yet).');
    assert.equal(wordsOf(sure, [signal('trial-answer-confidence', 0.27), signal('trial-answer-confidence', 0.5), signal('trial-answer-confidence', null)]), 'Early exit: confidence of the trial answer at least 0.964 (now 0.5).');
    assert.match(wordsOf(sure, [signal('trial-answer-confidence', 0.5), { type: 'phase', from: 'thinking', to: 'solving', reason: 'natural-end' }]), /\(last 0\.5\)/);
  });

  it('tells a chance only of a run that names its calibration', () => {
    const figures = [signal('trial-answer-confidence', 0.5, 0.244)];
    assert.match(wordsOf(sure, figures, true), /\(now 0\.5, 24 % chance of a right answer\)\.$/);
    assert.doesNotMatch(wordsOf(sure, figures), /chance/);
  });

  it('tells of a figure that there is too little behind it', () => {
    assert.match(wordsOf(sure, [{ type: 'signal', signal: 'trial-answer-confidence', atToken: 9, value: 0.99, early: true }]), /\(now 0\.99, too early to go by\)\.$/);
  });

  it('tells which way, and of several policies the first three', () => {
    const thresholds: Exit['thresholds'] = [{ signal: 'entropy-after-end-variance', threshold: 0.01, atMost: true }, { signal: 'answer-convergence', threshold: 2 }, { signal: '__proto__', threshold: 1 }, { signal: 'self-evaluation', threshold: 1 }];
    assert.equal(
      wordsOf({ ...sure, thresholds }, [signal('answer-convergence', 1)]),
      'Early exit: moving variance of the entropy after the end tag at most 0.01 (not measured yet), equal trial answers in a row at least 2 (now 1), __proto__ at least 1 (not measured yet), …',
    );
  });

  it('is silent where nothing could end the thoughts early', () => {
    for (const exit of [undefined, { setting: 'off', words: 'Never.' } as const]) assert.equal(wordsOf(exit, []), '');
  });
});
