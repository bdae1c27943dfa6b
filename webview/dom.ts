/** Small helpers to build and change elements. Text always goes in as text, so that a model's words can never become markup. */

export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, string>>;
}

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, options: ElementOptions = {}, ...children: readonly Node[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (options.class !== undefined) element.className = options.class;
  if (options.text !== undefined) element.textContent = options.text;
  for (const [name, value] of Object.entries(options.attrs ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** An icon of VS Code's own font. Always beside words or a label, so hidden from assistive technology. */
export function icon(name: string): HTMLElement {
  return el('i', { class: `codicon codicon-${name}`, attrs: { 'aria-hidden': 'true' } });
}

export function setIcon(element: HTMLElement, name: string): void {
  const wanted = `codicon codicon-${name}`;
  if (element.className !== wanted) element.className = wanted;
}

/** Touches the document only when something changes: redrawing a state that is already shown costs nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}

export function setAttr(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

export function setClass(element: Element, name: string, on: boolean): void {
  element.classList.toggle(name, on);
}

/** A dynamic size or share. Set through the CSS object model: the content security policy forbids style attributes in markup. */
export function setVar(element: HTMLElement, name: `--${string}`, value: string): void {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

let ids = 0;
export function newId(prefix: string): string {
  ids += 1;
  return `${prefix}-${ids}`;
}

/**
 * Keeps a list of children in step with items that only ever change at the end (logs do): children whose item is the same object
 * stay untouched, the rest are rebuilt.
 */
export function listDrawer<T>(parent: HTMLElement, build: (item: T, index: number) => HTMLElement): (items: readonly T[]) => void {
  let drawn: readonly T[] = [];
  return (items) => {
    if (items === drawn) return;
    let same = 0;
    while (same < drawn.length && same < items.length && drawn[same] === items[same]) same += 1;
    while (parent.children.length > same) parent.lastElementChild?.remove();
    for (const [offset, item] of items.slice(same).entries()) parent.append(build(item, same + offset));
    drawn = items;
  };
}
