/** The same question at two efforts: which two, and the button that asks. */
import type { Effort } from '../../extension/trace/events.ts';
import type { ControlState } from '../../extension/trace/messages.ts';
import { button, select, setExpanded, type Button } from '../controls.ts';
import { el, setHidden } from '../dom.ts';
import type { Remembered } from '../remembered.ts';
import { effortNames } from '../words.ts';
import { t } from '../l10n.ts';

const efforts = ['low', 'medium', 'high'] as const;
const values = efforts.map((value) => ({ value, label: effortNames[value] }));

export interface TwoEfforts {
  /** Opens and closes the choice. */
  readonly toggle: Button;
  readonly element: HTMLElement;
  set(state: ControlState): void;
}

export function createTwoEfforts(remembered: Remembered, onAsk: (pair: readonly [Effort, Effort]) => void): TwoEfforts {
  let first: Effort = remembered.chosen('first-effort', efforts, 'low');
  let second: Effort = remembered.chosen('second-effort', efforts, 'high');
  let state: ControlState = { enabled: true };
  const pick = (which: 'first-effort' | 'second-effort', label: string, value: Effort): HTMLElement =>
    select({
      label,
      values,
      value,
      onChange: (chosen) => {
        const effort = efforts.find((each) => each === chosen) ?? value;
        if (which === 'first-effort') first = effort;
        else second = effort;
        remembered.choose(which, effort);
        draw();
      },
    }).element;
  const ask = button({ label: t('Ask Both'), icon: 'split-horizontal', hint: t('Ask the same question at both efforts, side by side'), onPress: () => onAsk([first, second]) });
  const choice = el('div', { class: 'two-efforts', attrs: { role: 'group', 'aria-label': t('Ask at two efforts') } }, pick('first-effort', t('First effort'), first), el('span', { text: t('and') }), pick('second-effort', t('Second effort'), second), ask.element);
  const toggle = button({
    label: t('Ask at Two Efforts'),
    icon: 'split-horizontal',
    look: 'icon',
    onPress: () => {
      const open = choice.hasAttribute('hidden');
      setHidden(choice, !open);
      setExpanded(toggle, open);
    },
  });
  const draw = (): void => ask.set(state.enabled && first === second ? { enabled: false, reason: 'Choose two different efforts.' } : state);
  setHidden(choice, true);
  setExpanded(toggle, false);
  toggle.set({ enabled: true });
  return {
    toggle,
    element: choice,
    set: (next) => {
      state = next;
      draw();
    },
  };
}
