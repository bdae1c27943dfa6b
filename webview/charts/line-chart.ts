/** One signal over the thinking tokens: its line, what length alone would give, the threshold, and where decisions were taken. */
import type { SignalPoint } from '../../extension/trace/view.ts';
import type { Cursor } from '../cursor.ts';
import { el, setAttr, setHidden, setText } from '../dom.ts';
import { formatCount, formatValue, plural } from '../format.ts';
import { createPlot } from './plot.ts';
import { HEIGHT, linePath, rangeOf, thinned, x, y, type Range } from './scale.ts';
import { gapWords, withUnit, type Series } from './series.ts';
import { svg } from './svg.ts';
import { table, type Column } from './table.ts';
import { retold, t } from '../l10n.ts';

/** A decision on the token axis. */
export interface Mark {
  readonly atToken: number;
  readonly words: string;
}

export interface ChartInput {
  readonly series: Series;
  readonly threshold: number | null;
  readonly marks: readonly Mark[];
  /** End of the token axis. */
  readonly domain: number;
  /** What a probability was calibrated on; null where none may be shown. */
  readonly calibration: string | null;
  readonly asTable: boolean;
}

export interface LineChart {
  readonly element: HTMLElement;
  draw(input: ChartInput): void;
}

export function createLineChart(first: Series, cursor: Cursor): LineChart {
  let input: ChartInput | null = null;
  const plot = createPlot<SignalPoint>({ label: t('{0} over the thinking tokens', first.title), class: 'line-plot', cursor, source: 'chart', words: (point) => (input ? pointWords(point, input) : '') });
  const shapes = {
    marks: svg('path', { class: 'chart-marks' }),
    threshold: svg('path', { class: 'chart-threshold' }),
    baseline: svg('path', { class: 'chart-baseline' }),
    gaps: svg('path', { class: 'chart-gaps' }),
    line: svg('path', { class: 'chart-line' }),
    dot: svg('path', { class: 'chart-dot' }),
  };
  plot.svg.append(...Object.values(shapes));
  const title = el('span', { class: 'chart-title' });
  const raw = el('span', { class: 'raw', text: t('raw'), attrs: { title: t('A raw number of this model: it is no probability, and means something only beside others of the same model.') } });
  const value = el('span', { class: 'chart-value' });
  const high = el('span', { class: 'chart-high', attrs: { 'aria-hidden': 'true' } });
  const low = el('span', { class: 'chart-low', attrs: { 'aria-hidden': 'true' } });
  const note = el('p', { class: 'note' });
  const body = el('div', { class: 'chart-body' }, plot.element, high, low);
  const figures = el('div', { class: 'chart-figures' });
  const element = el('figure', { class: 'chart' }, el('figcaption', { class: 'chart-caption' }, title, raw, value), body, figures, note);
  let shownRange: Range = { low: 0, high: 1 };

  const drawAt = (): void => {
    if (!input) return;
    const at = plot.at;
    setText(value, at ? pointWords(at, input) : lastWords(input));
    setAttr(shapes.dot, 'd', at && at.value !== null ? `M${x(at.atToken, input.domain).toFixed(1)} ${y(at.value, shownRange).toFixed(1)}h0` : null);
  };
  cursor.onChange(() => {
    if (element.isConnected) drawAt();
  });

  return {
    element,
    draw: (next) => {
      input = next;
      const { series, threshold, marks, domain, asTable } = next;
      const points = thinned(series.points);
      const values = points.flatMap((point) => [point.value, point.baseline]).filter((each) => typeof each === 'number');
      shownRange = rangeOf(threshold === null ? values : [...values, threshold]);
      setText(title, series.title);
      setAttr(title, 'title', series.meaning === '' ? null : series.meaning);
      setHidden(raw, !series.raw);
      setHidden(body, asTable);
      setHidden(figures, !asTable);
      if (asTable) figures.replaceChildren(tableOf(next));
      else {
        figures.replaceChildren();
        setAttr(shapes.line, 'd', linePath(points, domain, shownRange, (point) => point.value));
        setAttr(shapes.baseline, 'd', linePath(points, domain, shownRange, (point) => point.baseline));
        setAttr(shapes.threshold, 'd', threshold === null ? null : `M0 ${y(threshold, shownRange).toFixed(1)}H${x(domain, domain)}`);
        setAttr(shapes.marks, 'd', marks.map(({ atToken }) => `M${x(atToken, domain).toFixed(1)} 0V${HEIGHT}`).join(''));
        setAttr(shapes.gaps, 'd', points.filter((point) => point.value === null).map(({ atToken }) => `M${x(atToken, domain).toFixed(1)} ${HEIGHT}v-8`).join(''));
        setText(high, values.length > 0 ? formatValue(shownRange.high) : '');
        setText(low, values.length > 0 ? formatValue(shownRange.low) : '');
        plot.draw(points, domain, summary(next));
      }
      drawAt();
      const words = notes(series);
      setText(note, words);
      setHidden(note, words === '');
    },
  };
}

