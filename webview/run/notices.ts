/** What the person should know or do something about: an error with its way out, a hold, remarks of the run about itself. */
import type { RunErrorReason } from '../../extension/trace/events.ts';
import type { viewerCommands } from '../../extension/trace/messages.ts';
import { button } from '../controls.ts';
import { el, icon, listDrawer, setHidden, setText } from '../dom.ts';
import type { Post } from '../host.ts';
import type { RunPart } from '../scene.ts';
import { errorAdvice, interruptedSentence } from '../words.ts';
import { retold, t } from '../l10n.ts';

interface Remedy {
  readonly label: string;
  readonly command: (typeof viewerCommands)[number];
}

const chooseModel: Remedy = { label: t('Choose Model'), command: 'chooseModel' };
const connect: Remedy = { label: t('Connect to Server'), command: 'connectToServer' };
const settings: Remedy = { label: t('Open Settings'), command: 'openSettings' };
const log: Remedy = { label: t('Show Log'), command: 'showLog' };

/** The log, unless something better is known; null where no button helps. */
const remedies: Partial<Record<RunErrorReason, Remedy | null>> = {
  'model-missing': chooseModel,
  'model-invalid': chooseModel,
  'tokenizer-missing': chooseModel,
  'context-overflow': null,
  'out-of-memory': chooseModel,
  'engine-unavailable': connect,
  // Its list has the models of this machine, and the way to a server that is somewhere else now.
  'server-unreachable': chooseModel,
  unauthorized: connect,
  offline: settings,
  timeout: settings,
};

export function createNotices(post: Post): RunPart {
  let run = '';
  const errorText = el('p', { class: 'callout-title' });
  const advice = el('p');
  let remedy = log;
  const fix = button({ label: log.label, look: 'secondary', onPress: () => post({ type: 'command', command: remedy.command }) });
  const resume = button({ label: t('Resume'), icon: 'debug-restart', look: 'primary', hint: t('Go on from what the trace has, with what was left of the budgets'), onPress: () => post({ type: 'resume', run }) });
  const error = el('div', { class: 'callout callout-error' }, icon('error'), el('div', { class: 'callout-body' }, errorText, advice, el('div', { class: 'answer-actions' }, resume.element, fix.element)));

  const resumeCut = button({ label: t('Resume'), icon: 'debug-restart', look: 'primary', hint: t('Go on from what the trace has, with what was left of the budgets'), onPress: () => post({ type: 'resume', run }) });
  const cutOff = el('div', { class: 'callout callout-info' }, icon('debug-disconnect'), el('div', { class: 'callout-body' }, el('p', { class: 'callout-title', text: interruptedSentence }), resumeCut.element));

  const release = button({ label: t('Release'), icon: 'debug-continue', look: 'primary', onPress: () => post({ type: 'release', run }) });
  const held = el('div', { class: 'callout callout-info' }, icon('debug-pause'), el('div', { class: 'callout-body' }, el('p', { class: 'callout-title', text: t('Held') }), el('p', { text: t('The run waits at this token. Release it, or steer it on.') }), release.element));

  const list = el('ul', { class: 'notice-list' });
  const draw = listDrawer(list, ({ code, message }: { readonly code: string; readonly message: string }) => el('li', { class: 'notice', attrs: { 'data-code': code } }, icon('info'), el('span', { text: retold(message) })));

  return {
    element: el('div', { class: 'notices' }, error, cutOff, held, list),
    draw: (view, { live, interrupted, panel, replaying }) => {
      run = view.run;
      // Only what had begun can be gone on with.
      setHidden(resume.element, live || replaying || view.started === null || !panel);
      if (panel) resume.set(panel.controls.resume);
      setHidden(error, view.error === null);
      if (view.error) {
        setText(errorText, retold(view.error.message));
        const words = errorAdvice[view.error.reason];
        setText(advice, words);
        setHidden(advice, words === '');
        const known = remedies[view.error.reason];
        setHidden(fix.element, known === null);
        remedy = known ?? log;
        fix.setLabel(remedy.label);
      }
      setHidden(cutOff, !interrupted || view.started === null || !panel);
      if (panel) resumeCut.set(panel.controls.resume);
      setHidden(held, !view.held || interrupted);
      setHidden(release.element, !live);
      draw(view.notices);
      setHidden(list, view.notices.length === 0);
    },
  };
}
