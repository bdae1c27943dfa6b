/** Why the run went as it did: every transition, decision, steer and change of budget in the order they happened, with the evidence. */
import { signalLabel } from '../../extension/trace/signals.ts';
import type { RunView, Transition } from '../../extension/trace/view.ts';
import { el, icon, listDrawer } from '../dom.ts';
import { formatCount, formatDuration, formatValue, plural } from '../format.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { actionNames, phaseNames, policyName, transitionSentence } from '../words.ts';

type Decision = RunView['decisions'][number];
type Steer = RunView['steers'][number];

function evidenceRow({ signal, value, threshold }: Decision['evidence'][number]): HTMLElement {
  const name = el('td', { text: signalLabel(signal) });
  // Words held against nothing may be long: they get the room of both columns.
  if (typeof value === 'string' && threshold === undefined) return el('tr', {}, name, el('td', { class: 'evidence-words', text: value, attrs: { colspan: '2' } }));
  return el('tr', {}, name, el('td', { text: formatValue(value) }), el('td', { text: formatValue(threshold) }));
}

function evidenceTable(evidence: Decision['evidence']): HTMLElement {
  const head = el('tr', {}, ...['Signal', 'Value', 'Threshold'].map((text) => el('th', { text, attrs: { scope: 'col' } })));
  return el('table', { class: 'evidence' }, el('thead', {}, head), el('tbody', {}, ...evidence.map(evidenceRow)));
}

function quote(text: string): HTMLElement {
  return el('p', { class: 'event-quote', text });
}

function item(at: number, glyph: string, title: string, detail: string, ...more: readonly HTMLElement[]): HTMLElement {
  const head = el('div', { class: 'event-head' }, el('span', { class: 'event-title', text: title }), el('span', { class: 'event-time', text: formatDuration(at) }));
  const body = el('div', { class: 'event-body' }, head);
  if (detail !== '') body.append(el('p', { class: 'event-detail', text: detail }));
  body.append(...more);
  return el('li', { class: 'event' }, icon(glyph), body);
}

function decisionItem(decision: Decision): HTMLElement {
  const own = decision.policy === 'user';
  const where = `at ${phaseNames[decision.phase].toLowerCase()} token ${formatCount(decision.atToken)}`;
  const more: HTMLElement[] = [el('p', { class: 'event-note', text: own ? `You, ${where}` : `${policyName(decision.policy)}, ${where}` })];
  const [first] = decision.evidence;
  if (decision.action === 'steer' && first && decision.evidence.length === 1) more.unshift(quote(formatValue(first.value)));
  else if (first) more.push(evidenceTable(decision.evidence));
  if (decision.savedTokensEstimate !== undefined) {
    const saved = Math.round(decision.savedTokensEstimate);
    const words = saved >= 0 ? `About ${plural(saved, 'token', 'tokens')} saved` : `About ${plural(-saved, 'token', 'tokens')} more than without it`;
    more.push(el('p', { class: 'event-note', text: `${words} (estimate, trial answers counted)` }));
  }
  return item(decision.at, own ? 'account' : 'lightbulb', actionNames[decision.action], decision.reason, ...more);
}

function steerTitle({ command }: Steer): string {
  switch (command.kind) {
    case 'stop':
      return 'You: Stop';
    case 'answer-now':
      return 'You: Answer Now';
    case 'keep-thinking':
      return `You: Keep Thinking (+${formatCount(command.tokens)})`;
    case 'steer':
      return 'You: Steer';
    case 'release':
      return 'You: Release';
    default:
      return command satisfies never;
  }
}

function steerItem(steer: Steer): HTMLElement {
  const more: HTMLElement[] = [];
  if (steer.command.kind === 'steer') more.push(quote(steer.command.text));
  const refused = steer.accepted ? '' : 'Refused. ';
  return item(steer.at, steer.accepted ? 'account' : 'circle-slash', steerTitle(steer), `${refused}${steer.note ?? ''}`.trim(), ...more);
}

/** Transitions step back behind the decisions that caused them. */
function transitionItem(transition: Transition): HTMLElement {
  return item(transition.at, 'arrow-right', phaseNames[transition.to], '', el('p', { class: 'event-note', text: transitionSentence(transition) }));
}

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

type Entry = { readonly at: number; readonly of: Transition } | { readonly at: number; readonly decision: Decision } | { readonly at: number; readonly steer: Steer };

function build(entry: Entry): HTMLElement {
  if ('decision' in entry) return decisionItem(entry.decision);
  if ('steer' in entry) return steerItem(entry.steer);
  return transitionItem(entry.of);
}

/** In order of time; at the same moment cause before effect: what the person did, what was decided, where the run went. */
function entriesOf(view: RunView): Entry[] {
  const entries: Entry[] = [
    ...untold(view).map((steer) => ({ at: steer.at, steer })),
    ...view.decisions.map((decision) => ({ at: decision.at, decision })),
    ...view.transitions.map((of) => ({ at: of.at, of })),
  ];
  return entries.sort((one, other) => one.at - other.at);
}

export function createDecisions(remembered: Remembered): RunPart {
  const section = createSection({ key: 'decisions', title: 'Decisions', openByDefault: true, remembered, class: 'decisions' });
  const list = el('ol', { class: 'events' });
  section.body.append(list);
  const draw = listDrawer(list, build);
  let last: Pick<RunView, 'steers' | 'decisions' | 'transitions'> | null = null;
  let entries: Entry[] = [];
  return {
    element: section.element,
    draw: (view) => {
      if (last && last.steers === view.steers && last.decisions === view.decisions && last.transitions === view.transitions) return;
      last = view;
      const next = entriesOf(view);
      // Entries wrap what the view holds: take over the old wrapper of the same thing, so that its element stays as it is.
      const same = (one: Entry | undefined, other: Entry): one is Entry => one !== undefined && JSON.stringify(one) === JSON.stringify(other);
      entries = next.map((entry, index) => (same(entries[index], entry) ? entries[index] : entry));
      draw(entries);
      section.setTitle('Decisions', view.decisions.length > 0 ? formatCount(view.decisions.length) : '');
      section.show(entries.length > 0);
    },
  };
}
