/** What else goes along with the next question: a chip each, taken out by pressing it or by Delete, and a button that adds more. */
import type { AttachedPiece, PieceKind } from '../../extension/trace/messages.ts';
import { button } from '../controls.ts';
import { el, icon, setHidden } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { Post } from '../host.ts';
import { t } from '../l10n.ts';
import type { Part } from '../scene.ts';

const icons: Readonly<Record<PieceKind, string>> = { file: 'file', selection: 'selection', problem: 'warning', symbol: 'symbol-method' };

export interface Attached extends Part {
  readonly add: HTMLElement;
}

export function createAttached(post: Post): Attached {
  const add = button({ label: t('Add Context'), icon: 'attach', look: 'icon', hint: t('Send a file, symbol, selection or problem along with the question'), onPress: () => post({ type: 'addContext' }) });
  const list = el('ul', { class: 'attached', attrs: { 'aria-label': t('Goes along with the question') } });
  let drawn: readonly AttachedPiece[] = [];

  /** Its neighbour gets the focus, so that several can be taken out one after the other. */
  const remove = (id: string): void => {
    const at = drawn.findIndex((piece) => piece.id === id);
    const next = drawn[at + 1] ?? drawn[at - 1];
    if (next) list.querySelector<HTMLElement>(`[data-piece="${next.id}"]`)?.focus();
    else add.element.focus();
    post({ type: 'removeContext', id });
  };
  const chipOf = ({ id, kind, label, tokens }: AttachedPiece): HTMLElement => {
    const words = t('{0}, about {1} tokens', label, formatCount(tokens));
    const name = t('Remove {0}', words);
    const chip = el('button', { class: 'chip', attrs: { type: 'button', 'data-piece': id, 'aria-label': name, title: name } }, icon(icons[kind]), el('span', { class: 'chip-label', text: words }), icon('close'));
    chip.addEventListener('click', () => remove(id));
    chip.addEventListener('keydown', (event) => {
      if (event.key !== 'Delete' && event.key !== 'Backspace') return;
      event.preventDefault();
      remove(id);
    });
    return el('li', {}, chip);
  };

  return {
    element: list,
    add: add.element,
    draw: ({ panel }) => {
      if (!panel) return;
      add.set({ enabled: true });
      const { attached } = panel;
      setHidden(list, attached.length === 0);
      if (attached.map(({ id }) => id).join() === drawn.map(({ id }) => id).join()) return;
      // Chips that stay are not touched, so that the one with the focus keeps it.
      const wanted = new Set(attached.map(({ id }) => id));
      for (const [index, item] of [...list.children].entries()) if (!wanted.has(drawn[index]?.id ?? '')) item.remove();
      const known = new Set(drawn.map(({ id }) => id));
      list.append(...attached.filter(({ id }) => !known.has(id)).map(chipOf));
      drawn = attached;
    },
  };
}
