/** Recorded runs to show: written down event by event, as the run service would. */
import { TRACE_VERSION, type RunEvent, type RunEventOf, type UnstampedEvent } from '../../../extension/trace/events.ts';

type StartedDetails = Partial<Omit<RunEventOf<'started'>, 'type' | 'run' | 'seq' | 'at'>>;

export interface Recorder {
  readonly run: string;
  readonly events: RunEvent[];
  add(at: number, event: UnstampedEvent): void;
}

export function recorder(run: string): Recorder {
  const events: RunEvent[] = [];
  return { run, events, add: (at, event) => void events.push({ ...event, run, seq: events.length, at } as RunEvent) };
}

export function started(details: StartedDetails = {}): UnstampedEvent {
  return {
    type: 'started',
    version: TRACE_VERSION,
    time: '2026-03-02T09:41:00.000Z',
    model: { id: 'reins-mini', name: 'Reins Mini', backend: 'local', hash: 'c0ffee' },
    task: {
      question: 'Repair f so that every example holds.',
      context: { label: 'sum.ts:3–6', languageId: 'typescript', code: 'function f(x: number) {\n  return x * 2 + 2;\n}\n// f(2) = 7\n// f(5) = 13' },
    },
    prompt: { text: '<prompt>', tokens: 212, estimated: false },
    effort: 'medium',
    effortKind: 'trained',
    budgets: { thinking: 120, solution: 64 },
    enforcement: 'exact',
    sampler: { temperature: 0 },
    seed: 7,
    exitPolicy: 'answer-convergence',
    ...details,
  };
}

export function tokens(text: string, count: number, phase: RunEventOf<'tokens'>['phase'] = 'thinking', source: RunEventOf<'tokens'>['source'] = 'model'): UnstampedEvent {
  return { type: 'tokens', phase, source, text, count };
}

const thoughts = [
  'The function returns x * 2 + 2 and the examples ask for f(2) = 7 and f(5) = 13.\n',
  'With x = 2 it gives 6, one too few. With x = 5 it gives 12, one too few.\n',
  'Try the constant 3: x * 2 + 3.\n',
  'f(2) = 2 * 2 + 3 = 7. That holds.\n',
  'f(5) = 5 * 2 + 3 = 13. That holds too.\n',
];

export const answerText = 'The constant is one too small.\n\n```typescript\nfunction f(x: number) {\n  return x * 2 + 3;\n}\n```\n\n| Example | Before | After |\n|---|---|---|\n| `f(2)` | 6 | **7** |\n| `f(5)` | 12 | **13** |\n';

const usage = { prompt: 212, thinking: 70, solution: 48, probes: 14, injected: 6, discarded: 0, estimated: false };

