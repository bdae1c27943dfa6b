/** Runs that go on from the one shown, or that it goes on from: how they came out against each other, and the way to them. */
import type { PanelState, RelatedRun } from '../../extension/trace/messages.ts';
import { cutShort, type RunView } from '../../extension/trace/view.ts';
import { button } from '../controls.ts';
import { el, icon, setHidden } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { Post } from '../host.ts';
import type { RunPart } from '../scene.ts';
import { policyName } from '../words.ts';
import { goneOn, type GoneOn, type Side } from './gone-on.ts';
import { t } from '../l10n.ts';

const icons: Readonly<Record<GoneOn['kind'], string>> = { same: 'pass', changed: 'git-compare', open: 'git-branch' };

function sideOf(view: RunView, panel: PanelState | null): Side {
  const check = panel?.lanes.find(({ run }) => run === view.run)?.check ?? panel?.check ?? null;
  return { outcome: view.outcome, cutShort: cutShort(view), answer: view.answer, usage: view.usage, check };
}

function fromWhere({ relation, end }: RelatedRun): string {
  const place = end ? t('token {0}, where {1} had ended the thinking', formatCount(end.atToken), end.policy === 'user' ? t('you') : policyName(end.policy).toLowerCase()) : t('another place');
  return relation === 'earlier' ? t('This run goes on from {0}.', place) : t('A later run went on from {0}.', place);
}

export function createRelated(post: Post): RunPart {
  const list = el('div', { class: 'related-list' });
  const element = el('section', { class: 'related', attrs: { 'aria-label': t('What if it had gone on') } }, el('h3', { class: 'answer-heading', text: t('What if it had gone on') }), list);
  let drawn = '';

  const card = (own: Side, related: RelatedRun): HTMLElement => {
    const [earlier, later] = related.relation === 'earlier' ? [related, own] : [own, related];
    const { kind, title, detail } = goneOn(earlier, later, related.end);
    const compare = button({ label: t('Compare'), icon: 'split-horizontal', hint: t('Show the two runs side by side'), onPress: () => post({ type: 'compare', run: related.run }) });
    const open = button({ label: related.relation === 'earlier' ? t('Open Earlier Run') : t('Open Later Run'), icon: 'link-external', onPress: () => post({ type: 'openRun', run: related.run }) });
    for (const each of [compare, open]) each.set({ enabled: true });
    const answer = el('p', { class: 'event-quote', text: related.answer.trim() === '' ? t('(no answer)') : related.answer.trim() });
    const body = el('div', { class: 'callout-body' }, el('p', { class: 'callout-title', text: title }), el('p', { text: detail }), el('p', { class: 'note', text: t('{0} Its answer:', fromWhere(related)) }), answer, el('div', { class: 'answer-actions' }, compare.element, open.element));
    return el('div', { class: `callout callout-info related-${kind}` }, icon(icons[kind]), body);
  };

  return {
    element,
    draw: (view, { related, panel, replaying }) => {
      // A continued answer has its thoughts from the earlier run: there is nothing to hold against each other.
      const shown = replaying ? [] : related.filter(({ end, relation, handedOn }) => handedOn === undefined && (end !== null || (relation === 'earlier' && view.transitions.some(({ to, reason }) => to === 'thinking' && reason === 'resumed'))));
      setHidden(element, shown.length === 0);
      const own = sideOf(view, panel);
      const key = JSON.stringify([shown, own.outcome, own.cutShort, own.answer, own.usage.thinking, own.check]);
      if (key === drawn) return;
      drawn = key;
      list.replaceChildren(...shown.map((each) => card(own, each)));
    },
  };
}
