/** A recorded run at one of its decisions: where another run can go on from it, or has. */
import type { RunEvent } from './events.ts';
import { emptyView, foldEvent } from './fold.ts';
import { thoughtsText, type RunView } from './view.ts';

/** The run as it stood when its decision number `index` was taken; null where there is no such decision. */
export function viewAtDecision(events: readonly RunEvent[], index: number): RunView | null {
  for (const view of viewsAtDecisions(events)) if (view.decisions.length === index + 1) return view;
  return null;
}

/** The number of the decision from which a later run went on: there the thoughts were what that run took over. Null where it is another place. */
export function decisionContinued(events: readonly RunEvent[], taken: string): number | null {
  let found: number | null = null;
  for (const view of viewsAtDecisions(events)) {
    const last = view.decisions.at(-1);
    // What is taken over may begin with a tag.
    if (last && last.action === 'end-thinking' && last.phase === 'thinking' && taken.endsWith(thoughtsText(view))) found = view.decisions.length - 1;
  }
  return found;
}

/** The thoughts that a run took over from an earlier one. */
export function takenOver({ thoughts }: Pick<RunView, 'thoughts'>): string {
  return thoughts.map(({ source, text }) => (source === 'resumed' ? text : '')).join('');
}

function* viewsAtDecisions(events: readonly RunEvent[]): Generator<RunView> {
  let view = emptyView(events[0]?.run ?? '');
  for (const event of events) {
    view = foldEvent(view, event);
    if (event.type === 'decision') yield view;
  }
}
