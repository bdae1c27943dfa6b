/** What can be done with the text of the thoughts: shade it by the model's own figures, and look at one token at a time. */
import type { RunView } from '../../extension/trace/view.ts';
import { hasTokenFigure } from '../charts/series.ts';
import { button, select, setExpanded } from '../controls.ts';
import type { Cursor } from '../cursor.ts';
import { el, setHidden, setText } from '../dom.ts';
import { placesOf } from '../places.ts';
import type { Remembered } from '../remembered.ts';
import type { BlockText } from './blocks.ts';
import { createInspector } from './inspector.ts';
import { createRevealer, type Spot } from './reveal.ts';
import { canShade, createShader, shadeWords, shadings, type Shading } from './shading.ts';
import { t } from '../l10n.ts';

const choices = [
  { value: 'off', label: t('No shading') },
  { value: 'surprise', label: t('Shade by surprise') },
  { value: 'entropy', label: t('Shade by entropy') },
] as const;

export interface ThoughtTools {
  readonly element: HTMLElement;
  /** `texts`: the drawn text of each of the view's thoughts. */
  draw(view: RunView, texts: readonly BlockText[]): void;
  /** Cursor elsewhere moved here: the thoughts are asked to come into view. */
  onGo(act: () => void): void;
}

export interface ThoughtScroller {
  readonly element: HTMLElement;
  /** It scrolls by itself; at full height the page would have to, and would take what is pointed at away. */
  readonly scrolls: boolean;
  /** Following the end rests while somebody looks further up. */
  setResting(resting: boolean): void;
}

export function createThoughtTools(remembered: Remembered, cursor: Cursor, scroller: ThoughtScroller): ThoughtTools {
  let view: RunView | null = null;
  let texts: readonly BlockText[] = [];
  let go: () => void = () => undefined;
  const shader = createShader();
  const revealer = createRevealer(scroller.element);
  const inspector = createInspector(cursor);

  let shading: Shading = remembered.chosen('shading', shadings, 'off');
  const legend = el('ul', { class: 'shade-legend', attrs: { 'aria-label': t('Shades') } });
  const note = el('p', { class: 'note' });
  const choose = select({
    label: t('Shading of the thoughts'),
    values: choices,
    value: shading,
    onChange: (value) => {
      shading = shadings.find((each) => each === value) ?? 'off';
      remembered.choose('shading', shading);
      drawShading();
    },
  });
  const inspect = button({ label: t('Inspect Tokens'), icon: 'inspect', look: 'icon', onPress: () => openInspector(!inspector.open) });
  const openInspector = (open: boolean): void => {
    inspector.setOpen(open);
    setExpanded(inspect, open);
    remembered.setOpen('inspector', open);
    if (!open) cursor.clear();
    if (view) inspector.draw(view, placesOf(view));
  };

  const drawShading = (): void => {
    const shaded = shading === 'off' ? null : shading;
    const possible = shaded !== null && view !== null && hasTokenFigure(view, shaded === 'surprise' ? 'token-logprob' : 'token-entropy');
    shader.setMode(possible && canShade() ? shading : 'off');
    if (view) shader.draw(view.thoughts.map((segment, index) => ({ blocks: texts[index]?.blocks ?? [], pages: segment.source === 'model' ? segment.tokens : undefined })));
    const words = shaded === null ? [] : shadeWords[shaded];
    if (legend.dataset['of'] !== shading) {
      legend.dataset['of'] = shading;
      legend.replaceChildren(...words.map((text, index) => el('li', {}, el('span', { class: `shade shade-${index + 1}`, text }))));
    }
    setHidden(legend, !possible || !canShade());
    setText(note, noteFor(shaded, possible));
    setHidden(note, shaded === null);
  };

  /** Where a token is drawn, for the mark and for scrolling. */
  const spotOf = (token: number): Spot | null => {
    const place = view ? placesOf(view).placeOf(token) : null;
    const block = place ? (texts[place.segment]?.blockAt(place.start) ?? null) : null;
    return place && block ? { block, start: place.start - block.start, end: place.end - block.start } : null;
  };
  cursor.onChange((reach) => {
    const { token, source } = cursor;
    scroller.setResting(token !== null);
    if (reach === 'go') go();
    revealer.show(token === null ? null : spotOf(token), source !== 'thoughts' && (scroller.scrolls || reach === 'go'));
  });

  /** The token under the pointer. */
  const pointed = ({ clientX, clientY }: MouseEvent): number | null => {
    const caret = caretAt(clientX, clientY);
    if (!caret || !view) return null;
    for (const [segment, { blocks }] of texts.entries()) {
      const block = blocks.find(({ node }) => node === caret.node);
      if (block) return placesOf(view).tokenAt(segment, block.start + caret.offset);
    }
    return null;
  };
  let asked = 0;
  scroller.element.addEventListener('pointermove', (event) => {
    if (!inspector.open || event.buttons !== 0) return;
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      const token = pointed(event);
      if (token !== null) cursor.set(token, 'thoughts');
    });
  });
  scroller.element.addEventListener('click', (event) => {
    const token = inspector.open ? pointed(event) : null;
    if (token !== null) cursor.set(token, 'thoughts');
  });
  scroller.element.addEventListener('pointerleave', () => {
    if (cursor.source === 'thoughts') cursor.clear();
  });

  if (remembered.isOpen('inspector', false)) inspector.setOpen(true);
  setExpanded(inspect, inspector.open);
  const element = el('div', { class: 'thought-tools' }, el('div', { class: 'thought-choices' }, choose.element, inspect.element), legend, note, inspector.element);
  return {
    element,
    onGo: (act) => {
      go = act;
    },
    draw: (next, drawn) => {
      view = next;
      texts = drawn;
      drawShading();
      if (inspector.open) inspector.draw(next, placesOf(next));
    },
  };
}

function noteFor(shading: Exclude<Shading, 'off'> | null, possible: boolean): string {
  if (shading === null) return '';
  if (!canShade()) return t('This browser cannot shade text.');
  if (!possible) return t('Nothing to shade by: the model gave no such figures for its tokens, or the trace is of an earlier version.');
  return shading === 'surprise' ? t('Raw: how likely the model held the token it wrote. A surprise is no mistake by itself.') : t('Raw: how undecided the model was about the token it wrote.');
}

interface Caret {
  readonly node: Text;
  readonly offset: number;
}

/** The character under the pointer. The browser tells the nearest place between two; past the middle of a character that is behind it. */
function caretAt(x: number, y: number): Caret | null {
  if (!('caretPositionFromPoint' in document)) return null;
  const found = document.caretPositionFromPoint(x, y);
  if (!found || !(found.offsetNode instanceof Text)) return null;
  const { offsetNode: node, offset } = found;
  if (offset === 0) return { node, offset };
  const range = new Range();
  range.setStart(node, offset - 1);
  range.setEnd(node, offset);
  const { left, right, top, bottom } = range.getBoundingClientRect();
  return { node, offset: x >= left && x <= right && y >= top && y <= bottom ? offset - 1 : offset };
}
