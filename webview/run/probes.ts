/** Trial answers: what the model would have said had it stopped there, and what asking cost. */
import { el, listDrawer } from '../dom.ts';
import { formatCount, plural } from '../format.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { policyName } from '../words.ts';

export function createProbes(remembered: Remembered): RunPart {
  const section = createSection({ key: 'probes', title: 'Trial answers', openByDefault: false, remembered, class: 'probes' });
  const head = el('tr', {}, ...['At token', 'Answer', 'Cost'].map((text) => el('th', { text, attrs: { scope: 'col' } })));
  const rows = el('tbody');
  section.body.append(el('table', { class: 'evidence probes-table' }, el('thead', {}, head), rows));
  const draw = listDrawer(rows, ({ atToken, answer, text, injected, generated, policy }: Parameters<RunPart['draw']>[0]['probes'][number]) =>
    el('tr', { attrs: { title: `${policyName(policy)}: ${text.trim()}` } }, el('td', { text: formatCount(atToken) }), el('td', {}, el('code', { text: answer === '' ? '(none)' : answer })), el('td', { text: formatCount(injected + generated) })),
  );
  return {
    element: section.element,
    draw: ({ probes }) => {
      draw(probes);
      const cost = probes.reduce((sum, probe) => sum + probe.injected + probe.generated, 0);
      section.setTitle('Trial answers', `${formatCount(probes.length)}, ${plural(cost, 'token', 'tokens')}`);
      section.show(probes.length > 0);
    },
  };
}
