/** Everything that shapes the next run: model, question, effort, budgets. */
import { segmented } from '../controls.ts';
import { el, setHidden, setText } from '../dom.ts';
import type { Post } from '../host.ts';
import type { Remembered } from '../remembered.ts';
import type { Part, Scene } from '../scene.ts';
import { askedEffortNames } from '../words.ts';
import { createAskBox } from './ask.ts';
import { createBudgets } from './budgets.ts';
import { createModelRow } from './model.ts';
import { t } from '../l10n.ts';

export interface Composer extends Part {
  focusAsk(): void;
  tryExample(question: string): void;
  followUp(): void;
  setHistoryOpen(open: boolean): void;
}

const efforts = (['low', 'medium', 'high', 'auto'] as const).map((value) => ({ value, label: askedEffortNames[value] }));

export function createComposer(post: Post, remembered: Remembered, onToggleHistory: () => void): Composer {
  const model = createModelRow(post, onToggleHistory);
  const ask = createAskBox(post, remembered);
  const budgets = createBudgets(post);
  const effort = segmented({ label: t('Effort'), choices: efforts, onChoose: (value) => post({ type: 'setEffort', effort: value }) });
  const note = el('p', { class: 'note effort-note', attrs: { 'aria-hidden': 'true' } });
  const controls = el('div', { class: 'composer-controls' }, el('div', { class: 'effort-row' }, el('span', { class: 'field-label', text: t('Effort'), attrs: { 'aria-hidden': 'true' } }), effort.element), budgets.element, note);
  return {
    element: el('header', { class: 'composer' }, model.element, ask.element, controls),
    focusAsk: ask.focus,
    tryExample: ask.fill,
    followUp: ask.followUp,
    setHistoryOpen: model.setHistoryOpen,
    draw: (scene: Scene) => {
      model.draw(scene);
      ask.draw(scene);
      budgets.draw(scene);
      setHidden(controls, scene.panel === null);
      if (!scene.panel) return;
      effort.set(scene.panel.effort.value, scene.panel.effort.note);
      setText(note, scene.panel.effort.note);
      setHidden(note, scene.panel.effort.note === '');
    },
  };
}
