/** The measured signals over the thinking tokens: a small line each, with the threshold it was held against, and the same in words. */
import { signalLabel } from '../../extension/trace/signals.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { el, setAttr, setText } from '../dom.ts';
import { formatCount, formatValue, plural } from '../format.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { policyName } from '../words.ts';

interface Point {
  readonly atToken: number;
  readonly value: number;
}
type Points = readonly Point[];

/** Only what was measured can be drawn. */
const measured = (points: RunView['signals'][string]): Points => points.flatMap(({ atToken, value }) => (value === null ? [] : [{ atToken, value }]));

const width = 100;
const height = 24;
/** More points than pixels are not worth drawing. */
const mostPoints = 200;

function svg<K extends keyof SVGElementTagNameMap>(tag: K, attrs: Readonly<Record<string, string>>): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attrs)) element.setAttribute(name, value);
  return element;
}

/** The threshold of the last decision that looked at the signal. */
function thresholdOf(signal: string, decisions: RunView['decisions']): number | null {
  for (const { evidence } of decisions.toReversed()) {
    const found = evidence.find((each) => each.signal === signal)?.threshold;
    if (typeof found === 'number') return found;
  }
  return null;
}

function thinned(points: Points): Points {
  if (points.length <= mostPoints) return points;
  const step = points.length / mostPoints;
  return Array.from({ length: mostPoints }, (_, index) => points[Math.min(points.length - 1, Math.round((index + 1) * step) - 1)]).filter((point) => point !== undefined);
}

interface Row {
  readonly element: HTMLElement;
  draw(points: Points, threshold: number | null): void;
}

function createRow(signal: string): Row {
  const line = svg('polyline', { class: 'signal-line' });
  const limit = svg('line', { class: 'signal-threshold', x1: '0', x2: String(width) });
  const chart = svg('svg', { class: 'signal-chart', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img' });
  chart.append(limit, line);
  const value = el('span', { class: 'signal-value' });
  const element = el('li', { class: 'signal' }, el('span', { class: 'signal-name', text: policyName(signalLabel(signal)) }), value);
  element.append(chart);
  return {
    element,
    draw: (points, threshold) => {
      const values = points.map((point) => point.value);
      const all = threshold === null ? values : [...values, threshold];
      const low = Math.min(...all);
      const span = Math.max(...all) - low || 1;
      const first = points[0]?.atToken ?? 0;
      const length = (points.at(-1)?.atToken ?? 0) - first || 1;
      const y = (one: number): string => (height - 2 - ((one - low) / span) * (height - 4)).toFixed(1);
      const x = (atToken: number): string => (((atToken - first) / length) * width).toFixed(1);
      const drawn = thinned(points).map((point) => `${x(point.atToken)},${y(point.value)}`);
      setAttr(line, 'points', drawn.length === 1 ? `0,${y(values[0] ?? 0)} ${width},${y(values[0] ?? 0)}` : drawn.join(' '));
      for (const name of ['y1', 'y2']) setAttr(limit, name, threshold === null ? null : y(threshold));
      setAttr(limit, 'visibility', threshold === null ? 'hidden' : 'visible');
      const last = values.at(-1);
      const against = threshold === null ? '' : ` / ${formatValue(threshold)}`;
      setText(value, `${formatValue(last)}${against}`);
      const held = threshold === null ? '' : `, threshold ${formatValue(threshold)}`;
      setAttr(chart, 'aria-label', `${policyName(signalLabel(signal))}: ${plural(points.length, 'value', 'values')} up to token ${formatCount(first + length)}, from ${formatValue(Math.min(...values))} to ${formatValue(Math.max(...values))}, last ${formatValue(last)}${held}`);
    },
  };
}

export function createSignals(remembered: Remembered): RunPart {
  const section = createSection({ key: 'signals', title: 'Signals', openByDefault: false, remembered, class: 'signals' });
  const list = el('ul', { class: 'signal-list' });
  section.body.append(list);
  let rows = new Map<string, Row>();
  let drawn: RunView['signals'] | null = null;
  let decisions: RunView['decisions'] | null = null;
  return {
    element: section.element,
    draw: (view) => {
      if (view.signals === drawn && view.decisions === decisions) return;
      drawn = view.signals;
      decisions = view.decisions;
      const names = Object.keys(view.signals).filter((name) => view.signals[name]?.some(({ value }) => value !== null));
      if ([...rows.keys()].join('\n') !== names.join('\n')) {
        rows = new Map(names.map((name) => [name, createRow(name)]));
        list.replaceChildren(...[...rows.values()].map(({ element }) => element));
      }
      for (const [name, row] of rows) row.draw(measured(view.signals[name] ?? []), thresholdOf(name, view.decisions));
      section.setTitle('Signals', formatCount(names.length));
      section.show(names.length > 0);
    },
  };
}
