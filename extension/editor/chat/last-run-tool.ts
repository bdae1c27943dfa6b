/** A tool that other models in the editor may call: what the last run was asked, how it thought, why it stopped, what it answered. It changes nothing. */
import * as vscode from 'vscode';
import type { RunView } from '../../trace/view.ts';

export const LAST_RUN_TOOL = 'reins_lastRun';

export function registerLastRunTool(shown: { readonly view: RunView | null }): vscode.Disposable {
  return vscode.lm.registerTool(LAST_RUN_TOOL, {
    prepareInvocation: () => ({ invocationMessage: vscode.l10n.t('Reading the run that Reins shows') }),
    invoke: async () => {
      const { view } = shown;
      const text = view?.started ? (await import('../../trace/export/markdown.ts')).exportMarkdown(view) : vscode.l10n.t('Reins has not run anything yet.');
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    },
  });
}
