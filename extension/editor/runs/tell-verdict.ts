/** Says below an answer about code whether it was found to hold. */
import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import type { TracePanel } from '../panel/view-provider.ts';
import type { RunController } from './controller.ts';
import type { LiveRun } from './live-run.ts';
import { verdictOf, type Verdict } from './verdict.ts';

export function tellVerdicts({ controller, log }: { readonly controller: RunController; readonly log: Log }, panel: TracePanel): vscode.Disposable {
  return controller.onTurn((run) => {
    const verdict = verdictOn(run);
    if (!verdict) return;
    const broken = verdict.firstViolation !== null;
    // The log says how many, never what: the examples are the person's code.
    log.info(`run ${run.run}: the answer holds on ${verdict.holds} of ${verdict.total} examples`);
    if (panel.visible) panel.say(verdictText(verdict), broken ? 'warning' : 'info');
    else void vscode.window.setStatusBarMessage(`$(${broken ? 'warning' : 'check'}) ${verdictText(verdict)}`, 10_000);
  });
}

function verdictOn({ request, view }: LiveRun): Verdict | null {
  return request.context && view.outcome === 'answered' ? verdictOf(request.context.code, view.answer) : null;
}

export function verdictText({ total, firstViolation }: Verdict): string {
  if (firstViolation) return vscode.l10n.t('Checked: breaks {0} = {1} (it gives {2}).', firstViolation.call, firstViolation.expected, String(firstViolation.actual));
  return total === 1 ? vscode.l10n.t('Checked: holds on the one example.') : vscode.l10n.t('Checked: holds on all {0} examples.', total);
}
