/** The thought at the cursor, below the charts: what the model wrote when the figures were like this. */
import type { ThoughtSegment } from '../../extension/trace/view.ts';
import type { Cursor } from '../cursor.ts';
import { el, setClass, setText } from '../dom.ts';
import type { Places } from '../places.ts';
import { t } from '../l10n.ts';

/** Characters before and after the token. */
const AROUND = 80;

export interface Excerpt {
  readonly element: HTMLElement;
  draw(thoughts: readonly ThoughtSegment[], places: Places): void;
}

export function createExcerpt(cursor: Cursor): Excerpt {
  const before = el('span');
  const token = el('mark', { class: 'excerpt-token' });
  const after = el('span');
  const element = el('p', { class: 'excerpt' }, before, token, after);
  let thoughts: readonly ThoughtSegment[] = [];
  let places: Places | null = null;
  const drawAt = (): void => {
    const place = cursor.token === null ? null : (places?.placeOf(cursor.token) ?? null);
    const text = place ? (thoughts[place.segment]?.text ?? '') : '';
    setClass(element, 'note', place === null);
    if (!place) {
      setText(before, t('Point at a chart, or move along it with the arrow keys, to see the thought there.'));
      setText(token, '');
      setText(after, '');
      return;
    }
    const from = Math.max(0, place.start - AROUND);
    setText(before, `${from > 0 ? '…' : ''}${text.slice(from, place.start)}`);
    setText(token, text.slice(place.start, place.end));
    setText(after, `${text.slice(place.end, place.end + AROUND)}${place.end + AROUND < text.length ? '…' : ''}`);
  };
  cursor.onChange(() => {
    if (element.isConnected) drawAt();
  });
  return {
    element,
    draw: (now, where) => {
      thoughts = now;
      places = where;
      drawAt();
    },
  };
}
