/** The other run of a question that was handed on: the one before it on another model, or the one after it, with the way there. */
import type { RelatedRun } from '../../extension/trace/messages.ts';
import { button } from '../controls.ts';
import { el, icon, setHidden } from '../dom.ts';
import type { Post } from '../host.ts';
import type { RunPart } from '../scene.ts';
import { t } from '../l10n.ts';

export function createHandedOn(post: Post): RunPart {
  const element = el('section', { class: 'handed-on', attrs: { 'aria-label': t('Handed on') } });
  let drawn = '';

  const card = ({ run, relation, answer, handedOn = '' }: RelatedRun): HTMLElement => {
    const compare = button({ label: t('Compare'), icon: 'split-horizontal', hint: t('Show the two runs side by side'), onPress: () => post({ type: 'compare', run }) });
    const open = button({ label: relation === 'earlier' ? t('Open Earlier Run') : t('Open Later Run'), icon: 'link-external', onPress: () => post({ type: 'openRun', run }) });
    for (const each of [compare, open]) each.set({ enabled: true });
    const title = relation === 'earlier' ? t('{0} was asked first', handedOn) : t('Handed on to {0}', handedOn);
    const words = relation === 'earlier' ? t('Its answer was not taken; the decision to choose this model says why. It was:') : t('This answer was not taken; the last decision says why. The other model’s answer:');
    const said = el('p', { class: 'event-quote', text: answer.trim() === '' ? t('(no answer)') : answer.trim() });
    const body = el('div', { class: 'callout-body' }, el('p', { class: 'callout-title', text: title }), el('p', { class: 'note', text: words }), said, el('div', { class: 'answer-actions' }, compare.element, open.element));
    return el('div', { class: 'callout callout-info' }, icon('arrow-swap'), body);
  };

  return {
    element,
    draw: (_view, { related, replaying }) => {
      const shown = replaying ? [] : related.filter(({ handedOn }) => handedOn !== undefined);
      setHidden(element, shown.length === 0);
      const key = JSON.stringify(shown);
      if (key === drawn) return;
      drawn = key;
      element.replaceChildren(...shown.map(card));
    },
  };
}
