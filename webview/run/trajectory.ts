/**
 * The latent trajectory: how the model's inner state moved while it thought. Its three figures depend on the length of the thoughts alone,
 * so each is drawn beside what length alone would give, and can be looked at with the length taken out.
 */
import type { SignalPoint } from '../../extension/trace/view.ts';
import { createHeatStrip } from '../charts/heat-strip.ts';
import { createLineChart, type ChartInput } from '../charts/line-chart.ts';
import { describeSignal } from '../charts/series.ts';
import { checkbox, segmented } from '../controls.ts';
import type { Cursor } from '../cursor.ts';
import { el, setHidden, setText } from '../dom.ts';
import type { Remembered } from '../remembered.ts';
import { t } from '../l10n.ts';

const figures = ['net', 'cumulative', 'aligned'] as const;
type Figure = (typeof figures)[number];

const choices = [
  { value: 'net', label: t('Net') },
  { value: 'cumulative', label: t('Cumulative') },
  { value: 'aligned', label: t('Aligned') },
] as const;

const nameOf = (figure: Figure, neutral: boolean): string => `trajectory-${figure}${neutral ? '-neutral' : ''}`;

export const trajectoryNames: readonly string[] = figures.flatMap((figure) => [nameOf(figure, false), nameOf(figure, true)]);

export interface Trajectory {
  readonly element: HTMLElement;
  /** The signal that is chosen. */
  readonly name: string;
  draw(input: ChartInput): void;
}

export function createTrajectory(remembered: Remembered, cursor: Cursor, onChoose: () => void): Trajectory {
  let figure = remembered.chosen('trajectory', figures, 'net');
  let neutral = remembered.isOpen('trajectory-neutral', false);
  const chart = createLineChart({ ...describeSignal('trajectory-net'), title: t('Latent trajectory'), points: [], note: '' }, cursor);
  const heat = createHeatStrip(cursor);
  const choose = segmented<Figure>({
    label: t('Figure of the latent trajectory'),
    choices,
    onChoose: (value) => {
      figure = value;
      remembered.choose('trajectory', value);
      onChoose();
    },
  });
  const without = checkbox({
    label: t('Length taken out'),
    hint: t('The figure beside that of a random walk of as many steps'),
    checked: neutral,
    onChange: (checked) => {
      neutral = checked;
      remembered.setOpen('trajectory-neutral', checked);
      onChoose();
    },
  });
  const caution = el('p', { class: 'note' });
  const element = el('section', { class: 'trajectory', attrs: { 'aria-label': t('Latent trajectory') } }, el('h4', { class: 'family', text: t('Latent trajectory') }), el('div', { class: 'trajectory-controls' }, choose.element, without.element), chart.element, heat.element, caution);
  return {
    element,
    get name() {
      return nameOf(figure, neutral);
    },
    draw: (input) => {
      const { points } = input.series;
      choose.set(figure, '');
      without.set(neutral);
      chart.draw(input);
      setHidden(heat.element, input.asTable);
      if (!input.asTable) heat.draw(points, input.domain);
      setText(caution, cautionFor(points, neutral));
    },
  };
}

/** Nothing here is ever shown as if it told right from wrong by itself. */
function cautionFor(points: readonly SignalPoint[], neutral: boolean): string {
  if (!points.some(({ value }) => value !== null)) return t('This figure was not measured in this run.');
  if (neutral) return t('About 1 is a random walk of the same length.');
  const alone = points.some(({ baseline }) => baseline !== undefined);
  return alone ? t('Longer thoughts move this figure by themselves: only the distance from the dashed line says anything.') : t('This run has no length-only baseline, so this figure cannot be told from the length of the thoughts.');
}
