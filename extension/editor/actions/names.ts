/** The actions by name, for menus and picks. */
import * as vscode from 'vscode';
import type { ActionKind } from '../../assist/actions/kinds.ts';

export function actionName(kind: ActionKind): string {
  switch (kind) {
    case 'explain':
      return vscode.l10n.t('Explain');
    case 'fix':
      return vscode.l10n.t('Fix');
    case 'complete':
      return vscode.l10n.t('Complete');
    case 'refactor':
      return vscode.l10n.t('Refactor');
    case 'document':
      return vscode.l10n.t('Document');
    case 'tests':
      return vscode.l10n.t('Write Tests');
  }
}
