/** Says once a session what the bundled model cannot do, when it is asked for it: it was made for one small world. */
import * as vscode from 'vscode';
import { isBeyondBundled } from '../commands/wording.ts';
import type { RunController } from '../runs/controller.ts';
import type { ModelRegistry } from './registry.ts';

export function hintAtLimits(controller: RunController, registry: ModelRegistry): vscode.Disposable {
  let said = false;
  return controller.onTurn((run) => {
    const { model, context, question, resume, automatic } = run.request;
    // With Automatic another model is asked where there is one.
    const outside = model.id === registry.bundled?.id && !resume && !automatic?.handing && isBeyondBundled(question, context?.code);
    if (said || !run.live || !outside) return;
    said = true;
    const choose = vscode.l10n.t('Choose Model');
    const sentence = vscode.l10n.t('{0} only completes, repairs and predicts short functions on whole numbers. For anything else choose a larger model.', model.name);
    void vscode.window.showInformationMessage(sentence, choose).then((picked) => {
      if (picked === choose) void vscode.commands.executeCommand('reins.chooseModel');
    });
  });
}