function notes({ points, note }: Series): string {
  const gaps = gapWords(points);
  return [note === '' ? '' : t('Drawn as {0}.', note), gaps === '' ? '' : t('Not measured: {0}.', gaps)].filter((words) => words !== '').join(' ');
}

function lastWords({ series, threshold, calibration }: ChartInput): string {
  const last = series.points.findLast(({ value }) => value !== null);
  const held = threshold === null ? '' : ` / ${formatValue(threshold)}`;
  return last ? `${withUnit(last.value, series.unit)}${held}${chance(last, calibration)}${tooEarly(last)}` : t('not measured');
}

/** A probability stands only beside the calibration it is from. */
function chance({ probability }: SignalPoint, calibration: string | null): string {
  return probability === undefined || calibration === null ? '' : t(', {0} % chance of a right answer ({1})', Math.round(probability * 100), calibration);
}

/** Such a figure decides nothing, and has no chance beside it. */
function tooEarly({ early }: SignalPoint): string {
  return early ? t(', too early to go by') : '';
}

/** What is at a point, in words: "Token 128: 0.42 cosine, length alone 0.38". */
function pointWords(point: SignalPoint, { series, threshold, marks, calibration }: ChartInput): string {
  const gap = point.value === null ? `, ${point.reason === undefined ? t('no reason given') : retold(point.reason)}` : '';
  const alone = point.baseline === undefined ? '' : t(', length alone {0}', formatValue(point.baseline));
  const held = threshold === null ? '' : t(', threshold {0}', formatValue(threshold));
  const mark = marks.find(({ atToken }) => atToken === point.atToken);
  return t('Token {0}: {1}{2}{3}{4}{5}{6}{7}', formatCount(point.atToken), withUnit(point.value, series.unit), gap, alone, held, chance(point, calibration), tooEarly(point), mark ? `. ${mark.words}` : '');
}

function summary({ series, threshold }: ChartInput): string {
  const values = series.points.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return series.meaning;
  const { low, high } = { low: Math.min(...values), high: Math.max(...values) };
  const held = threshold === null ? '' : t(', threshold {0}', formatValue(threshold));
  return t('{0} {1}{2} from {3} to {4}{5}.', series.meaning, series.raw ? t('Raw. ') : '', plural(values.length, t('value'), t('values')), formatValue(low), formatValue(high), held).trim();
}

function tableOf({ series, threshold, marks, calibration }: ChartInput): HTMLElement {
  const { points } = series;
  const layers = points.reduce((most, point) => Math.max(most, point.layers?.length ?? 0), 0);
  const decisions = new Map(marks.map((mark) => [mark.atToken, mark.words]));
  const columns: Column<SignalPoint>[] = [
    { head: t('At token'), cell: ({ atToken }) => formatCount(atToken) },
    { head: series.unit === '' ? t('Value') : t('Value ({0})', series.unit), cell: ({ value, reason, early }) => (value === null ? `– (${reason === undefined ? t('no reason given') : retold(reason)})` : `${formatValue(value)}${early ? t(' (too early)') : ''}`) },
  ];
  if (points.some(({ baseline }) => baseline !== undefined)) columns.push({ head: t('Length alone'), cell: ({ baseline }) => formatValue(baseline) });
  if (threshold !== null) columns.push({ head: t('Threshold'), cell: () => formatValue(threshold) });
  if (calibration !== null && points.some(({ probability }) => probability !== undefined)) columns.push({ head: t('Chance'), cell: ({ probability }) => formatValue(probability) });
  for (let layer = 0; layer < layers; layer += 1) columns.push({ head: t('Layer {0}', layer + 1), cell: (point) => formatValue(point.layers?.[layer] ?? undefined) });
  if (decisions.size > 0) columns.push({ head: t('Decision'), cell: ({ atToken }) => decisions.get(atToken) ?? '' });
  return table(`${series.title}${series.raw ? ' (raw)' : ''}`, columns, points);
}
