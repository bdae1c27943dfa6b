/** What can be done with one block of code of an answer. */
import { el, icon } from '../dom.ts';
import { t } from '../l10n.ts';

export type CodeAction = 'copy' | 'insert' | 'apply';

/** Absent where the text is not an answer to be used. */
export type OnCode = (action: CodeAction, code: string) => void;

export function withCodeActions(block: HTMLElement, code: string, onCode: OnCode): HTMLElement {
  const press = (action: CodeAction, symbol: string, label: string, hint: string): HTMLElement => {
    const made = el('button', { class: 'code-action', attrs: { type: 'button', title: hint, 'aria-label': hint } }, icon(symbol), el('span', { text: label }));
    made.addEventListener('click', () => onCode(action, code));
    return made;
  };
  const bar = el('div', { class: 'code-actions' }, press('copy', 'copy', t('Copy'), t('Copy this code')), press('insert', 'insert', t('Insert'), t('Insert this code at the cursor')), press('apply', 'diff', t('Apply'), t('Show this code as a change to the file, to accept it by hunk')));
  return el('div', { class: 'code-block' }, block, bar);
}
