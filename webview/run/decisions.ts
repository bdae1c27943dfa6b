/** Why the run went as it did: every transition, decision, steer and change of budget in the order they happened, with the evidence. */
import type { ControlState } from '../../extension/trace/messages.ts';
import { endedByForce, type RunView } from '../../extension/trace/view.ts';
import { button, type Button } from '../controls.ts';
import type { Cursor } from '../cursor.ts';
import { el, listDrawer, setClass, setHidden } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { Post } from '../host.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { entriesOf, sameEntry, type Entry } from './decision-entries.ts';
import { decisionItem, steerItem, transitionItem, wentOnItem, type Locate } from './decision-items.ts';
import { createTimeline } from './timeline.ts';
import { t } from '../l10n.ts';

/** Thinking tokens an entry speaks of; null where it is not about the thoughts. */
function tokenOf(entry: Entry): number | null {
  return entry.kind === 'decision' && entry.of.phase === 'thinking' ? entry.of.atToken : null;
}

function build(entry: Entry, locate: Locate): HTMLElement {
  switch (entry.kind) {
    case 'decision':
      return decisionItem(entry.of, entry.probe, locate);
    case 'went-on':
      return wentOnItem(entry.of, locate);
    case 'steer':
      return steerItem(entry.of);
    case 'transition':
      return transitionItem(entry.of);
    default:
      return entry satisfies never;
  }
}

export function createDecisions(post: Post, remembered: Remembered, cursor: Cursor): RunPart {
  const section = createSection({ key: 'decisions', title: t('Decisions'), openByDefault: true, remembered, class: 'decisions' });
  const list = el('ol', { class: 'events' });
  let entries: Entry[] = [];
  const itemAt = (atToken: number): Element | undefined => list.children[entries.findLastIndex((entry) => tokenOf(entry) === atToken)];
  const timeline = createTimeline(cursor, (atToken) => itemAt(atToken)?.scrollIntoView({ block: 'nearest' }));
  section.body.append(timeline.element, list);
  let run = '';
  let goOn: ControlState = { enabled: false };
  let mayGoOn = false;
  const goOns = new Map<HTMLElement, Button>();
  const drawItems = listDrawer(list, (entry: Entry) => {
    const item = build(entry, (atToken) => cursor.set(atToken, 'decisions', 'go'));
    if (entry.kind === 'decision' && endedByForce(entry.of)) {
      const ask = button({ label: t('What If It Had Gone On?'), icon: 'git-branch', hint: t('Run on from here, without this decision, and see whether the answer would have been another'), onPress: () => post({ type: 'goOn', run, decision: entry.index }) });
      goOns.set(item, ask);
      item.querySelector('.event-body')?.append(ask.element);
    }
    const token = tokenOf(entry);
    if (token !== null) {
      for (const type of ['pointerenter', 'focusin']) item.addEventListener(type, () => cursor.set(token, 'decisions'));
      for (const type of ['pointerleave', 'focusout']) item.addEventListener(type, () => cursor.clear());
    }
    return item;
  });
  cursor.onChange(() => {
    if (!list.isConnected) return;
    const at = cursor.token === null ? undefined : itemAt(cursor.token);
    for (const item of list.children) setClass(item, 'event-at', item === at);
  });

  const drawGoOns = (): void => {
    for (const [item, ask] of goOns) {
      if (!item.isConnected) goOns.delete(item);
      ask.set(goOn);
      setHidden(ask.element, !mayGoOn);
    }
  };

  let last: Pick<RunView, 'steers' | 'decisions' | 'transitions' | 'probes' | 'thoughts'> | null = null;
  return {
    element: section.element,
    draw: (view, { panel, live, replaying }) => {
      run = view.run;
      goOn = panel?.controls.goOn ?? goOn;
      mayGoOn = !live && !replaying;
      const same = last && last.steers === view.steers && last.decisions === view.decisions && last.transitions === view.transitions && last.probes === view.probes;
      if (!same || last?.thoughts !== view.thoughts) timeline.draw(view);
      last = view;
      if (same) return drawGoOns();
      const next = entriesOf(view);
      // Entries wrap what the view holds: take over the old wrapper of the same thing, so that its element stays as it is.
      entries = next.map((entry, index) => {
        const old = entries[index];
        return sameEntry(old, entry) ? old : entry;
      });
      drawItems(entries);
      section.setTitle(t('Decisions'), view.decisions.length > 0 ? formatCount(view.decisions.length) : '');
      section.show(entries.length > 0);
      drawGoOns();
    },
  };
}
