/** One of two runs side by side: the same parts as a run alone, as far as they can be held against the other's. */
import type { Lane as LaneState } from '../../extension/trace/messages.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { button } from '../controls.ts';
import { el, listDrawer, setHidden, setText } from '../dom.ts';
import type { Post } from '../host.ts';
import { createMarkdown } from '../markdown/render.ts';
import type { Remembered } from '../remembered.ts';
import { decisionItem, type Decision } from '../run/decision-items.ts';
import { createMeters } from '../run/meters.ts';
import { createNotices } from '../run/notices.ts';
import { createStepper } from '../run/stepper.ts';
import { createThoughts } from '../run/thoughts.ts';
import type { RunPart, Scene } from '../scene.ts';
import { t } from '../l10n.ts';

/** What stands beside what: the rows of the comparison, in the order of a run's phases. */
export const laneRows = ['head', 'thinking', 'decisions', 'answer'] as const;
export type LaneRow = (typeof laneRows)[number];

export interface Lane {
  readonly cells: Readonly<Record<LaneRow, HTMLElement>>;
  /** `scene`: as this run alone would have it. */
  draw(view: RunView, name: string, state: LaneState | undefined, scene: Scene): void;
}

export function createLane(post: Post, remembered: Remembered, which: 'first' | 'second'): Lane {
  let run = '';
  const name = el('h3', { class: 'lane-name' });
  const stop = button({ label: t('Stop'), icon: 'debug-stop', look: 'icon', hint: t('Stop this run; what is there is kept'), onPress: () => post({ type: 'stop', run }) });
  const answerNow = button({ label: t('Answer Now'), icon: 'check', look: 'icon', hint: t('End the thinking of this run and get its answer'), onPress: () => post({ type: 'answerNow', run }) });
  const alone = button({ label: t('Show Alone'), icon: 'screen-full', look: 'icon', hint: t('Show this run alone'), onPress: () => post({ type: 'openRun', run }) });
  const stepper = createStepper();
  const meters = createMeters();
  const notices = createNotices(post);
  const thoughts = createThoughts(remembered, { key: `thoughts-${which}`, label: which === 'first' ? t('Thoughts of the first run') : t('Thoughts of the second run') });
  const decisions = el('ol', { class: 'events' });
  const drawDecisions = listDrawer(decisions, (decision: Decision) => decisionItem(decision, null, null));
  const notBegun = el('p', { class: 'note' });
  const noDecisions = el('p', { class: 'note', text: t('No decision yet.') });
  const answer = createMarkdown(el('div', { class: 'markdown' }));
  const noAnswer = el('p', { class: 'note' });
  const labels = laneRows.map(() => el('p', { class: 'lane-label' }));
  const cell = (row: LaneRow, ...children: readonly HTMLElement[]): HTMLElement => el('div', { class: `lane-cell lane-${row}` }, ...(row === 'head' ? [] : [labels[laneRows.indexOf(row)] as HTMLElement]), ...children);
  const parts: readonly RunPart[] = [stepper, meters, notices, thoughts];
  return {
    cells: {
      head: cell('head', el('div', { class: 'lane-title' }, name, el('div', { class: 'model-actions' }, stop.element, answerNow.element, alone.element)), stepper.element, meters.element, notices.element),
      thinking: cell('thinking', notBegun, thoughts.element),
      decisions: cell('decisions', noDecisions, decisions),
      answer: cell('answer', answer.element, noAnswer),
    },
    draw: (view, title, state, scene) => {
      run = view.run;
      setText(name, title);
      for (const label of labels) setText(label, title);
      stop.set(state?.stop ?? { enabled: false });
      answerNow.set(state?.answerNow ?? { enabled: false });
      alone.set({ enabled: true });
      setHidden(stop.element, !scene.live);
      setHidden(answerNow.element, !scene.live);
      for (const part of parts) part.draw(view, scene);
      // Of a run that waits for its turn there is nothing to show yet.
      const begun = view.started !== null;
      setHidden(meters.element, !begun);
      setHidden(thoughts.element, !begun);
      setHidden(notBegun, begun);
      setText(notBegun, view.queue > 0 ? t('Waits for its turn.') : t('Not begun.'));
      const told = view.decisions.filter(({ action }) => action !== 'continue');
      drawDecisions(told);
      setHidden(noDecisions, told.length > 0);
      const done = view.outcome !== null || scene.interrupted;
      answer.write(view.answer, done);
      setHidden(noAnswer, view.answer.trim() !== '');
      setText(noAnswer, done ? t('No answer.') : t('No answer yet.'));
    },
  };
}
