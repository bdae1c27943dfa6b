/** What goes on from a run, and what it goes on from: found in this session and in the traces. */
import { AUTOMATIC } from '../../runs/automatic/choose.ts';
import { decisionContinued, takenOver } from '../../trace/branch.ts';
import type { RunEvent } from '../../trace/events.ts';
import { emptyView, foldEvents } from '../../trace/fold.ts';
import type { RelatedRun } from '../../trace/messages.ts';
import { cutShort, type RunView } from '../../trace/view.ts';
import type { Log } from '../log.ts';
import type { TraceLibrary } from '../traces/library.ts';
import type { RunController } from './controller.ts';
import { checkOf } from './verdict.ts';

/** Later runs that are looked at; a run that was gone on from more often than this has told enough. */
const MOST_LATER = 6;

interface Known {
  readonly view: RunView;
  readonly events: readonly RunEvent[];
}

export interface RelatedParts {
  readonly controller: RunController;
  readonly library: TraceLibrary;
  readonly log: Log;
}

/** Traces that cannot be read are left out: what is related is a help, never a reason to fail. */
export async function relatedRuns(parts: RelatedParts, { view, events }: Known): Promise<readonly RelatedRun[]> {
  const parent = view.started?.parent;
  const earlier = parent === undefined ? null : await find(parts, parent);
  const found: RelatedRun[] = earlier ? [related('earlier', earlier, earlier, { view, taken: takenBy(parts, view) })] : [];
  for (const run of await laterRuns(parts, view.run)) {
    const later = await find(parts, run);
    if (later) found.push(related('later', later, { view, events }, { view: later.view, taken: takenBy(parts, later.view) }));
  }
  return found;
}

async function laterRuns({ controller, library, log }: RelatedParts, run: string): Promise<readonly string[]> {
  const history = await library.history().catch((error: unknown) => {
    log.error('reading the history', error);
    return [];
  });
  const recorded = history.filter(({ parent }) => parent === run).map((each) => each.run);
  return [...new Set([...controller.continuing(run).map((each) => each.run), ...recorded])].slice(0, MOST_LATER);
}

async function find({ controller, library, log }: RelatedParts, run: string): Promise<Known | null> {
  const recent = controller.recent(run);
  if (recent) return recent;
  try {
    const events = await library.read(run);
    return { events, view: foldEvents(emptyView(run), events) };
  } catch (error) {
    log.debug(`a related run cannot be read: ${String(error)}`);
    return null;
  }
}

/** The thoughts a run took over. One that has only just started has not told of them yet, but was asked to. */
function takenBy({ controller }: RelatedParts, later: RunView): string {
  return controller.recent(later.run)?.request.resume?.thoughts ?? takenOver(later);
}

/** `known` told in its relation to the run shown; of the two, `later` took over its text from `earlier`. */
function related(relation: RelatedRun['relation'], { view }: Known, earlier: Known, later: { readonly view: RunView; readonly taken: string }): RelatedRun {
  const handed = later.view.decisions.some(({ policy, action }) => policy === AUTOMATIC && action === 'choose-model');
  const index = handed ? null : decisionContinued(earlier.events, later.taken);
  const decision = index === null ? undefined : earlier.view.decisions[index];
  return {
    run: view.run,
    relation,
    time: view.started?.time ?? '',
    outcome: view.outcome,
    cutShort: cutShort(view),
    answer: view.answer,
    usage: view.usage,
    end: decision ? { atToken: decision.atToken, policy: decision.policy, savedTokensEstimate: decision.savedTokensEstimate } : null,
    check: checkOf(view),
    ...(handed ? { handedOn: view.started?.model.name ?? '' } : {}),
  };
}
