/** Holding runs against each other: what if it had gone on, and two runs side by side. */
import * as vscode from 'vscode';
import type { PanelState } from '../../trace/messages.ts';
import { endedByForce, type RunView } from '../../trace/view.ts';
import type { Log } from '../log.ts';
import type { TracePanel } from '../panel/view-provider.ts';
import type { RunController } from '../runs/controller.ts';
import type { ShownRun } from '../runs/shown-run.ts';
import { effortName } from '../status-bar.ts';
import type { TraceLibrary } from '../traces/library.ts';
import { registerCommands } from './register.ts';
import { retold } from '../retold.ts';

export interface CompareParts {
  readonly controller: RunController;
  readonly shown: ShownRun;
  readonly library: TraceLibrary;
  readonly panel: TracePanel;
  readonly log: Log;
  readonly controls: () => PanelState['controls'];
}

export function registerCompareCommands(parts: CompareParts): vscode.Disposable {
  const { controller, shown, library, panel } = parts;
  return registerCommands(parts.log, {
    goOn: async () => {
      const { enabled, reason } = parts.controls().goOn;
      const { view } = shown;
      if (!enabled || !view) {
        void vscode.window.showInformationMessage(reason ?? vscode.l10n.t('There is no run to go on from.'));
        return;
      }
      const decision = await pickDecision(view);
      if (decision === undefined) return;
      await controller.goOn(view, shown.events ?? (await library.read(view.run)), decision);
      await panel.reveal();
    },
    compareRuns: async () => {
      const { view } = shown;
      if (!view) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Open a run first: the one you pick is shown beside it.'));
        return;
      }
      const run = await pickOther(view, library);
      if (run === undefined) return;
      shown.compareWith(run, controller.current.some((each) => each.run === run) ? [] : await library.read(run));
      await panel.reveal();
    },
  });
}

/** The decision that cut the thinking short; asks where there was more than one. */
async function pickDecision({ decisions }: RunView): Promise<number | undefined> {
  const forced = decisions.flatMap((decision, index) => (endedByForce(decision) ? [{ label: vscode.l10n.t('At token {0}', decision.atToken), detail: retold(decision.reason), index }] : []));
  const [only] = forced;
  if (only && forced.length === 1) return only.index;
  return (await vscode.window.showQuickPick(forced, { title: vscode.l10n.t('What if it had gone on from here?') }))?.index;
}

async function pickOther({ run: shown, started }: RunView, library: TraceLibrary): Promise<string | undefined> {
  const others = (await library.history()).filter(({ run }) => run !== shown);
  const question = started?.task.question;
  const items = [...others.filter((each) => each.question === question), ...others.filter((each) => each.question !== question)].map((each) => ({
    label: each.question,
    description: `${each.model} · ${effortName(each.effort)} · ${vscode.l10n.t('{0} thinking, {1} solution tokens', each.thinkingTokens, each.solutionTokens)}`,
    detail: new Date(each.time).toLocaleString(),
    run: each.run,
  }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no other run to compare with.'));
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Compare with'), matchOnDescription: true }))?.run;
}
