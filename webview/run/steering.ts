/** The person's hands on a live run: Stop, Answer Now, Keep Thinking, Steer. Sticks to the bottom, always in reach. */
import { button, setExpanded, textField, type Button } from '../controls.ts';
import { el, setHidden } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { Post } from '../host.ts';
import type { Part } from '../scene.ts';
import { t } from '../l10n.ts';

export function createSteering(post: Post): Part {
  let run = '';
  let step = 1;
  const stop = button({ label: t('Stop'), icon: 'debug-stop', hint: t('End the run; what is there is kept'), onPress: () => post({ type: 'stop', run }) });
  const answer = button({ label: t('Answer Now'), icon: 'check', hint: t('End the thinking and get the answer'), onPress: () => post({ type: 'answerNow', run }) });
  const keep = button({ label: t('Keep Thinking'), icon: 'lightbulb', hint: t('Give it more tokens to think'), onPress: () => post({ type: 'keepThinking', run, tokens: step }) });

  const openField = (open: boolean): void => {
    setHidden(remark, !open);
    setExpanded(steer, open);
    if (open) field.focus();
    else steer.focus();
  };
  const send = (): void => {
    const text = field.value.trim();
    if (text === '') return;
    post({ type: 'steer', run, text });
    field.value = '';
    openField(false);
  };
  const steer = button({ label: t('Steer'), icon: 'comment', hint: t('Put a remark into the thoughts'), onPress: () => openField(remark.hasAttribute('hidden')) });
  const field = textField({ label: t('Remark'), placeholder: t('Put a remark into the thoughts'), maxLength: 4000, onEnter: send, onEscape: () => openField(false) });
  const sendRemark = button({ label: t('Send'), icon: 'send', look: 'icon', onPress: send });
  const remark = el('div', { class: 'remark' }, field.element, sendRemark.element);
  setHidden(remark, true);
  setExpanded(steer, false);

  const buttons: readonly Button[] = [stop, answer, steer, keep];
  const element = el('section', { class: 'steering', attrs: { 'aria-label': t('Steer the run') } }, remark, el('div', { class: 'steering-buttons' }, ...buttons.map((each) => each.element)));
  return {
    element,
    draw: ({ view, other, panel, live }) => {
      // After the end only Keep Thinking can make sense, and only on the run that just ended.
      const resumable = !live && view?.outcome != null && panel?.liveRuns.length === 0 && panel?.controls.keepThinking.enabled === true;
      // Of two runs side by side each has its own buttons.
      const visible = view !== null && other === null && panel !== null && (live || resumable);
      setHidden(element, !visible);
      if (!visible) return;
      run = view.run;
      step = panel.keepThinkingStep;
      const { controls } = panel;
      stop.set(controls.stop);
      answer.set(controls.answerNow);
      keep.set(controls.keepThinking);
      keep.setLabel(t('Keep Thinking +{0}', formatCount(step)));
      steer.set(controls.steer);
      for (const each of [stop, answer, steer]) setHidden(each.element, resumable);
      if (!remark.hasAttribute('hidden') && (!controls.steer.enabled || resumable)) {
        setHidden(remark, true);
        setExpanded(steer, false);
      }
    },
  };
}
