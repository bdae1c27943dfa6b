/**
 * A signal per layer over the thinking tokens: a row a layer, stronger in colour where it is higher. A handful of paths, one a shade, instead of an
 * element a cell, so that it stays cheap while a run goes on.
 */
import type { SignalPoint } from '../../extension/trace/view.ts';
import type { Cursor } from '../cursor.ts';
import { el, setAttr, setHidden, setText, setVar } from '../dom.ts';
import { formatCount } from '../format.ts';
import { HEIGHT, rangeOf, WIDTH, x } from './scale.ts';
import { svg } from './svg.ts';
import { t } from '../l10n.ts';

const SHADES = 8;
/** Columns: what a side panel has pixels for, at two or three a column. */
const MOST_COLUMNS = 120;

export interface HeatStrip {
  readonly element: HTMLElement;
  draw(points: readonly SignalPoint[], domain: number): void;
}

export function createHeatStrip(cursor: Cursor): HeatStrip {
  const shades = Array.from({ length: SHADES }, (_, shade) => svg('path', { class: `heat heat-${shade + 1}` }));
  const surface = svg('svg', { class: 'heat-svg', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' }, ...shades);
  const line = el('div', { class: 'plot-cursor' });
  const box = el('div', { class: 'heat-box' });
  box.append(surface, line);
  const note = el('p', { class: 'note' });
  const element = el('div', { class: 'heat-strip' }, box, note);
  let end = 1;
  const drawCursor = (): void => {
    setHidden(line, cursor.token === null);
    if (cursor.token !== null) setVar(line, '--at', `${(Math.min(cursor.token, end) / end) * 100}%`);
  };
  cursor.onChange(() => {
    if (element.isConnected) drawCursor();
  });
  return {
    element,
    draw: (points, domain) => {
      end = domain;
      const layers = points.reduce((most, point) => Math.max(most, point.layers?.length ?? 0), 0);
      setHidden(element, layers === 0);
      if (layers === 0) return;
      setVar(box, '--layers', String(layers));
      for (const [shade, path] of pathsOf(points, layers, domain).entries()) setAttr(shades[shade] as SVGPathElement, 'd', path);
      setText(note, t('Layers 1 (top) to {0}, each on its own scale: the stronger the colour, the higher.', formatCount(layers)));
      setAttr(surface, 'aria-label', t('The same layer by layer: {0} layers over {1} points. The table has the figures.', formatCount(layers), formatCount(points.length)));
      drawCursor();
    },
  };
}

/** Every kth point where there are more than there are columns; the cell of a point reaches back to the one before, and one without figures is a gap. */
function pathsOf(points: readonly SignalPoint[], layers: number, domain: number): string[] {
  const step = Math.max(1, Math.ceil(points.length / MOST_COLUMNS));
  const columns = points.filter((_, index) => index % step === step - 1 || index === points.length - 1);
  const paths = Array.from({ length: SHADES }, () => '');
  const height = HEIGHT / layers;
  for (let layer = 0; layer < layers; layer += 1) {
    const values = columns.map((point) => point.layers?.[layer] ?? null);
    const { low, high } = rangeOf(values.filter((value) => value !== null));
    let from = 0;
    for (const [index, column] of columns.entries()) {
      const to = x(column.atToken, domain);
      const value = values[index] ?? null;
      if (value !== null && to > from) {
        const shade = Math.min(SHADES - 1, Math.floor(((value - low) / (high - low)) * SHADES));
        paths[shade] += `M${from.toFixed(1)} ${(layer * height).toFixed(2)}H${to.toFixed(1)}v${height.toFixed(2)}H${from.toFixed(1)}z`;
      }
      from = to;
    }
  }
  return paths;
}
