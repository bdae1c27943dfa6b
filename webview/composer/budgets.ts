/** What the next run may spend, and who said so: a summary that opens into two number fields. */
import { button, numberField } from '../controls.ts';
import { el, icon, newId, setAttr, setHidden, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { Post } from '../host.ts';
import type { PanelState } from '../../extension/trace/messages.ts';
import type { Part } from '../scene.ts';
import { t } from '../l10n.ts';

type Budgets = PanelState['budgets'];

function origin({ thinkingSet, solutionSet }: Budgets): string {
  if (thinkingSet && solutionSet) return t('set by you');
  if (thinkingSet) return t('thinking set by you');
  if (solutionSet) return t('solution set by you');
  return t('set by effort');
}

export function createBudgets(post: Post): Part {
  let budgets: Budgets | null = null;
  const editorId = newId('budgets');
  const figures = el('span', { class: 'budget-figures' });
  const by = el('span', { class: 'budget-origin' });
  const summary = el('button', { class: 'budget-summary', attrs: { type: 'button', 'aria-controls': editorId, 'aria-expanded': 'false' } }, figures, el('span', { class: 'budget-by' }, by, icon('edit')));

  const send = (change: Partial<Record<'thinking' | 'solution', number>>): void => {
    if (!budgets) return;
    const own = { thinking: budgets.thinkingSet ? budgets.thinking : null, solution: budgets.solutionSet ? budgets.solution : null };
    post({ type: 'setBudgets', ...own, ...change });
  };
  const setOpen = (open: boolean): void => {
    setHidden(editor, !open);
    setAttr(summary, 'aria-expanded', String(open));
  };
  const close = (): void => {
    setOpen(false);
    summary.focus();
  };
  const thinking = numberField({ label: t('Thinking'), onChange: (value) => send({ thinking: value }), onEscape: close });
  const solution = numberField({ label: t('Solution'), onChange: (value) => send({ solution: value }), onEscape: close });
  const reset = button({ label: t('Reset to Effort'), icon: 'discard', look: 'icon', hint: t('Take the budgets the effort sets'), onPress: () => post({ type: 'setBudgets', thinking: null, solution: null }) });
  const note = el('p', { class: 'note' });
  const editor = el('div', { class: 'budget-editor', attrs: { id: editorId, role: 'group', 'aria-label': t('Token budgets') } }, el('div', { class: 'budget-fields' }, el('div', { class: 'budget-numbers' }, thinking.element, solution.element), reset.element), note);
  setHidden(editor, true);
  summary.addEventListener('click', () => {
    const open = editor.hasAttribute('hidden');
    setOpen(open);
    if (open) thinking.focus();
  });

  return {
    element: el('div', { class: 'budgets' }, summary, editor),
    draw: ({ panel }) => {
      if (!panel || panel.budgets === budgets) return;
      budgets = panel.budgets;
      setText(figures, t('Thinking {0} · Solution {1}', formatCount(budgets.thinking), formatCount(budgets.solution)));
      setText(by, origin(budgets));
      setAttr(summary, 'title', t('Token budgets of the next run, {0}. Change them', origin(budgets)));
      thinking.setValue(budgets.thinking);
      solution.setValue(budgets.solution);
      const own = budgets.thinkingSet || budgets.solutionSet;
      reset.set(own ? { enabled: true } : { enabled: false, reason: 'The effort already sets both budgets.' });
      setText(note, budgets.note);
      setHidden(note, budgets.note === '');
    },
  };
}
