/** What goes into the list of decisions, in which order, and what goes together. */
import { signalInfo } from '../../extension/trace/signals.ts';
import type { RunView, Transition } from '../../extension/trace/view.ts';
import type { Decision, Probe, Steer } from './decision-items.ts';

export type Entry =
  | { readonly kind: 'transition'; readonly at: number; readonly of: Transition }
  /** `index` among the run's decisions. */
  | { readonly kind: 'decision'; readonly at: number; readonly of: Decision; readonly index: number; readonly probe: Probe | null }
  | { readonly kind: 'went-on'; readonly at: number; readonly of: readonly Decision[] }
  | { readonly kind: 'steer'; readonly at: number; readonly of: Steer };

/** What a steer becomes when it is accepted and decided on. */
const decidedAs: Readonly<Record<Steer['command']['kind'], Decision['action'] | null>> = { stop: 'stop', 'answer-now': 'end-thinking', 'keep-thinking': 'keep-thinking', steer: 'steer', release: null };

/** Steers that no decision tells of: the refused, and those with something more to say. */
function untold({ steers, decisions }: RunView): Steer[] {
  const left = decisions.filter(({ policy }) => policy === 'user');
  return steers.filter((steer) => {
    if (!steer.accepted || steer.note !== undefined) return true;
    const index = left.findIndex(({ action, at }) => action === decidedAs[steer.command.kind] && at >= steer.at);
    if (index === -1) return true;
    left.splice(index, 1);
    return false;
  });
}

/**
 * The trial answer a policy's decision was taken after. Policies at one place share one, whoever asked for it first: it is the one of a decision
 * whose evidence tells of a trial answer.
 */
function probeOf({ policy, phase, action, atToken, evidence }: Decision, probes: readonly Probe[]): Probe | null {
  if (phase !== 'thinking' || action === 'continue') return null;
  const shared = evidence.some(({ signal }) => signal === 'trial answer' || signalInfo(signal)?.family === 'trial answers');
  return probes.findLast((probe) => probe.kind !== 'entropy-after-end' && ((shared && probe.atToken === atToken) || (probe.atToken <= atToken && probe.policy === policy))) ?? null;
}

/** In order of time; at the same moment cause before effect: what the person did, what was decided, where the run went. */
export function entriesOf(view: RunView): Entry[] {
  const entries: Entry[] = [
    ...untold(view).map((steer): Entry => ({ kind: 'steer', at: steer.at, of: steer })),
    ...view.decisions.map((decision, index): Entry => (decision.action === 'continue' ? { kind: 'went-on', at: decision.at, of: [decision] } : { kind: 'decision', at: decision.at, of: decision, index, probe: probeOf(decision, view.probes) })),
    ...view.transitions.map((of): Entry => ({ kind: 'transition', at: of.at, of })),
  ];
  return together(entries.sort((one, other) => one.at - other.at));
}

/** Decisions to go on by the same policy, with nothing between them, are one entry. */
function together(entries: readonly Entry[]): Entry[] {
  const grouped: Entry[] = [];
  for (const entry of entries) {
    const last = grouped.at(-1);
    if (entry.kind === 'went-on' && last?.kind === 'went-on' && last.of[0]?.policy === entry.of[0]?.policy) grouped[grouped.length - 1] = { ...last, of: [...last.of, ...entry.of] };
    else grouped.push(entry);
  }
  return grouped;
}

/** Whether two entries tell the same: an element made for one serves the other. */
export function sameEntry(one: Entry | undefined, other: Entry): one is Entry {
  if (one === undefined || one.kind !== other.kind) return false;
  if (one.of === other.of) return true;
  // The fold keeps what it has: only after a new snapshot are equal things not the same ones.
  if (one.kind === 'went-on' && other.kind === 'went-on') return one.of.length === other.of.length && (one.of.every((each, index) => each === other.of[index]) || JSON.stringify(one) === JSON.stringify(other));
  return JSON.stringify(one) === JSON.stringify(other);
}
