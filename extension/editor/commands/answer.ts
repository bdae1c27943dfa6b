/** What to do with an answer. */
import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import type { TracePanel } from '../panel/view-provider.ts';
import type { RunController } from '../runs/controller.ts';
import { insertAnswer, type Inserted } from '../runs/insert.ts';
import type { ShownRun } from '../runs/shown-run.ts';
import { registerCommands } from './register.ts';

export interface AnswerParts {
  readonly controller: RunController;
  readonly shown: ShownRun;
  readonly panel: TracePanel;
  readonly log: Log;
}

export function registerAnswerCommands({ controller, shown, panel, log }: AnswerParts): vscode.Disposable {
  return registerCommands(log, {
    copyAnswer: async () => {
      await vscode.env.clipboard.writeText(shown.view?.answer ?? '');
      panel.say(vscode.l10n.t('Copied'));
    },
    insertAnswer: async (): Promise<Inserted | undefined> => {
      const { view } = shown;
      if (!view || view.answer.trim() === '') {
        void vscode.window.showInformationMessage(vscode.l10n.t('There is no answer yet.'));
        return undefined;
      }
      const origin = controller.latest?.run === view.run ? controller.latest.origin : null;
      const place = await insertAnswer(view.answer, origin);
      panel.say(saying(place));
      return place;
    },
  });
}

function saying(place: Inserted): string {
  switch (place) {
    case 'hole':
      return vscode.l10n.t('Filled into the hole');
    case 'line':
      return vscode.l10n.t('Replaced the line it corrects');
    case 'selection':
      return vscode.l10n.t('Replaced the selection');
    case 'cursor':
      return vscode.l10n.t('Inserted at the cursor');
  }
}
