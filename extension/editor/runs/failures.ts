/** Says that a run failed when nobody would see it otherwise. With the panel in sight, the panel says it. */
import * as vscode from 'vscode';
import type { TracePanel } from '../panel/view-provider.ts';
import type { Services } from '../services.ts';
import { retold } from '../retold.ts';

export function tellFailures({ controller, log }: Pick<Services, 'controller' | 'log'>, panel: TracePanel): vscode.Disposable {
  return controller.onTurn((run) => {
    const { outcome, error } = run.view;
    if (outcome !== 'failed' || panel.visible) return;
    const showLog = vscode.l10n.t('Show Log');
    void vscode.window.showErrorMessage(error ? retold(error.message) : vscode.l10n.t('The run failed and could not say why.'), showLog).then((picked) => {
      if (picked === showLog) log.show();
    });
  });
}
