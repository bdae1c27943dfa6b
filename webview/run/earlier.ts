/** What was asked and answered before in the same conversation: folded away above the question, the latest last. */
import { el, setHidden, setText } from '../dom.ts';
import { createMarkdown } from '../markdown/render.ts';
import type { RunPart } from '../scene.ts';
import { t } from '../l10n.ts';

export function createEarlier(): RunPart {
  const words = el('summary', { class: 'earlier-summary' });
  const list = el('ol', { class: 'earlier-turns', attrs: { 'aria-label': t('Earlier in this conversation') } });
  const element = el('details', { class: 'earlier' }, words, list);
  let shown: unknown = null;
  return {
    element,
    draw: ({ started }) => {
      if (started === shown) return;
      shown = started;
      const turns = started?.task.history ?? [];
      setHidden(element, turns.length === 0);
      setText(words, turns.length === 1 ? t('Follows up on an earlier question') : t('Follows up on {0} earlier questions', turns.length));
      list.replaceChildren(
        ...turns.map(({ question, context, answer }) => {
          const said = createMarkdown(el('div', { class: 'markdown' }));
          said.write(answer, true);
          return el('li', {}, el('p', { class: 'earlier-question', text: context ? `${question} (${context.label})` : question }), said.element);
        }),
      );
    },
  };
}
