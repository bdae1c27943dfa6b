/**
 * The surface of a chart over thinking tokens: pointing at it, or moving along it with the arrow keys, moves the shared cursor. To
 * assistive technology it is a slider whose stops are the points and whose text says what is there.
 */
import { el, setAttr, setClass, setHidden, setVar } from '../dom.ts';
import type { Cursor, CursorReach, CursorSource } from '../cursor.ts';
import { HEIGHT, nearest, WIDTH } from './scale.ts';
import { svg } from './svg.ts';
import { t } from '../l10n.ts';

/** Stops passed over with Page Up and Page Down. */
const PAGE = 10;

/** A place on the token axis where there is something to say. */
export interface Stop {
  readonly atToken: number;
}

export interface PlotOptions<S extends Stop> {
  readonly label: string;
  readonly class: string;
  readonly cursor: Cursor;
  readonly source: CursorSource;
  /** What is there, in words. */
  readonly words: (stop: S) => string;
  /** Enter, or a click. Without it the thoughts come into view. */
  readonly onGo?: (stop: S) => void;
}

export interface Plot<S extends Stop> {
  readonly element: HTMLElement;
  readonly svg: SVGSVGElement;
  draw(stops: readonly S[], domain: number, description: string): void;
  /** The stop the cursor is at; null while it is nowhere. */
  readonly at: S | null;
}

export function createPlot<S extends Stop>({ label, class: className, cursor, source, words, onGo }: PlotOptions<S>): Plot<S> {
  const surface = svg('svg', { class: 'plot-svg', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  const line = el('div', { class: 'plot-cursor' });
  setHidden(line, true);
  const element = el('div', { class: `plot ${className}`, attrs: { role: 'slider', tabindex: '0', 'aria-label': label, 'aria-orientation': 'horizontal', 'aria-valuemin': '0' } });
  element.append(surface, line);
  let stops: readonly S[] = [];
  let domain = 1;
  /** Where the keyboard stands; the last stop until it is moved. */
  let index: number | null = null;

  const stopAt = (): S | null => (cursor.token === null ? null : (nearest(stops, cursor.token) ?? null));
  const drawCursor = (): void => {
    setHidden(line, cursor.token === null);
    if (cursor.token !== null) setVar(line, '--at', `${(Math.min(cursor.token, domain) / domain) * 100}%`);
    drawValue();
  };
  const drawValue = (): void => {
    const own = stops[Math.min(index ?? Infinity, stops.length - 1)];
    const stop = stopAt() ?? own;
    setAttr(element, 'aria-valuenow', String(stop?.atToken ?? 0));
    setAttr(element, 'aria-valuetext', stop ? words(stop) : t('Nothing yet'));
  };
  const go = (stop: S | undefined, reach: CursorReach): void => {
    if (!stop) return;
    cursor.set(stop.atToken, source, onGo ? 'peek' : reach);
    if (reach === 'go') onGo?.(stop);
  };
  const pointed = (event: PointerEvent | MouseEvent): S | undefined => {
    const { left, width } = element.getBoundingClientRect();
    return width === 0 ? undefined : nearest(stops, ((event.clientX - left) / width) * domain);
  };
  const move = (to: number): void => {
    index = Math.max(0, Math.min(stops.length - 1, to));
    go(stops[index], 'peek');
  };

  let asked = 0;
  let last: PointerEvent | null = null;
  element.addEventListener('pointermove', (event) => {
    last = event;
    // One look a frame is all that can be seen.
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      if (last) go(pointed(last), 'peek');
    });
  });
  element.addEventListener('pointerleave', () => {
    last = null;
    if (document.activeElement !== element) cursor.clear();
  });
  element.addEventListener('click', (event) => go(pointed(event), 'go'));
  element.addEventListener('keydown', (event) => {
    const here = index ?? stops.length - 1;
    const to: Readonly<Record<string, number>> = { ArrowRight: here + 1, ArrowUp: here + 1, ArrowLeft: here - 1, ArrowDown: here - 1, PageUp: here + PAGE, PageDown: here - PAGE, Home: 0, End: stops.length - 1 };
    const target = to[event.key];
    if (target !== undefined) move(target);
    else if (event.key === 'Enter') go(stops[Math.min(here, stops.length - 1)], 'go');
    else if (event.key === 'Escape') cursor.clear();
    else return;
    event.preventDefault();
  });
  element.addEventListener('focus', () => {
    if (element.matches(':focus-visible')) move(index ?? stops.length - 1);
  });
  element.addEventListener('blur', () => cursor.clear());
  cursor.onChange(() => {
    if (element.isConnected) drawCursor();
  });

  return {
    element,
    svg: surface,
    get at() {
      return stopAt();
    },
    draw: (next, end, description) => {
      stops = next;
      domain = end;
      setAttr(element, 'aria-valuemax', String(end));
      setAttr(element, 'aria-description', description);
      setClass(element, 'plot-empty', next.length === 0);
      drawCursor();
    },
  };
}
