/** The host's side of the conversation, for pages under test. */
import type { RunEvent } from '../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import type { PanelState, RunSummary, ToViewer } from '../../../extension/trace/messages.ts';

const on = { enabled: true };

export function panelState(change: Partial<PanelState> = {}): PanelState {
  return {
    model: { name: 'Reins Mini', detail: 'local, 4.2 M parameters' },
    effort: { value: 'medium', note: '' },
    budgets: { thinking: 120, solution: 64, thinkingSet: false, solutionSet: false, note: '' },
    tools: { on: false, control: on, note: '' },
    selection: null,
    attached: [],
    liveRuns: [],
    lanes: [],
    check: null,
    controls: {
      ask: on,
      stop: { enabled: false, reason: 'No run is going on.' },
      answerNow: { enabled: false, reason: 'No run is going on.' },
      keepThinking: { enabled: false, reason: 'No run is going on.' },
      steer: { enabled: false, reason: 'No run is going on.' },
      continueAnswer: on,
      resume: { enabled: false, reason: 'The run came to its end.' },
      goOn: on,
      insert: on,
      followUp: { enabled: false, reason: 'There is no answer to follow up on.' },
    },
    cost: null,
    keepThinkingStep: 64,
    ...change,
  };
}

/** The panel while the run is live. */
export function livePanel(liveRun: string, change: Partial<PanelState> = {}): PanelState {
  const { controls } = panelState();
  return panelState({ liveRuns: [liveRun], controls: { ...controls, ask: { enabled: false, reason: 'A run is going on. Stop it first.' }, stop: on, answerNow: on, keepThinking: on, steer: on, goOn: { enabled: false, reason: 'The run is still going on.' }, insert: { enabled: false, reason: 'Open a file to insert into.' } }, ...change });
}

type Snapshot = Extract<ToViewer, { type: 'snapshot' }>;

/** A snapshot of the run these events make; null for none. `recorded` sends the events along, for replay. */
export function snapshot(events: readonly RunEvent[] | null, panel: PanelState, options: { readonly recorded?: boolean; readonly history?: readonly RunSummary[]; readonly other?: readonly RunEvent[] } = {}): Snapshot {
  const run = events?.[0]?.run ?? panel.liveRuns[0] ?? '';
  const { other } = options;
  return { type: 'snapshot', other: other ? foldEvents(emptyView(other[0]?.run ?? panel.liveRuns[1] ?? ''), other) : null, view: events ? foldEvents(emptyView(run), events) : null, events: options.recorded === true ? events : null, panel, history: options.history ?? [] };
}

export const historyOf: readonly RunSummary[] = [
  { run: 'run-full', time: '2026-03-02T09:41:00.000Z', question: 'Repair f so that every example holds.', model: 'Reins Mini', effort: 'medium', outcome: 'answered', thinkingTokens: 84, solutionTokens: 48 },
  { run: 'run-trouble', time: '2026-03-02T09:30:00.000Z', question: 'Why does max return the smaller of the two?', model: 'qwen3-8b', effort: 'high', outcome: 'failed', thinkingTokens: 17, solutionTokens: 0 },
  { run: 'run-exhausted', time: '2026-03-01T18:04:00.000Z', question: 'Find the constant that makes every example true, and explain it in one line', model: 'Reins Mini', effort: 'low', outcome: 'exhausted', thinkingTokens: 8, solutionTokens: 0 },
];
