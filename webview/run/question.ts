/** What was asked. A long question and its code are folded away until wanted. */
import { el, icon, newId, setAttr, setClass, setHidden, setText } from '../dom.ts';
import type { RunPart } from '../scene.ts';
import { retold, t } from '../l10n.ts';

const longText = 280;
const longLines = 4;

export function createQuestion(): RunPart {
  const textId = newId('question');
  const codeId = newId('context');
  const text = el('h2', { class: 'question-text', attrs: { id: textId } });
  const more = el('button', { class: 'link-button', attrs: { type: 'button', 'aria-controls': textId } });
  const chipLabel = el('span', { class: 'chip-label' });
  const chip = el('button', { class: 'chip', attrs: { type: 'button', 'aria-controls': codeId, title: t('The code that went along') } }, icon('code'), chipLabel);
  const code = el('code');
  const codeBox = el('pre', { class: 'context-code', attrs: { id: codeId, tabindex: '0', role: 'region', 'aria-label': t('The code that went along') } }, code);
  let whole = false;
  let codeOpen = false;
  let shown: unknown = null;

  const fold = (): void => {
    setClass(text, 'clamped', !whole);
    setText(more, whole ? t('Show less') : t('Show all'));
    setAttr(more, 'aria-expanded', String(whole));
    setHidden(codeBox, !codeOpen);
    setAttr(chip, 'aria-expanded', String(codeOpen));
  };
  more.addEventListener('click', () => {
    whole = !whole;
    fold();
  });
  chip.addEventListener('click', () => {
    codeOpen = !codeOpen;
    fold();
  });

  return {
    element: el('div', { class: 'question' }, text, more, chip, codeBox),
    draw: ({ started }) => {
      if (started === shown) return;
      shown = started;
      const question = started?.task.question ?? '';
      const long = question.length > longText || question.split('\n').length > longLines;
      setText(text, question);
      setHidden(more, !long);
      const sent = [...(started?.task.context ? [started.task.context] : []), ...(started?.task.attached ?? [])];
      setHidden(chip, sent.length === 0);
      setText(chipLabel, sent.map(({ label }) => retold(label)).join(' · '));
      // Several pieces stand under their labels, one needs none.
      setText(code, sent.length > 1 ? sent.map((piece) => `${piece.label}:\n${piece.code}`).join('\n\n') : (sent[0]?.code ?? ''));
      whole = !long;
      codeOpen = false;
      fold();
    },
  };
}
