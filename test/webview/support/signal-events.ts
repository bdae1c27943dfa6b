/** Recorded runs with everything that is measured: figures of every token, signals with layers and baselines, gaps, a calibration. */
import type { RunEvent, RunEventOf, UnstampedEvent } from '../../../extension/trace/events.ts';
import { recorder, started } from './events.ts';

type Figures = Pick<RunEventOf<'tokens'>, 'lengths' | 'logprobs' | 'entropies' | 'confidences'>;

/** Tokens with figures of their own: sure of most words, surprised now and then. Repeatable. */
export function figuredTokens(words: readonly string[], from: number): UnstampedEvent {
  const wave = (index: number): number => ((index * 7919) % 101) / 101;
  const surprise = words.map((_, index) => (wave(from + index) > 0.7 ? wave(from + index) ** 2 * 5 : 0.02));
  const figures: Figures = {
    lengths: words.map(({ length }) => length),
    logprobs: surprise.map((nats) => -nats),
    entropies: surprise.map((nats) => Math.min(nats * 1.1, 4)),
    confidences: surprise.map((nats) => 12 - nats * 2),
  };
  return { type: 'tokens', phase: 'thinking', source: 'model', text: words.join(''), count: words.length, ...figures };
}

/** The latent trajectory at a token, as a model of four layers would give it. */
export function trajectoryAt(atToken: number, every: number): UnstampedEvent[] {
  const step = atToken / every;
  const tooShort = step < 2;
  const neutral = { net: 1.1 + Math.sin(step / 3) / 5, cumulative: 4 + Math.cos(step / 2) / 3, aligned: 1.3 + Math.sin(step / 4) / 4 };
  const values = { net: (3 + Math.sin(step / 3)) / Math.sqrt(step), cumulative: 4 * step + Math.sin(step), aligned: (1.2 + Math.sin(step / 4) / 4) / Math.sqrt(step) };
  const baselines = { net: 3 / Math.sqrt(step), cumulative: 4 * step, aligned: 1 / Math.sqrt(step) };
  return (['net', 'cumulative', 'aligned'] as const).flatMap((figure): UnstampedEvent[] => [
    tooShort
      ? { type: 'signal', signal: `trajectory-${figure}`, atToken, value: null, reason: 'too short' }
      : { type: 'signal', signal: `trajectory-${figure}`, atToken, value: values[figure], baseline: baselines[figure], layers: [0.6, 0.8, 1.1, 1.9].map((scale, layer) => values[figure] * scale + Math.sin(step + layer) / 6) },
    tooShort ? { type: 'signal', signal: `trajectory-${figure}-neutral`, atToken, value: null, reason: 'too short' } : { type: 'signal', signal: `trajectory-${figure}-neutral`, atToken, value: neutral[figure] },
  ]);
}

const lines = ['try 3 * x + 1\n', 'f(2): 3*2+1=7 yes\n', 'f(5): 3*5+1=16 yes\n', 'f(9): 3*9+1=28 no\n', 'try 3 * x + 2\n', 'f(2): 3*2+2=8 no\n'];

