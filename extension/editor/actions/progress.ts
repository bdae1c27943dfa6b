/** A run with its progress and a way to cancel it, for actions that are started away from the panel. */
import * as vscode from 'vscode';
import type { RunController } from '../runs/controller.ts';
import type { LiveRun } from '../runs/live-run.ts';

/** Resolves when the run has ended, and the one it was handed on to. Cancelling stops it. */
export async function withRunProgress(controller: RunController, run: LiveRun, title: string): Promise<void> {
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    const watch = vscode.Disposable.from(
      token.onCancellationRequested(() => void controller.steer((run.next ?? run).run, { kind: 'stop' })),
      controller.onEvents((event) => {
        if (event.run === run || event.run === run.next) progress.report({ message: doing(event.run) });
      }),
    );
    await run.settled().finally(() => watch.dispose());
  });
}

function doing({ view }: LiveRun): string {
  if (view.queue > 0) return vscode.l10n.t('waiting, {0} before it', view.queue);
  const tried = view.testRuns.filter(({ candidate }) => candidate !== null).length;
  if (view.testRuns.length > 0) return vscode.l10n.t('{0} candidates tried', tried);
  if (view.phase === 'thinking') return vscode.l10n.t('thinking, {0} of {1} tokens', view.usage.thinking + view.usage.probes, view.budgets.thinking);
  if (view.phase === 'solving') return vscode.l10n.t('answering, {0} of {1} tokens', view.usage.solution, view.budgets.solution);
  return '';
}