/** A whole run: thinks, is asked for trial answers, ends early with evidence, answers. */
export function fullRun(run = 'run-full', details: StartedDetails = {}): RunEvent[] {
  const { add, events } = recorder(run);
  add(0, started(details));
  add(40, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
  for (const [index, text] of thoughts.entries()) {
    for (const [part, word] of text.split(/(?<= )/).entries()) add(100 + index * 500 + part * 18, tokens(word, 1));
    if (index === 2 || index === 4) add(498 + index * 500, { type: 'signal', signal: 'equal trial answers in a row', atToken: 30 + index * 10, value: index / 2 - 1 });
    if (index === 2 || index === 4) add(500 + index * 500, { type: 'probe', policy: 'answer-convergence', atToken: 30 + index * 10, text: 'The answer is x * 2 + 3.', answer: 'x * 2 + 3', injected: 2, generated: 5 });
    if (index === 2) {
      add(1510, { type: 'steer', command: { kind: 'steer', text: 'Check both examples.' }, accepted: true });
      add(1520, { type: 'decision', decision: { atToken: 50, phase: 'thinking', policy: 'user', action: 'steer', evidence: [{ signal: 'remark', value: 'Check both examples.' }], reason: 'You gave the model a remark to think about.' } });
      add(1530, tokens('Check both examples.\n', 4, 'thinking', 'injected'));
    }
  }
  add(2610, {
    type: 'decision',
    decision: {
      atToken: 70,
      phase: 'thinking',
      policy: 'answer-convergence',
      action: 'end-thinking',
      evidence: [
        { signal: 'equal trial answers in a row', value: 2, threshold: 2 },
        { signal: 'entropy after the end tag', value: 0.0421, threshold: 0.25 },
      ],
      savedTokensEstimate: 36,
      reason: 'The last two trial answers agree, so more thinking would not change the answer.',
    },
  });
  add(2620, { type: 'phase', from: 'thinking', to: 'closing', reason: 'early-exit' });
  add(2630, tokens('\nSo the answer is:\n', 6, 'closing', 'injected'));
  add(2640, { type: 'phase', from: 'closing', to: 'solving', reason: 'closed' });
  for (const [index, word] of answerText.split(/(?<= )/).entries()) add(2700 + index * 20, tokens(word, 1, 'solving'));
  add(3300, { type: 'phase', from: 'solving', to: 'done', reason: 'natural-end' });
  add(3310, { type: 'answer', text: answerText.trim(), truncated: false });
  add(3320, { type: 'ended', outcome: 'answered', usage, elapsedMs: 3320 });
  return events;
}

/** The run of `fullRun` while it still thinks. */
export function thinkingRun(run = 'run-live'): RunEvent[] {
  return fullRun(run).filter(({ at }) => at < 2400);
}

/** A run on a server that cannot enforce budgets: everything went wrong in turn. */
export function troubledRun(run = 'run-trouble'): RunEvent[] {
  const { add, events } = recorder(run);
  add(0, { type: 'queue', position: 2 });
  add(900, started({ enforcement: 'degraded', effortKind: 'requested', effort: 'high', model: { id: 'srv', name: 'qwen3-8b', backend: 'remote', origin: 'http://localhost:8080' }, prompt: { text: '', tokens: 1830, estimated: true }, budgets: { thinking: 2048, solution: 512 } }));
  add(950, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
  add(960, { type: 'notice', code: 'estimated', message: 'This server does not count thinking tokens; the figures are estimates.' });
  add(1000, { ...tokens('Okay, let me look at this carefully. ', 9), estimated: true } as UnstampedEvent);
  add(4100, { type: 'phase', from: 'thinking', to: 'closing', reason: 'user' });
  add(4110, { type: 'phase', from: 'closing', to: 'solving', reason: 'closed' });
  add(4200, tokens('It returns the larger of two', 6, 'solving'));
  add(4400, { type: 'steer', command: { kind: 'keep-thinking', tokens: 64 }, accepted: true });
  add(4410, { type: 'rewound', phase: 'solving', text: 'It returns the larger of two', count: 6, reason: 'keep-thinking' });
  add(4420, { type: 'phase', from: 'solving', to: 'thinking', reason: 'user' });
  add(4430, { type: 'budget', budgets: { thinking: 2112, solution: 512 }, reason: 'keep-thinking', note: '64 more' });
  add(4500, tokens('Wait, the comparison is turned around. ', 8));
  add(4600, { type: 'steer', command: { kind: 'steer', text: 'Mind the sign.' }, accepted: false, note: 'This server cannot take remarks while it thinks.' });
  add(6000, { type: 'error', reason: 'server-unreachable', message: 'The server at http://localhost:8080 stopped answering.' });
  add(6010, { type: 'phase', from: 'thinking', to: 'done', reason: 'failed' });
  add(6020, { type: 'ended', outcome: 'failed', usage: { prompt: 1830, thinking: 17, solution: 0, probes: 0, injected: 0, discarded: 6, estimated: true }, elapsedMs: 6020 });
  return events;
}

/** The budget is gone before a word of the answer. */
export function exhaustedRun(run = 'run-exhausted'): RunEvent[] {
  const { add, events } = recorder(run);
  add(0, started({ budgets: { thinking: 8, solution: 0 } }));
  add(30, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
  add(60, tokens('Let me think about this one', 8));
  add(90, { type: 'phase', from: 'thinking', to: 'done', reason: 'budget' });
  add(100, { type: 'ended', outcome: 'exhausted', usage: { ...usage, thinking: 8, solution: 0, probes: 0, injected: 0 }, elapsedMs: 100 });
  return events;
}

/** Thoughts of the given length, with line ends now and then, in batches as the host sends them. */
export function longRun(total: number, perBatch: number, everyMs: number, run = 'run-long'): RunEvent[] {
  const { add, events } = recorder(run);
  const words = ['the ', 'next ', 'value ', 'is ', '17, ', 'so ', 'we ', 'try ', 'again ', 'with ', 'x ', '+ ', '3 ', 'and ', 'check.\n'];
  add(0, started({ budgets: { thinking: total, solution: 64 } }));
  add(1, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
  let at = 1;
  for (let sent = 0; sent < total; sent += perBatch) {
    const count = Math.min(perBatch, total - sent);
    at += everyMs;
    add(at, tokens(Array.from({ length: count }, (_, index) => words[(sent + index) % words.length]).join(''), count));
  }
  add(at + 1, { type: 'phase', from: 'thinking', to: 'closing', reason: 'natural-end' });
  add(at + 2, { type: 'phase', from: 'closing', to: 'solving', reason: 'closed' });
  add(at + 3, tokens('Done.', 2, 'solving'));
  add(at + 4, { type: 'phase', from: 'solving', to: 'done', reason: 'natural-end' });
  add(at + 5, { type: 'answer', text: 'Done.', truncated: false });
  add(at + 6, { type: 'ended', outcome: 'answered', usage: { ...usage, thinking: total, solution: 2, probes: 0, injected: 0 }, elapsedMs: at + 6 });
  return events;
}
