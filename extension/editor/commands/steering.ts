/** Stepping into a run. Each command says in one sentence why it cannot, if it cannot. */
import * as vscode from 'vscode';
import type { PanelState } from '../../trace/messages.ts';
import type { RunView } from '../../trace/view.ts';
import type { Log } from '../log.ts';
import type { RunController } from '../runs/controller.ts';
import type { ShownRun } from '../runs/shown-run.ts';
import type { Settings } from '../settings.ts';
import { registerCommands } from './register.ts';

export interface SteeringParts {
  readonly controller: RunController;
  readonly shown: ShownRun;
  readonly settings: Settings;
  readonly log: Log;
  readonly controls: () => PanelState['controls'];
}

export function registerSteeringCommands(parts: SteeringParts): vscode.Disposable {
  const { controller, shown, settings } = parts;
  /** Stop works on the live run even while another one is looked at; the rest acts on what is shown. */
  const when = (control: keyof PanelState['controls'], act: (view: RunView) => unknown) => async (): Promise<void> => {
    const { enabled, reason } = parts.controls()[control];
    const { view } = shown;
    if (enabled && view) await act(view);
    else void vscode.window.showInformationMessage(reason ?? vscode.l10n.t('Nothing is running.'));
  };
  return registerCommands(parts.log, {
    stop: async () => {
      if (controller.live) await controller.stopCurrent();
      else void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is running.'));
    },
    answerNow: when('answerNow', (view) => controller.steer(view.run, { kind: 'answer-now' })),
    keepThinking: when('keepThinking', (view) => controller.keepThinking(view, settings.get('keepThinkingStep'))),
    steer: when('steer', async (view) => {
      const text = await vscode.window.showInputBox({
        title: vscode.l10n.t('Steer'),
        prompt: vscode.l10n.t('A remark for the model; it reads it and goes on'),
        ignoreFocusOut: true,
        validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('The remark is empty.') : value.length > 4000 ? vscode.l10n.t('At most 4,000 characters.') : undefined),
      });
      if (text === undefined) return;
      if (controller.isLive(view.run)) await controller.steer(view.run, { kind: 'steer', text });
      else void vscode.window.showInformationMessage(vscode.l10n.t('The run ended before your remark was sent.'));
    }),
    resumeRun: when('resume', (view) => controller.resume(view)),
    continueAnswer: when('continueAnswer', (view) => controller.continueAnswer(view)),
  });
}