/** A run that was looked at every 16 tokens and ended early by trial answers that agreed. `total`: thinking tokens. */
export function signalRun(run = 'run-signals', total = 144, calibrated = false): RunEvent[] {
  const { add, events } = recorder(run);
  const every = 16;
  add(0, started({
    budgets: { thinking: total + 40, solution: 64 },
    exitPolicy: 'answer-convergence: 3 equal trial answers',
    exit: { setting: 'eager', words: 'Ends when two trial answers agree.' },
    signals: 'all',
    ...(calibrated ? { calibration: { id: 'c1', time: '2026-03-01T08:00:00.000Z', labels: 120 } } : {}),
  }));
  add(20, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
  const words = Array.from({ length: Math.ceil(total / 30) + 1 }, (_, index) => lines[index % lines.length] ?? '').join('').match(/\w+|[^\w]/g) ?? [];
  let at = 20;
  let streak = 0;
  for (let from = 0; from < total; from += every) {
    const part = Array.from({ length: Math.min(every, total - from) }, (_, index) => words[(from + index) % words.length] ?? ' ');
    at += 120;
    add(at, figuredTokens(part, from));
    const token = from + part.length;
    for (const event of trajectoryAt(token, every)) add(at + 1, event);
    add(at + 1, { type: 'signal', signal: 'group-confidence', atToken: token, value: 9 + Math.sin(from / 20) });
    add(at + 1, { type: 'signal', signal: 'hedge-density', atToken: token, value: 0 });
    if (token % 48 !== 0) continue;
    streak += 1;
    add(at + 2, { type: 'probe', policy: 'answer-convergence', atToken: token, text: '3 * x + 1', answer: '3 * x + 1', injected: 3, generated: 7, confidence: Math.min(0.99, 0.62 + streak / 10) });
    add(at + 3, { type: 'signal', signal: 'answer-convergence', atToken: token, value: streak, ...(calibrated ? { probability: Math.min(0.95, 0.4 + streak / 8) } : {}) });
    if (token < total) add(at + 4, { type: 'decision', decision: { atToken: token, phase: 'thinking', policy: 'answer-convergence', action: 'continue', evidence: [{ signal: 'answer-convergence', value: streak, threshold: 3 }], reason: `${streak} of 3 trial answers agree.` } });
  }
  add(at + 5, {
    type: 'decision',
    decision: { atToken: total, phase: 'thinking', policy: 'answer-convergence', action: 'end-thinking', evidence: [{ signal: 'answer-convergence', value: streak, threshold: 3 }], savedTokensEstimate: 30, reason: 'The last 3 trial answers agree, so more thinking would not change the answer.' },
  });
  add(at + 6, { type: 'phase', from: 'thinking', to: 'closing', reason: 'early-exit' });
  add(at + 7, { type: 'tokens', phase: 'closing', source: 'injected', text: '\nSo the answer is:\n', count: 6 });
  add(at + 8, { type: 'phase', from: 'closing', to: 'solving', reason: 'closed' });
  add(at + 30, { type: 'tokens', phase: 'solving', source: 'model', text: '3 * x + 1', count: 7 });
  add(at + 31, { type: 'phase', from: 'solving', to: 'done', reason: 'natural-end' });
  add(at + 32, { type: 'answer', text: '3 * x + 1', truncated: false });
  add(at + 33, { type: 'ended', outcome: 'answered', usage: { prompt: 212, thinking: total, solution: 7, probes: streak * 10, injected: 6, discarded: 0, estimated: false }, elapsedMs: at + 33 });
  return events;
}

/** Thoughts of the given length with figures for every token, and signals at every batch, in batches as the host sends them. */
export function longSignalRun(total: number, perBatch: number, everyMs: number, run = 'run-long'): RunEvent[] {
  const { add, events } = recorder(run);
  add(0, started({ budgets: { thinking: total, solution: 64 }, signals: 'all' }));
  add(1, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
  const words = ['the ', 'next ', 'value ', 'is ', '17, ', 'so ', 'we ', 'try ', 'again ', 'with ', 'x ', '+ ', '3 ', 'and ', 'check.\n'];
  let at = 1;
  for (let sent = 0; sent < total; sent += perBatch) {
    const part = Array.from({ length: Math.min(perBatch, total - sent) }, (_, index) => words[(sent + index) % words.length] ?? '');
    at += everyMs;
    add(at, figuredTokens(part, sent));
    for (const event of trajectoryAt(sent + part.length, perBatch)) add(at, event);
    add(at, { type: 'signal', signal: 'group-confidence', atToken: sent + part.length, value: 9 + Math.sin(sent / 200) });
    add(at, { type: 'signal', signal: 'answer-convergence', atToken: sent + part.length, value: (sent / perBatch) % 3 });
  }
  add(at + 1, { type: 'phase', from: 'thinking', to: 'closing', reason: 'natural-end' });
  add(at + 2, { type: 'phase', from: 'closing', to: 'solving', reason: 'closed' });
  add(at + 3, { type: 'tokens', phase: 'solving', source: 'model', text: 'Done.', count: 2 });
  add(at + 4, { type: 'phase', from: 'solving', to: 'done', reason: 'natural-end' });
  add(at + 5, { type: 'answer', text: 'Done.', truncated: false });
  add(at + 6, { type: 'ended', outcome: 'answered', usage: { prompt: 212, thinking: total, solution: 2, probes: 0, injected: 0, discarded: 0, estimated: false }, elapsedMs: at + 6 });
  return events;
}
