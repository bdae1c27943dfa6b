/** Where a question is written: the draft outlives a hidden panel, the selection in the editor can come along. */
import { button, textArea } from '../controls.ts';
import { el, icon, setAttr, setHidden, setText } from '../dom.ts';
import type { Post } from '../host.ts';
import type { Remembered } from '../remembered.ts';
import type { Part } from '../scene.ts';

export interface AskBox extends Part {
  focus(): void;
  /** Put a question in, ready to be changed or asked. */
  fill(question: string): void;
}

export function createAskBox(post: Post, remembered: Remembered): AskBox {
  let allowed = false;
  let hasSelection = false;

  const ask = (): void => {
    const question = box.value.trim();
    if (question === '' || !allowed) return;
    post({ type: 'ask', question, useSelection: hasSelection && remembered.useSelection });
    box.value = '';
    remembered.setDraft('');
  };
  const box = textArea({ label: 'Question', placeholder: 'Ask about code, or anything', maxLength: 500_000, onInput: remembered.setDraft, onEnter: ask });
  const send = button({ label: 'Ask', look: 'primary', hint: 'Ask (Enter)', onPress: ask });

  const chipLabel = el('span', { class: 'chip-label' });
  const chip = el('button', { class: 'chip chip-toggle', attrs: { type: 'button' } }, icon('code'), chipLabel);
  const drawChip = (): void => {
    setAttr(chip, 'aria-pressed', String(remembered.useSelection));
    setAttr(chip, 'title', remembered.useSelection ? 'The selection goes along with the question. Press to leave it out' : 'The selection stays out. Press to send it along');
  };
  chip.addEventListener('click', () => {
    remembered.setUseSelection(!remembered.useSelection);
    drawChip();
  });
  drawChip();
  setHidden(chip, true);
  box.value = remembered.draft;

  return {
    element: el('div', { class: 'ask' }, box.element, el('div', { class: 'ask-bar' }, chip, send.element)),
    focus: () => box.focus(),
    fill: (question) => {
      box.value = question;
      remembered.setDraft(question);
      box.focus();
    },
    draw: ({ panel }) => {
      if (!panel) return;
      allowed = panel.controls.ask.enabled;
      send.set(panel.controls.ask);
      hasSelection = panel.selection !== null;
      setHidden(chip, !hasSelection);
      if (panel.selection) setText(chipLabel, panel.selection.label);
    },
  };
}
