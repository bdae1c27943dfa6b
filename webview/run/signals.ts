/** The measured signals over the thinking tokens: the latent trajectory, what decisions rested on, and more on demand. */
import type { RunView } from '../../extension/trace/view.ts';
import { createLineChart, type ChartInput, type LineChart, type Mark } from '../charts/line-chart.ts';
import { marksOf } from '../charts/marks.ts';
import { domainOf } from '../charts/scale.ts';
import { hasTokenFigure, pointSeries, thresholdOf, tokenSeries, tokenSeriesNames, type Series } from '../charts/series.ts';
import { button } from '../controls.ts';
import type { Cursor } from '../cursor.ts';
import { el, setHidden, setText } from '../dom.ts';
import { formatCount, formatDate, plural } from '../format.ts';
import { placesOf, type Places } from '../places.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { createExcerpt } from './excerpt.ts';
import { createMore } from './more-signals.ts';
import { createTrajectory, trajectoryNames } from './trajectory.ts';
import { t } from '../l10n.ts';

/** In a long run the next drawing waits this many times as long as the last one took, so that charts never take more than a quarter of the time. */
const REST = 3;
const LONG_RUN = 1000;

/** What the charts are drawn from; as long as all of it is the same there is nothing to do. */
interface Drawn {
  readonly signals: RunView['signals'];
  readonly thoughts: RunView['thoughts'];
  readonly decisions: RunView['decisions'];
  readonly started: RunView['started'];
}

export function createSignals(remembered: Remembered, cursor: Cursor): RunPart {
  let view: RunView | null = null;
  let drawn: Drawn | null = null;
  let nextDraw = 0;
  let retry = 0;
  let asTable = remembered.isOpen('signals-table', false);
  const redraw = (): void => {
    drawn = null;
    if (view) drawNow(view);
  };

  const section = createSection({ key: 'signals', title: t('Signals'), openByDefault: true, remembered, class: 'signals', onToggle: () => redraw() });
  const form = button({
    label: '',
    icon: 'table',
    look: 'icon',
    onPress: () => {
      asTable = !asTable;
      remembered.setOpen('signals-table', asTable);
      drawForm();
      redraw();
    },
  });
  const drawForm = (): void => form.setLabel(asTable ? t('Show as Charts') : t('Show as Table'));
  drawForm();
  section.header.append(form.element);

  const about = el('p', { class: 'note' });
  const legend = createLegend();
  const trajectory = createTrajectory(remembered, cursor, redraw);
  const list = el('div', { class: 'signal-list' });
  const axis = el('p', { class: 'chart-axis note', attrs: { 'aria-hidden': 'true' } });
  const excerpt = createExcerpt(cursor);
  const more = createMore(remembered, redraw);
  section.body.append(about, legend.element, trajectory.element, list, axis, excerpt.element, more.element);

  const charts = new Map<string, { readonly chart: LineChart; input: ChartInput | null }>();
  const chartOf = (series: Series): { readonly chart: LineChart; input: ChartInput | null } => {
    const made = charts.get(series.name) ?? { chart: createLineChart(series, cursor), input: null };
    charts.set(series.name, made);
    return made;
  };

  const drawCharts = (now: RunView): void => {
    const places = placesOf(now);
    const { measured, names } = namesOf(now);
    const marks = marksOf(now.decisions);
    const domain = domainOf(Math.max(places.tokens, ...measured.map((name) => now.signals[name]?.at(-1)?.atToken ?? 0)));
    const common = { marks, domain, calibration: calibrationWords(now.started), asTable };
    const inputOf = (series: Series): ChartInput => ({ ...common, series, threshold: thresholdOf(series.name, now) });

    const hasTrajectory = measured.some((name) => trajectoryNames.includes(name));
    setHidden(trajectory.element, !hasTrajectory);
    if (hasTrajectory) trajectory.draw(inputOf(pointSeries(now, trajectory.name)));

    const shown = names.filter((name) => more.isShown(name, now));
    const series = shown.map((name) => seriesOf(now, places, name));
    const elements = series.map((each) => chartOf(each).chart.element);
    if (elements.length !== list.children.length || elements.some((element, index) => list.children[index] !== element)) list.replaceChildren(...elements);
    for (const each of series) {
      const held = chartOf(each);
      const input = inputOf(each);
      if (!held.input || !sameInput(held.input, input)) held.chart.draw(input);
      held.input = input;
    }
    more.draw(names, now);
    const hasBaseline = hasTrajectory || shown.some((name) => now.signals[name]?.some(({ baseline }) => baseline !== undefined));
    legend.draw({ baseline: hasBaseline && !asTable, threshold: shown.some((name) => thresholdOf(name, now) !== null), marks: marks.length > 0, gaps: measured.some((name) => now.signals[name]?.some(({ value }) => value === null)), asTable });
    setText(axis, t('0 to {0} thinking tokens', formatCount(domain)));
    setHidden(axis, asTable || (!hasTrajectory && shown.length === 0));
    excerpt.draw(now.thoughts, places);
    setText(about, aboutWords(now, measured.length > 0 || names.length > 0));
    setHidden(about, about.textContent === '');
  };

  const drawNow = (now: RunView): void => {
    clearTimeout(retry);
    const count = measuredNames(now).length;
    section.setTitle(t('Signals'), count > 0 ? formatCount(count) : '');
    section.show(now.thoughts.length > 0 || count > 0);
    if (!section.open) return;
    if (drawn && drawn.signals === now.signals && drawn.thoughts === now.thoughts && drawn.decisions === now.decisions && drawn.started === now.started) return;
    const began = performance.now();
    drawCharts(now);
    drawn = now;
    const ended = performance.now();
    nextDraw = ended + (ended - began) * REST;
  };

  return {
    element: section.element,
    draw: (next, { live, replaying }) => {
      const another = view?.run !== next.run;
      view = next;
      const unhurried = !(live || replaying) || next.usage.thinking < LONG_RUN;
      if (another || unhurried || performance.now() >= nextDraw) return drawNow(next);
      clearTimeout(retry);
      retry = window.setTimeout(() => view && drawNow(view), nextDraw - performance.now());
    },
  };
}

