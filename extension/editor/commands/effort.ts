/** Effort and budgets from the palette, the keyboard and the status bar. */
import * as vscode from 'vscode';
import { askedEffortSchema, type AskedEffort } from '../../trace/events.ts';
import type { EffortControl } from '../effort.ts';
import type { Log } from '../log.ts';
import { effortName } from '../status-bar.ts';
import { registerCommands } from './register.ts';
import * as v from 'valibot';

export function registerEffortCommands(control: EffortControl, log: Log): vscode.Disposable {
  return registerCommands(log, {
    setEffort: async (effort) => {
      const picked = v.is(askedEffortSchema, effort) ? effort : await pickEffort(control);
      if (picked) await control.setEffort(picked);
    },
    cycleEffort: async () => {
      const effort = await control.cycle();
      void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: effort {0}', effortName(effort)), 2000);
    },
    setBudgets: async () => {
      const { thinking, solution, thinkingSet, solutionSet } = control.budgets();
      const newThinking = await askForTokens(vscode.l10n.t('Thinking budget (1 of 2)'), thinkingSet ? thinking : null, thinking, 0);
      if (newThinking === undefined) return;
      const newSolution = await askForTokens(vscode.l10n.t('Solution budget (2 of 2)'), solutionSet ? solution : null, solution, 1);
      if (newSolution === undefined) return;
      await control.setBudgets(newThinking, newSolution);
    },
  });
}

async function pickEffort(control: EffortControl): Promise<AskedEffort | undefined> {
  const details: Record<AskedEffort, string> = {
    low: vscode.l10n.t('A quick answer with little or no thinking'),
    medium: vscode.l10n.t('Some thinking, then the answer'),
    high: vscode.l10n.t('As much thinking as the model was made for'),
    auto: vscode.l10n.t('Chosen for each question, by how long the thoughts are likely to get'),
  };
  const items = askedEffortSchema.options.map((effort) => ({ label: effortName(effort), description: effort === control.asked ? vscode.l10n.t('now') : '', detail: details[effort], effort }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Effort'), placeHolder: control.note() || vscode.l10n.t('How hard should the model think?') });
  return picked?.effort;
}

/** Null: the effort decides. Undefined: the person left. */
async function askForTokens(title: string, set: number | null, byEffort: number, least: number): Promise<number | null | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    value: set === null ? '' : String(set),
    prompt: vscode.l10n.t('Tokens; leave empty to let the effort decide'),
    placeHolder: set === null && byEffort > 0 ? vscode.l10n.t('{0} by the effort', byEffort) : '',
    validateInput: (value) => {
      const tokens = value.trim() === '' ? least : Number(value);
      return Number.isInteger(tokens) && tokens >= least && tokens <= 1_000_000 ? undefined : vscode.l10n.t('A whole number from {0} to 1,000,000.', least);
    },
  });
  if (text === undefined) return undefined;
  return text.trim() === '' ? null : Number(text);
}
