/** Answers dropped by Keep Thinking or Steer. They cost tokens and may have been right: nothing is lost. */
import { el, listDrawer } from '../dom.ts';
import { formatCount, formatDuration } from '../format.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { t } from '../l10n.ts';

export function createDiscarded(remembered: Remembered): RunPart {
  const section = createSection({ key: 'discarded', title: t('Discarded answers'), openByDefault: false, remembered, class: 'discarded' });
  const list = el('ol', { class: 'discarded-list' });
  section.body.append(list);
  const draw = listDrawer(list, ({ at, text }: { readonly at: number; readonly text: string }) => el('li', {}, el('span', { class: 'event-time', text: formatDuration(at) }), el('div', { class: 'plain-text', text: text.trim() })));
  return {
    element: section.element,
    draw: ({ discarded }) => {
      draw(discarded);
      section.setTitle(t('Discarded answers'), formatCount(discarded.length));
      section.show(discarded.length > 0);
    },
  };
}