function measuredNames(view: RunView): string[] {
  return Object.keys(view.signals).filter((name) => (view.signals[name]?.length ?? 0) > 0);
}

/** All there is, and of that what has a chart of its own beside the latent trajectory. */
function namesOf(view: RunView): { readonly measured: readonly string[]; readonly names: readonly string[] } {
  const measured = measuredNames(view);
  const ofTokens = tokenSeriesNames.filter((name) => hasTokenFigure(view, name));
  return { measured, names: [...measured.filter((name) => !trajectoryNames.includes(name)), ...ofTokens] };
}

function seriesOf(view: RunView, places: Places, name: string): Series {
  return tokenSeriesNames.includes(name) ? tokenSeries(places, name) : pointSeries(view, name);
}

function sameMarks(one: readonly Mark[], other: readonly Mark[]): boolean {
  return one.length === other.length && one.every((mark, index) => mark.atToken === other[index]?.atToken && mark.words === other[index].words);
}

function sameInput(one: ChartInput, other: ChartInput): boolean {
  return one.series.points === other.series.points && one.domain === other.domain && one.threshold === other.threshold && one.asTable === other.asTable && one.calibration === other.calibration && sameMarks(one.marks, other.marks);
}

function calibrationWords(started: RunView['started']): string | null {
  const calibration = started?.calibration;
  if (!calibration) return null;
  const on = calibration.tasks === undefined ? plural(calibration.labels, t('answer'), t('answers')) : t('{0} of the built-in world', plural(calibration.tasks, t('task'), t('tasks')));
  return t('calibrated on {0}, {1}', on, formatDate(calibration.time));
}

/** What is not shown, and why. */
function aboutWords({ started, thoughts }: RunView, any: boolean): string {
  if (!any) {
    if (started && started.version < 2) return t('This trace was recorded by an earlier version of Reins, which measured nothing that can be drawn.');
    return thoughts.length === 0 ? '' : t('Nothing was measured in this run: the model gives no figures, or its thoughts were too short.');
  }
  const calibrated = calibrationWords(started);
  const offer = started?.model.backend === 'local' ? t(' Reins: Calibrate Model… finds out what they are worth.') : '';
  const judged = calibrated ? t('Thresholds and chances are {0}. Each chance goes by its one figure alone, so they differ.', calibrated) : t('Not calibrated: these are the model’s raw figures, without a verdict.{0}', offer);
  return `${judged}${levelWords(started)}`;
}

/** What was left out on purpose. */
function levelWords(started: RunView['started']): string {
  if (!started || started.version < 2) return '';
  switch (started.signals) {
    case 'policy':
      return t(' Only what the exit policy needs was measured.');
    case 'all':
      return '';
    case 'cheap':
    case undefined:
      return t(' Measured was what the exit policy needs, and what costs no tokens; the setting reins.signals has more.');
    default:
      return started.signals satisfies never;
  }
}

interface Legend {
  readonly element: HTMLElement;
  draw(what: { readonly baseline: boolean; readonly threshold: boolean; readonly marks: boolean; readonly gaps: boolean; readonly asTable: boolean }): void;
}

/** What each kind of line means: told apart by dashes and shape, not by colour alone. */
function createLegend(): Legend {
  const key = (name: string, words: string): HTMLElement => el('li', { class: `legend-key legend-${name}`, text: words });
  const keys = { line: key('line', 'measured'), baseline: key('baseline', t('length alone')), threshold: key('threshold', 'threshold'), marks: key('marks', 'decision'), gaps: key('gaps', t('not measured')) };
  const element = el('ul', { class: 'legend', attrs: { 'aria-label': t('Lines of the charts') } }, ...Object.values(keys));
  return {
    element,
    draw: ({ asTable, ...shown }) => {
      setHidden(element, asTable);
      for (const name of ['baseline', 'threshold', 'marks', 'gaps'] as const) setHidden(keys[name], !shown[name]);
    },
  };
}
