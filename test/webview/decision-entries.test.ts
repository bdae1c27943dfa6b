import assert from 'node:assert/strict';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { entriesOf } from '../../webview/run/decision-entries.ts';
import { signalRun } from './support/signal-events.ts';

const viewOf = (asker: string): RunView => foldEvents(emptyView('run-signals'), signalRun().map((event) => (event.type === 'probe' ? { ...event, policy: asker } : event)));

describe('the trial answer beside a decision', () => {
  const probeAt = (view: RunView): string | null => entriesOf(view).flatMap((entry) => (entry.kind === 'decision' && entry.of.action === 'end-thinking' ? [entry.probe?.policy ?? null] : []))[0] ?? null;

  it('is the one the policy asked for', () => {
    assert.equal(probeAt(viewOf('answer-convergence')), 'answer-convergence');
  });

  it('is the one at the same place where another had asked for it first', () => {
    assert.equal(probeAt(viewOf('all signals')), 'all signals');
  });

  it('is none where the decision rested on no trial answer', () => {
    const view = viewOf('all signals');
    const ended = view.decisions.map((decision) => (decision.action === 'end-thinking' ? { ...decision, policy: 'self-evaluation', evidence: [{ signal: 'self-evaluation', value: 0.9, threshold: 0.8 }] } : decision));
    assert.equal(probeAt({ ...view, decisions: ended }), null);
  });
});
