/** Trial answers: what the model would have said had it stopped there, how sure it was of it, and what asking cost. */
import type { RunView } from '../../extension/trace/view.ts';
import type { Cursor } from '../cursor.ts';
import { el, listDrawer, setClass } from '../dom.ts';
import { formatCount, formatValue, plural } from '../format.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { policyName } from '../words.ts';
import { t } from '../l10n.ts';

type Probe = RunView['probes'][number];

function answerOf({ answer, kind }: Probe): HTMLElement {
  if (kind === 'entropy-after-end') return el('span', { class: 'muted', text: t('looked past the end tag') });
  return el('code', { text: answer === '' ? t('(none)') : answer });
}

export function createProbes(remembered: Remembered, cursor: Cursor): RunPart {
  const section = createSection({ key: 'probes', title: t('Trial answers'), openByDefault: false, remembered, class: 'probes' });
  const confidence = el('th', { text: t('Confidence (raw)'), attrs: { scope: 'col' } });
  const head = el('tr', {}, ...[t('At token'), t('Answer')].map((text) => el('th', { text, attrs: { scope: 'col' } })), confidence, el('th', { text: t('Cost'), attrs: { scope: 'col' } }));
  const rows = el('tbody');
  const table = el('table', { class: 'evidence probes-table' }, el('thead', {}, head), rows);
  section.body.append(table);
  const draw = listDrawer(rows, (probe: Probe) => {
    const { atToken, text, injected, generated, policy } = probe;
    const link = el('button', { class: 'link-button', text: formatCount(atToken), attrs: { type: 'button', 'aria-label': t('Show thinking token {0} in the thoughts', formatCount(atToken)) } });
    link.addEventListener('click', () => cursor.set(atToken, 'decisions', 'go'));
    link.addEventListener('focus', () => cursor.set(atToken, 'decisions'));
    link.addEventListener('blur', () => cursor.clear());
    return el('tr', { attrs: { title: `${policyName(policy)}: ${text.trim()}` } }, el('td', {}, link), el('td', {}, answerOf(probe)), el('td', { text: formatValue(probe.confidence) }), el('td', { text: formatCount(injected + generated) }));
  });
  return {
    element: section.element,
    draw: ({ probes: all }) => {
      const probes = all.filter(({ kind }) => kind !== 'entropy-after-end');
      draw(probes);
      setClass(table, 'without-confidence', !probes.some((probe) => probe.confidence !== undefined));
      const cost = probes.reduce((sum, probe) => sum + probe.injected + probe.generated, 0);
      section.setTitle(t('Trial answers'), `${formatCount(probes.length)}, ${plural(cost, t('token'), t('tokens'))}`);
      section.show(probes.length > 0);
    },
  };
}
