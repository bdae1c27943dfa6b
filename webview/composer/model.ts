/** The top line: which model answers, and the doors to the history and the settings. */
import { button, setExpanded } from '../controls.ts';
import { el, icon, setAttr, setText } from '../dom.ts';
import type { Post } from '../host.ts';
import type { Part } from '../scene.ts';
import { t } from '../l10n.ts';

export interface ModelRow extends Part {
  setHistoryOpen(open: boolean): void;
}

export function createModelRow(post: Post, onToggleHistory: () => void): ModelRow {
  const name = el('span', { class: 'model-name' });
  const detail = el('span', { class: 'model-detail' });
  const choose = el('button', { class: 'model-button', attrs: { type: 'button' } }, icon('chip'), el('span', { class: 'model-words' }, name, detail), el('span', { class: 'visually-hidden', text: t(', choose another model') }), icon('chevron-down'));
  choose.addEventListener('click', () => post({ type: 'command', command: 'chooseModel' }));
  const history = button({ label: t('History'), icon: 'history', look: 'icon', onPress: onToggleHistory });
  const settings = button({ label: t('Open Settings'), icon: 'settings-gear', look: 'icon', onPress: () => post({ type: 'command', command: 'openSettings' }) });
  const element = el('div', { class: 'model-row' }, choose, el('div', { class: 'model-actions' }, history.element, settings.element));
  return {
    element,
    setHistoryOpen: (open) => setExpanded(history, open),
    draw: ({ panel }) => {
      const model = panel?.model ?? null;
      setText(name, model?.name ?? t('Choose a model'));
      setText(detail, model?.detail ?? '');
      setAttr(choose, 'title', model ? `${model.name}, ${model.detail}` : t('Choose a model'));
    },
  };
}
