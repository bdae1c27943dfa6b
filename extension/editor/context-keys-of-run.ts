/** Keeps the context keys true to the run shown. */
import * as vscode from 'vscode';
import { ContextKeySetter } from './context-keys.ts';
import { shownControls } from './panel/state.ts';
import type { Services } from './services.ts';

export function followRun({ context, registry, controller, shown }: Pick<Services, 'context' | 'registry' | 'controller' | 'shown'>): ContextKeySetter {
  const keys = new ContextKeySetter();
  const update = (): void => {
    const { view } = shown;
    const live = controller.live?.view;
    const controls = shownControls({ registry, shown });
    keys.set({
      running: live !== undefined,
      thinking: live?.phase === 'thinking',
      solving: live?.phase === 'solving',
      held: live?.held === true,
      hasTrace: view?.started != null,
      hasAnswer: controls.insert.enabled,
      canAnswerNow: controls.answerNow.enabled,
      canKeepThinking: controls.keepThinking.enabled,
      canSteer: controls.steer.enabled,
      canContinue: controls.continueAnswer.enabled,
      canResume: controls.resume.enabled,
      canGoOn: controls.goOn.enabled,
    });
  };
  update();
  context.subscriptions.push(vscode.Disposable.from(controller.onTurn(update), controller.onEvents(update), shown.onDidChange(update), registry.onDidChange(update)));
  return keys;
}
