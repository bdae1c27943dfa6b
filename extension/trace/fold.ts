/**
 * The fold from events to what is shown: one pure function that the viewer, the command line, export and replay all use, so that
 * a replay shows exactly what the live run showed. Folding a log equals folding its parts one after another.
 */
import type { RunEvent, RunEventOf, Usage } from './events.ts';
import { appendFigures, cutFigures } from './token-pages.ts';
import { estimatesTokens, type RequestTotals, type RunView, type ThoughtSegment } from './view.ts';

const noUsage: Usage = { prompt: 0, thinking: 0, solution: 0, probes: 0, injected: 0, discarded: 0, estimated: false };

/** A run of which nothing is known yet. */
export function emptyView(run: string): RunView {
  return {
    run,
    started: null,
    phase: 'idle',
    transitions: [],
    thoughts: [],
    answer: '',
    truncated: false,
    discarded: [],
    budgets: { thinking: 0, solution: 0 },
    usage: noUsage,
    requests: null,
    samples: [],
    tools: [],
    testRuns: [],
    decisions: [],
    probes: [],
    signals: {},
    steers: [],
    notices: [],
    error: null,
    held: false,
    queue: 0,
    outcome: null,
    elapsedMs: 0,
    lastSeq: -1,
  };
}

export function foldEvents(view: RunView, events: Iterable<RunEvent>): RunView {
  let folded = view;
  for (const event of events) folded = foldEvent(folded, event);
  return folded;
}

/** Events of another run, and events seen before, change nothing. */
export function foldEvent(view: RunView, event: RunEvent): RunView {
  if (event.run !== view.run || event.seq <= view.lastSeq) return view;
  const next = apply(view, event);
  return { ...next, elapsedMs: Math.max(view.elapsedMs, event.at), lastSeq: event.seq };
}

function apply(view: RunView, event: RunEvent): RunView {
  switch (event.type) {
    case 'started': {
      const { type: _type, run: _run, seq: _seq, at: _at, ...started } = event;
      return { ...view, started, queue: 0, budgets: event.budgets, usage: { ...view.usage, prompt: event.prompt.tokens, estimated: estimatesTokens(event) } };
    }
    case 'phase':
      return { ...(event.reason === 'tools' ? apartFrom(view) : view), phase: event.to, held: false, transitions: [...view.transitions, { at: event.at, from: event.from, to: event.to, reason: event.reason }] };
    case 'tokens':
      return applyTokens(view, event);
    case 'rewound':
      return applyRewound(view, event);
    case 'signal': {
      // A signal may be called like something every object has.
      const points = Object.hasOwn(view.signals, event.signal) ? (view.signals[event.signal] ?? []) : [];
      const { type: _type, run: _run, seq: _seq, at: _at, signal, ...point } = event;
      return { ...view, signals: { ...view.signals, [signal]: [...points, point] } };
    }
    case 'probe': {
      const { type: _type, run: _run, seq: _seq, ...probe } = event;
      const usage = event.free ? view.usage : { ...view.usage, probes: view.usage.probes + event.injected + event.generated };
      return { ...view, usage, probes: [...view.probes, probe] };
    }
    case 'decision':
      return { ...view, decisions: [...view.decisions, { ...event.decision, at: event.at }] };
    case 'budget':
      return { ...view, budgets: event.budgets };
    case 'steer': {
      const { type: _type, run: _run, seq: _seq, ...steer } = event;
      return { ...view, steers: [...view.steers, steer] };
    }
    case 'hold':
      return { ...view, held: event.held };
    case 'queue':
      return { ...view, queue: event.position };
    case 'request':
      return { ...view, requests: addRequest(view.requests ?? noRequests, event) };
    case 'sample':
      return applySample(view, event);
    case 'tool-call': {
      const { type: _type, run: _run, seq: _seq, ...call } = event;
      // What the answer said so far was the request, and what led to it.
      return { ...view, answer: '', tools: [...view.tools, { ...call, result: null }] };
    }
    case 'tool-result':
      return applyToolResult(view, event);
    case 'test-run': {
      const { type: _type, run: _run, seq: _seq, ...tested } = event;
      return { ...view, testRuns: [...view.testRuns, tested] };
    }
    case 'notice':
      return { ...view, notices: [...view.notices, { code: event.code, message: event.message }] };
    case 'answer':
      return { ...view, answer: event.text, truncated: event.truncated };
    case 'error':
      return { ...view, error: { reason: event.reason, message: event.message } };
    case 'ended':
      return { ...view, outcome: event.outcome, usage: event.usage, held: false, queue: 0 };
    default:
      return event satisfies never;
  }
}

const noRequests: RequestTotals = { count: 0, prompt: 0, cached: 0, thinking: 0, solution: 0, probes: 0, samples: 0, estimated: false };

