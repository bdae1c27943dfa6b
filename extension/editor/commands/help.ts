/** First steps, the log, the settings, and the menu behind the status bar item. */
import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import type { ContextKeys } from '../context-keys.ts';
import { registerCommands } from './register.ts';

const walkthrough = 'reins.reins#start';

/** What the walkthrough asks about: the bundled model finds it in a few tries. */
const example = ['// f(2) = 7', '// f(5) = 16', 'const f = (x) => ___;', ''].join('\n');

type MenuItem = vscode.QuickPickItem & { readonly command?: string };

export function registerHelpCommands(log: Log, keys: () => Partial<ContextKeys>): vscode.Disposable {
  return registerCommands(log, {
    showLog: () => log.show(),
    openSettings: () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:reins.reins'),
    openExample: async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'javascript', content: example });
      await vscode.window.showTextDocument(document, { preview: false });
    },
    showWalkthrough: () => vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false),
    showMenu: async () => {
      const picked = await vscode.window.showQuickPick(menu(keys()), { title: vscode.l10n.t('Reins') });
      if (picked?.command) await vscode.commands.executeCommand(`reins.${picked.command}`);
    },
  });
}

function menu(keys: Partial<ContextKeys>): MenuItem[] {
  const item = (icon: string, label: string, command: string): MenuItem => ({ label: `$(${icon}) ${label}`, command });
  const line = (label: string): MenuItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    ...(keys.running ? [line(vscode.l10n.t('this run')), item('debug-stop', vscode.l10n.t('Stop'), 'stop')] : []),
    ...(keys.canAnswerNow ? [item('check', vscode.l10n.t('Answer Now'), 'answerNow')] : []),
    ...(keys.canKeepThinking ? [item('debug-continue', vscode.l10n.t('Keep Thinking'), 'keepThinking')] : []),
    ...(keys.canSteer ? [item('edit', vscode.l10n.t('Steer'), 'steer')] : []),
    ...(keys.canContinue ? [item('arrow-right', vscode.l10n.t('Continue Answer'), 'continueAnswer')] : []),
    ...((keys.canGoOn || keys.canResume) && !keys.running ? [line(vscode.l10n.t('this run'))] : []),
    ...(keys.canResume ? [item('debug-restart', vscode.l10n.t('Resume Run'), 'resumeRun')] : []),
    ...(keys.canGoOn ? [item('git-branch', vscode.l10n.t('What If It Had Gone On?'), 'goOn')] : []),
    line(vscode.l10n.t('ask')),
    item('comment-discussion', vscode.l10n.t('Ask About Selection'), 'askAboutSelection'),
    item('comment-add', vscode.l10n.t('Ask…'), 'ask'),
    item('split-horizontal', vscode.l10n.t('Ask at Two Efforts'), 'askAtTwoEfforts'),
    line(vscode.l10n.t('set')),
    item('dashboard', vscode.l10n.t('Set Effort'), 'setEffort'),
    item('settings', vscode.l10n.t('Set Budgets'), 'setBudgets'),
    item('server-process', vscode.l10n.t('Choose Model'), 'chooseModel'),
    line(vscode.l10n.t('look')),
    item('history', vscode.l10n.t('Open Trace'), 'openTrace'),
    item('compare-changes', vscode.l10n.t('Compare Runs'), 'compareRuns'),
    item('gear', vscode.l10n.t('Open Settings'), 'openSettings'),
    item('output', vscode.l10n.t('Show Log'), 'showLog'),
    item('book', vscode.l10n.t('Get Started'), 'showWalkthrough'),
  ];
}
