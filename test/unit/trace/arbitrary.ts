/** Event logs for tests: random ones from fast-check, and a small ordinary one written by hand. */
import fc from 'fast-check';
import { TRACE_VERSION, type Phase, type RunEvent, type UnstampedEvent } from '../../../extension/trace/events.ts';

const phase = fc.constantFrom<Phase>('idle', 'thinking', 'closing', 'solving', 'done');
const count = fc.nat({ max: 40 });
const text = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('\n', '```', '~~~~', '</think>', '\u001b[31m', '\u2028'));
const value = fc.double({ noNaN: true, noDefaultInfinity: true });
const budgets = fc.record({ thinking: count, solution: count });
const usage = fc.record({ prompt: count, thinking: count, solution: count, probes: count, injected: count, discarded: count, estimated: fc.boolean() });

const unstamped: fc.Arbitrary<UnstampedEvent> = fc.oneof(
  fc.constant(started()),
  fc.record({ type: fc.constant('phase' as const), from: phase, to: phase, reason: fc.constantFrom('start' as const, 'budget' as const, 'user' as const) }),
  fc.record(
    {
      type: fc.constant('tokens' as const),
      phase,
      source: fc.constantFrom('model' as const, 'injected' as const, 'resumed' as const),
      text,
      count,
      estimated: fc.boolean(),
      logprobs: fc.array(value, { maxLength: 3 }),
    },
    { requiredKeys: ['type', 'phase', 'source', 'text', 'count'] },
  ),
  // Tokens with figures: a list entry a token, some of them without text.
  fc.record({ phase, source: fc.constantFrom('model' as const, 'resumed' as const), pieces: fc.array(text, { maxLength: 5 }), lists: fc.subarray(['logprobs', 'entropies', 'confidences'] as const), figures: fc.array(value, { minLength: 5, maxLength: 5 }) }).map(
    ({ phase, source, pieces, lists, figures }): UnstampedEvent => ({
      type: 'tokens', phase, source, text: pieces.join(''), count: pieces.length, lengths: pieces.map(({ length }) => length),
      ...Object.fromEntries(lists.map((list) => [list, figures.slice(0, pieces.length)])),
    }),
  ),
  fc.record({ type: fc.constant('rewound' as const), phase, text, count, reason: fc.constantFrom('keep-thinking' as const, 'stray-tag' as const) }),
  fc.record(
    {
      type: fc.constant('signal' as const),
      signal: fc.constantFrom('trajectory-net', 'margin', 'constructor', '__proto__'),
      atToken: count,
      value: fc.option(value),
      reason: text,
      layers: fc.array(fc.option(value), { maxLength: 3 }),
      baseline: value,
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    { requiredKeys: ['type', 'signal', 'atToken', 'value'] },
  ),
  fc.record(
    {
      type: fc.constant('probe' as const), policy: text, atToken: count, text, answer: text, injected: count, generated: count,
      kind: fc.constantFrom('trial-answer' as const, 'entropy-after-end' as const),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    { requiredKeys: ['type', 'policy', 'atToken', 'text', 'answer', 'injected', 'generated'] },
  ),
  fc.record({
    type: fc.constant('decision' as const),
    decision: fc.record({
      atToken: count,
      phase,
      policy: text,
      action: fc.constantFrom('continue' as const, 'end-thinking' as const, 'stop' as const),
      evidence: fc.array(fc.record({ signal: text, value: fc.oneof(value, text, fc.boolean()) }), { maxLength: 2 }),
      reason: text,
    }),
  }),
  fc.record({ type: fc.constant('budget' as const), budgets, reason: fc.constant('keep-thinking' as const), note: text }),
  fc.record({ type: fc.constant('steer' as const), command: fc.constant({ kind: 'answer-now' as const }), accepted: fc.boolean() }),
  fc.record({ type: fc.constant('hold' as const), held: fc.boolean(), atToken: count }),
  fc.record({ type: fc.constant('queue' as const), position: count }),
  fc.record({ type: fc.constant('request' as const), purpose: fc.constantFrom('run' as const, 'probe' as const, 'sample' as const), prompt: count, cached: count, thinking: count, solution: count, estimated: fc.boolean() }, { requiredKeys: ['type', 'purpose', 'prompt', 'thinking', 'solution', 'estimated'] }),
  fc.record({ type: fc.constant('sample' as const), index: count, seed: count, outcome: fc.constantFrom('answered' as const, 'stopped' as const), answer: text, thoughts: text, thinking: count, solution: count, probes: count, estimated: fc.boolean() }),
  fc.record({ type: fc.constant('tool-call' as const), call: count, tool: text, input: text, said: text }, { requiredKeys: ['type', 'call', 'tool', 'input'] }),
  fc.record(
    { type: fc.constant('tool-result' as const), call: count, outcome: fc.constantFrom('ok' as const, 'refused' as const, 'failed' as const, 'stopped' as const), text, tokens: count, estimated: fc.boolean(), used: count, limit: count, tier: fc.constantFrom('high' as const, 'critical' as const), tracker: text },
    { requiredKeys: ['type', 'call', 'outcome', 'text', 'tokens', 'estimated'] },
  ),
  fc.record(
    { type: fc.constant('test-run' as const), candidate: fc.option(count), command: text, outcome: fc.constantFrom('passed' as const, 'failed' as const, 'not-run' as const), exitCode: fc.option(count), output: text, milliseconds: count, changedLines: count, note: text },
    { requiredKeys: ['type', 'candidate', 'command', 'outcome', 'exitCode', 'output', 'milliseconds'] },
  ),
  fc.record({ type: fc.constant('notice' as const), code: text, message: text }),
  fc.record({ type: fc.constant('answer' as const), text, truncated: fc.boolean() }),
  fc.record({ type: fc.constant('error' as const), reason: fc.constant('internal' as const), message: text }),
  fc.record({ type: fc.constant('ended' as const), outcome: fc.constantFrom('answered' as const, 'stopped' as const), usage, elapsedMs: count }),
);

/** Any events in any order, stamped as a run stamps them, and plain as they come from a file. */
export const anyLog: fc.Arbitrary<RunEvent[]> = fc.array(unstamped, { maxLength: 40 }).map((events) => JSON.parse(JSON.stringify(stamp(events))) as RunEvent[]);

/** Stamp events the way a run does: numbers without gaps, time that never goes back. */
export function stamp(events: readonly UnstampedEvent[], run = 'run-1'): RunEvent[] {
  // The spread of a union with its stamp is again that union, which the compiler cannot see.
  return events.map((event, seq) => ({ ...event, run, seq, at: seq * 16 }) as RunEvent);
}

export function started(question = 'Complete f', code = 'const f = (x) => ?;'): UnstampedEvent {
  return {
    type: 'started',
    version: TRACE_VERSION,
    time: '2026-01-02T03:04:05.678Z',
    model: { id: 'tiny', name: 'Tiny', backend: 'local' },
    task: { question, context: { label: 'f.js', languageId: 'javascript', code } },
    prompt: { text: `${question}\n${code}`, tokens: 20, estimated: false },
    effort: 'low',
    effortKind: 'trained',
    budgets: { thinking: 120, solution: 40 },
    enforcement: 'exact',
    sampler: { temperature: 0 },
    seed: 7,
    exitPolicy: 'answer-convergence',
  };
}

/** Thoughts, a probe, an early exit, an answer. */
export function ordinaryLog(run = 'run-1', question = 'Complete f'): RunEvent[] {
  return stamp(
    [
      { type: 'queue', position: 1 },
      started(question),
      { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' },
      { type: 'tokens', phase: 'thinking', source: 'model', text: 'try x * 3\n', count: 5, logprobs: [-0.1, -0.2, -0.1, -0.3, -0.1] },
      { type: 'tokens', phase: 'thinking', source: 'model', text: 'f(2) = 6 ok\n', count: 6 },
      { type: 'signal', signal: 'agreement', atToken: 11, value: 1 },
      { type: 'probe', policy: 'answer-convergence', atToken: 11, text: '</think>', answer: 'x * 3', injected: 2, generated: 4 },
      {
        type: 'decision',
        decision: {
          atToken: 11,
          phase: 'thinking',
          policy: 'answer-convergence',
          action: 'end-thinking',
          evidence: [{ signal: 'equal answers', value: 3, threshold: 3 }],
          savedTokensEstimate: 60,
          reason: 'The last three trial answers agree.',
        },
      },
      { type: 'phase', from: 'thinking', to: 'closing', reason: 'early-exit' },
      { type: 'tokens', phase: 'closing', source: 'injected', text: '</think>', count: 1 },
      { type: 'phase', from: 'closing', to: 'solving', reason: 'closed' },
      { type: 'tokens', phase: 'solving', source: 'model', text: 'x * 3', count: 4 },
      { type: 'phase', from: 'solving', to: 'done', reason: 'natural-end' },
      { type: 'answer', text: 'x * 3', truncated: false },
      { type: 'ended', outcome: 'answered', usage: { prompt: 20, thinking: 11, solution: 4, probes: 6, injected: 1, discarded: 0, estimated: false }, elapsedMs: 240 },
    ],
    run,
  );
}