function addRequest(totals: RequestTotals, { purpose, prompt, shared, cached = 0, thinking, solution, estimated }: RunEventOf<'request'>): RequestTotals {
  const generated = thinking + solution;
  return {
    count: totals.count + (shared ? 0 : 1),
    prompt: totals.prompt + prompt,
    cached: totals.cached + cached,
    thinking: totals.thinking + (purpose === 'run' ? thinking : 0),
    solution: totals.solution + (purpose === 'run' ? solution : 0),
    probes: totals.probes + (purpose === 'probe' ? generated : 0),
    samples: totals.samples + (purpose === 'sample' ? generated : 0),
    estimated: totals.estimated || estimated,
  };
}

/** What others than the run that was watched have generated is not in its text. */
function applySample(view: RunView, { type: _type, run: _run, seq: _seq, ...sample }: RunEventOf<'sample'>): RunView {
  const beside = sample.index === 0 ? 0 : sample.thinking + sample.solution + sample.probes;
  const usage = { ...view.usage, discarded: view.usage.discarded + beside, estimated: view.usage.estimated || (sample.index > 0 && sample.estimated) };
  return { ...view, usage, samples: [...view.samples, sample] };
}

/** Results are read by the model, so they count as prompt. */
function applyToolResult(view: RunView, { type: _type, run: _run, seq: _seq, call, ...result }: RunEventOf<'tool-result'>): RunView {
  const usage = { ...view.usage, prompt: view.usage.prompt + result.tokens, estimated: view.usage.estimated || result.estimated };
  return { ...view, usage, tools: view.tools.map((each) => (each.call === call ? { ...each, result } : each)) };
}

/** Thoughts after results of tools are another stretch than those before. */
function apartFrom(view: RunView): RunView {
  const last = view.thoughts.at(-1);
  return last?.source === 'model' ? { ...view, thoughts: [...view.thoughts, { source: 'model', text: '', fromToken: view.usage.thinking }] } : view;
}

function applyTokens(view: RunView, event: RunEventOf<'tokens'>): RunView {
  const usage = chargeTokens(view.usage, event);
  if (event.phase === 'solving' || event.phase === 'done') return { ...view, usage, answer: view.answer + event.text };
  return { ...view, usage, thoughts: appendThought(view.thoughts, event, view.usage.thinking) };
}

function chargeTokens(usage: Usage, event: RunEventOf<'tokens'>): Usage {
  const estimated = usage.estimated || event.estimated === true;
  if (event.source === 'resumed') return { ...usage, estimated };
  if (event.source === 'injected') return { ...usage, estimated, injected: usage.injected + event.count };
  if (event.phase === 'solving') return { ...usage, estimated, solution: usage.solution + event.count };
  return { ...usage, estimated, thinking: usage.thinking + event.count };
}

function appendThought(thoughts: readonly ThoughtSegment[], event: RunEventOf<'tokens'>, fromToken: number): readonly ThoughtSegment[] {
  if (event.text === '') return thoughts;
  const source = event.phase === 'closing' ? 'closing' : event.source;
  const last = thoughts.at(-1);
  const goesOn = last?.source === source;
  const before: ThoughtSegment = goesOn ? last : { source, text: '', fromToken };
  const tokens = appendFigures(before.tokens, before.text.length, event);
  const grown: ThoughtSegment = { ...before, text: before.text + event.text, ...(tokens ? { tokens } : {}) };
  return [...(goesOn ? thoughts.slice(0, -1) : thoughts), grown];
}

/** A rewound answer is kept among the discarded ones; rewound thoughts are only ever an end tag or a stray tag, and are cut off. */
function applyRewound(view: RunView, event: RunEventOf<'rewound'>): RunView {
  if (event.phase === 'solving' || event.phase === 'done') {
    const usage = { ...view.usage, solution: Math.max(0, view.usage.solution - event.count), discarded: view.usage.discarded + event.count };
    const discarded = event.text.trim() === '' ? view.discarded : [...view.discarded, { at: event.at, text: event.text }];
    const answer = view.answer.endsWith(event.text) ? view.answer.slice(0, view.answer.length - event.text.length) : '';
    return { ...view, usage, discarded, answer, truncated: false };
  }
  const usage = event.phase === 'closing' ? { ...view.usage, injected: Math.max(0, view.usage.injected - event.count) } : view.usage;
  return { ...view, usage, thoughts: cutThoughts(view.thoughts, event.text.length) };
}

function cutThoughts(thoughts: readonly ThoughtSegment[], characters: number): readonly ThoughtSegment[] {
  const kept = [...thoughts];
  let left = characters;
  while (left > 0) {
    const last = kept.pop();
    if (!last) break;
    if (last.text.length > left) kept.push(cutSegment(last, last.text.length - left));
    left -= last.text.length;
  }
  return kept;
}

function cutSegment({ tokens, ...segment }: ThoughtSegment, length: number): ThoughtSegment {
  const left = cutFigures(tokens, length);
  return { ...segment, text: segment.text.slice(0, length), ...(left ? { tokens: left } : {}) };
}
