/** Several samples of one question: who voted for what, and what each of them took. Not to be seen where there was one. */
import type { RunView } from '../../extension/trace/view.ts';
import { el, listDrawer } from '../dom.ts';
import { formatCount, formatTokens } from '../format.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { outcomeNames } from '../words.ts';
import { retold, t } from '../l10n.ts';

type Sample = RunView['samples'][number];

function item({ index, outcome, answer, thoughts, thinking, solution, probes, estimated, confidence }: Sample): HTMLElement {
  const tokens = t('{0} tokens', formatTokens(thinking + solution + probes, estimated));
  const figures = [outcomeNames[outcome], tokens, ...(confidence === undefined ? [] : [t('token confidence {0} nats (raw)', confidence.toFixed(2))])].join(', ');
  const head = el('div', { class: 'probe-head' }, el('span', { text: index === 0 ? t('Sample 1, the one above') : t('Sample {0}', index + 1) }), el('span', { class: 'event-time', text: figures }));
  const more = thoughts.trim() === '' ? [] : [el('details', {}, el('summary', { text: t('Thoughts') }), el('div', { class: 'plain-text', text: thoughts.trim() }))];
  return el('li', {}, head, ...(answer.trim() === '' ? [] : [el('div', { class: 'plain-text', text: answer.trim() })]), ...more);
}

export function createSamples(remembered: Remembered): RunPart {
  const section = createSection({ key: 'samples', title: t('Samples'), openByDefault: true, remembered, class: 'samples' });
  const verdict = el('p', { class: 'samples-verdict' });
  const list = el('ol', { class: 'discarded-list' });
  section.body.append(verdict, list);
  const draw = listDrawer(list, item);
  return {
    element: section.element,
    draw: ({ samples, started, decisions, outcome, testRuns }) => {
      // Candidates of a verified fix are samples too, as many as there are.
      const wanted = started?.samples ?? (testRuns.length > 0 ? samples.length : 0);
      section.show(wanted > 1);
      if (wanted <= 1) return;
      draw(samples);
      const vote = decisions.findLast(({ policy }) => policy === 'vote');
      verdict.textContent = testRuns.length > 0 ? t('What came of their tests is above.') : vote ? retold(vote.reason) : (outcome === null ? t('The vote is taken when enough samples are there.') : t('No vote was taken.'));
      section.setTitle(t('Samples'), t('{0} of {1}', formatCount(samples.length), formatCount(wanted)));
    },
  };
}
