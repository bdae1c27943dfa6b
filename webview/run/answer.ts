/** The answer: markdown, to copy or insert, and plain words when it is cut off or missing. */
import type { PhaseReason } from '../../extension/trace/events.ts';
import { button } from '../controls.ts';
import { el, icon, setClass, setHidden, setText } from '../dom.ts';
import type { Post } from '../host.ts';
import { createMarkdown } from '../markdown/render.ts';
import type { RunPart } from '../scene.ts';
import { exhaustedAdvice } from '../words.ts';
import { t } from '../l10n.ts';

const cutReasons: Partial<Record<PhaseReason, string>> = {
  budget: t('the solution budget was spent.'),
  time: t('the time budget was spent.'),
  stopped: t('you stopped the run.'),
  failed: t('the run failed.'),
};

export function createAnswer(post: Post, onFollowUp: () => void): RunPart {
  let run = '';
  const text = createMarkdown(el('div', { class: 'markdown' }), (action, code) => post({ type: action, run, code }));
  const copy = button({ label: t('Copy'), icon: 'copy', hint: t('Copy the answer'), onPress: () => post({ type: 'copy', run }) });
  const insert = button({ label: t('Insert'), icon: 'insert', hint: t('Insert the answer at the cursor'), onPress: () => post({ type: 'insert', run }) });
  const apply = button({ label: t('Apply'), icon: 'diff', hint: t('Show the answer as a change to the file, to accept it by hunk'), onPress: () => post({ type: 'apply', run }) });
  const followUp = button({ label: t('Follow Up'), icon: 'reply', hint: t('Ask on, with the questions and answers so far'), onPress: onFollowUp });
  const actions = el('div', { class: 'answer-actions' }, copy.element, insert.element, apply.element, followUp.element);

  const more = button({ label: t('Continue'), icon: 'debug-continue', look: 'primary', hint: t('Let the model finish its answer'), onPress: () => post({ type: 'continueAnswer', run }) });
  const cutWords = el('p');
  const cut = el('div', { class: 'callout callout-warning' }, icon('warning'), el('div', { class: 'callout-body' }, cutWords, more.element));

  const missing = el('div', { class: 'callout callout-warning' }, icon('warning'), el('div', { class: 'callout-body' }, el('p', { class: 'callout-title', text: t('No answer was given') }), el('p', { text: exhaustedAdvice })));

  const heading = el('h3', { class: 'answer-heading', text: t('Answer') });
  return {
    element: el('section', { class: 'answer', attrs: { 'aria-label': t('Answer') } }, heading, text.element, cut, missing, actions),
    draw: (view, { panel, interrupted }) => {
      run = view.run;
      const empty = view.answer.trim() === '';
      const done = view.outcome !== null || interrupted;
      text.write(view.answer, done);
      setText(heading, done || empty ? t('Answer') : t('Answer so far'));
      setHidden(heading, empty);
      setHidden(actions, empty || !done);
      setHidden(cut, !view.truncated);
      setText(cutWords, t('The answer is cut off: {0}', cutReasons[view.transitions.at(-1)?.reason ?? 'budget'] ?? t('it ended early.')));
      setHidden(missing, view.outcome !== 'exhausted' || !empty);
      copy.set({ enabled: true });
      if (!panel) return;
      insert.set(panel.controls.insert);
      apply.set(panel.controls.insert);
      // What is still being written, or was found elsewhere than here, is not put into a file.
      setClass(text.element, 'usable', done && panel.controls.insert.enabled);
      followUp.set(panel.controls.followUp);
      more.set(panel.controls.continueAnswer);
    },
  };
}
