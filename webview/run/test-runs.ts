/** Runs of the workspace's tests: on the workspace as it was, and on each candidate's change. Not to be seen where nothing was verified. */
import type { RunView } from '../../extension/trace/view.ts';
import { el, listDrawer } from '../dom.ts';
import { formatCount, formatDuration, plural } from '../format.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { retold, t } from '../l10n.ts';

type TestRun = RunView['testRuns'][number];

const outcomeNames: Readonly<Record<TestRun['outcome'], string>> = {
  passed: t('passed'),
  failed: t('failed'),
  'too-long': t('ended: took too long'),
  'too-much-output': t('ended: printed too much'),
  cancelled: t('ended before it was done'),
  unstarted: t('could not be started'),
  'not-run': t('not run'),
};

function item({ candidate, outcome, exitCode, output, milliseconds, changedLines, note }: TestRun): HTMLElement {
  const figures = [outcomeNames[outcome], ...(exitCode === null || exitCode === 0 ? [] : [t('exit code {0}', exitCode)]), ...(milliseconds > 0 ? [formatDuration(milliseconds)] : []), ...(changedLines === undefined ? [] : [t('{0} changed', plural(changedLines, t('line'), t('lines')))])];
  const head = el('div', { class: 'probe-head' }, el('span', { text: candidate === null ? t('Without a change') : t('Sample {0}', candidate + 1) }), el('span', { class: 'event-time', text: figures.join(', ') }));
  const why = note === undefined ? [] : [el('p', { class: 'muted', text: retold(note) })];
  const printed = output.trim() === '' ? [] : [el('details', {}, el('summary', { text: t('What it printed') }), el('div', { class: 'plain-text', text: output.trim() }))];
  return el('li', {}, head, ...why, ...printed);
}

export function createTestRuns(remembered: Remembered): RunPart {
  const section = createSection({ key: 'test-runs', title: t('Tests'), openByDefault: true, remembered, class: 'test-runs' });
  const command = el('p', { class: 'muted' });
  const verdict = el('p', { class: 'samples-verdict' });
  const list = el('ol', { class: 'discarded-list' });
  section.body.append(verdict, command, list);
  const draw = listDrawer(list, item);
  return {
    element: section.element,
    draw: ({ testRuns, decisions }) => {
      section.show(testRuns.length > 0);
      const [first] = testRuns;
      if (!first) return;
      draw(testRuns);
      command.textContent = t('Run with your rights, in a temporary copy: {0}', first.command);
      verdict.textContent = retold(decisions.findLast(({ policy }) => policy === 'tests')?.reason ?? '');
      const tried = testRuns.filter(({ candidate }) => candidate !== null);
      section.setTitle(t('Tests'), t('{0} of {1} passed', formatCount(tried.filter(({ outcome }) => outcome === 'passed').length), formatCount(tried.length)));
    },
  };
}
