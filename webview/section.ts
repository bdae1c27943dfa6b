/** A section with a heading that opens and closes it. Native buttons: their `aria-controls` must reach an id of the page. */
import { el, icon, newId, setAttr, setClass, setHidden, setIcon, setText } from './dom.ts';
import type { Remembered } from './remembered.ts';

export interface Section {
  readonly element: HTMLElement;
  readonly body: HTMLElement;
  readonly header: HTMLElement;
  /** The unit gives way first where there is little room. */
  setTitle(title: string, detail?: string, unit?: string): void;
  setBusy(busy: boolean): void;
  show(visible: boolean): void;
  readonly open: boolean;
  /** Open it, as if the person had. */
  unfold(): void;
}

export function createSection(options: { readonly key: string; readonly title: string; readonly openByDefault: boolean; readonly remembered: Remembered; readonly class?: string; readonly onToggle?: () => void }): Section {
  const { key, remembered } = options;
  const bodyId = newId(key);
  const twistie = icon('chevron-down');
  const title = el('span', { class: 'section-title', text: options.title });
  const figures = document.createTextNode('');
  const unit = el('span', { class: 'section-unit' });
  const detail = el('span', { class: 'section-detail' }, figures, unit);
  const toggle = el('button', { class: 'section-toggle', attrs: { type: 'button', 'aria-controls': bodyId } }, twistie, title, detail);
  const header = el('div', { class: 'section-header' }, el('h3', {}, toggle));
  const body = el('div', { class: 'section-body', attrs: { id: bodyId } });
  const element = el('section', { class: `section ${options.class ?? ''}`.trim() }, header, body);
  let open = remembered.isOpen(key, options.openByDefault);
  const draw = (): void => {
    setAttr(toggle, 'aria-expanded', String(open));
    setIcon(twistie, open ? 'chevron-down' : 'chevron-right');
    setHidden(body, !open);
  };
  const setOpen = (next: boolean): void => {
    open = next;
    remembered.setOpen(key, open);
    draw();
    options.onToggle?.();
  };
  toggle.addEventListener('click', () => setOpen(!open));
  draw();
  return {
    element,
    body,
    header,
    setTitle: (text, more = '', of = '') => {
      setText(title, text);
      if (figures.data !== more) figures.data = more;
      setText(unit, of === '' ? '' : ` ${of}`);
    },
    setBusy: (busy) => setClass(title, 'shimmer', busy),
    show: (visible) => setHidden(element, !visible),
    get open() {
      return open;
    },
    unfold: () => {
      if (!open) setOpen(true);
    },
  };
}
