/** How near the run is to an early exit: what its policy goes by, against which threshold, in one line that is in sight while it thinks. */
import { signalLabel } from '../../extension/trace/signals.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { el, setAttr, setHidden, setText } from '../dom.ts';
import { formatValue } from '../format.ts';
import type { RunPart } from '../scene.ts';
import { retold, t } from '../l10n.ts';

type Threshold = NonNullable<NonNullable<NonNullable<RunView['started']>['exit']>['thresholds']>[number];

/** A line holds so many; a policy made of more says itself in words. */
const MOST = 3;

export function createExitWatch(): RunPart {
  const element = el('p', { class: 'exit-watch note' });
  return {
    element,
    draw: (view) => {
      const words = watchWords(view);
      setHidden(element, words === '');
      setText(element, words);
      setAttr(element, 'title', view.started?.exit ? retold(view.started.exit.words) : null);
    },
  };
}

/** "Early exit: confidence of the trial answer at least 0.96 (now 0.27, 24 % chance of a right answer)." Empty where nothing could end the thoughts early. */
export function watchWords(view: Pick<RunView, 'started' | 'signals' | 'phase'>): string {
  const thresholds = view.started?.exit?.thresholds ?? [];
  if (thresholds.length === 0) return '';
  const parts = thresholds.slice(0, MOST).map((each) => `${retold(signalLabel(each.signal))} ${each.atMost ? t('at most') : t('at least')} ${formatValue(each.threshold)} (${latest(view, each)})`);
  return t('Early exit: {0}{1}', parts.join(', '), thresholds.length > MOST ? ', …' : '.');
}

/** A chance only where the run names the calibration it is from. */
function latest({ started, signals, phase }: Pick<RunView, 'started' | 'signals' | 'phase'>, { signal }: Threshold): string {
  const point = Object.hasOwn(signals, signal) ? signals[signal]?.findLast(({ value }) => value !== null) : undefined;
  if (!point || point.value === null) return t('not measured yet');
  const chance = point.probability === undefined || !started?.calibration ? '' : t(', {0} % chance of a right answer', Math.round(point.probability * 100));
  return `${phase === 'idle' || phase === 'thinking' ? t('now') : t('last')} ${formatValue(point.value)}${chance}${point.early ? t(', too early to go by') : ''}`;
}
