/** What to do with an answer. */
import * as vscode from 'vscode';
import { isRefusal } from '../../evaluation/world/refusal.ts';
import type { Log } from '../log.ts';
import type { TracePanel } from '../panel/view-provider.ts';
import { applyAnswer, type Applied } from '../review/apply.ts';
import type { Reviews } from '../review/reviews.ts';
import type { RunController } from '../runs/controller.ts';
import { insertAnswer, type Inserted } from '../runs/insert.ts';
import type { ShownRun } from '../runs/shown-run.ts';
import type { RunView } from '../../trace/view.ts';
import { codeOf } from '../../evaluation/answer-text.ts';
import { verdictText } from '../runs/tell-verdict.ts';
import { standsIn, verdictOf } from '../runs/verdict.ts';
import { registerCommands } from './register.ts';

export interface AnswerParts {
  readonly controller: RunController;
  readonly shown: ShownRun;
  readonly panel: TracePanel;
  readonly reviews: Reviews;
  readonly log: Log;
}

export function registerAnswerCommands({ controller, shown, panel, reviews, log }: AnswerParts): vscode.Disposable {
  return registerCommands(log, {
    copyAnswer: async (block) => {
      await vscode.env.clipboard.writeText(textOf(block) ?? shown.view?.answer ?? '');
      panel.say(vscode.l10n.t('Copied'));
    },
    insertAnswer: async (block): Promise<Inserted | undefined> => {
      const view = usable(shown);
      if (!view) return undefined;
      const origin = controller.recent(view.run)?.origin ?? null;
      const code = textOf(block);
      // A block of an answer is not what its check was about.
      if (code === undefined && !(await wantedAnyway(view))) return undefined;
      const place = await insertAnswer(code ?? view.answer, origin);
      panel.say(saying(place));
      if (place === 'same' && !panel.visible) void vscode.window.showInformationMessage(saying(place));
      return place;
    },
    applyAnswer: async (block): Promise<Applied | undefined> => {
      const view = usable(shown);
      if (!view) return undefined;
      const applied = await applyAnswer(reviews, textOf(block) ?? view.answer, controller.recent(view.run)?.origin ?? null);
      if (applied === 'same') panel.say(saying('same'));
      return applied;
    },
  });
}

/** Menus hand commands other things than text. */
function textOf(block: unknown): string | undefined {
  return typeof block === 'string' && block.trim() !== '' ? block : undefined;
}

/** The run shown, if its answer is one to put into a file; else a message says why not. */
function usable(shown: ShownRun): RunView | null {
  const { view } = shown;
  if (!view || view.answer.trim() === '') {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no answer yet.'));
    return null;
  }
  if (isRefusal(codeOf(view.answer))) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The model says that this is outside its world, so there is nothing to insert. Choose another model for it.'));
    return null;
  }
  return view;
}

/** An answer that was found to break an example goes in only when the person says so. */
async function wantedAnyway({ started, answer }: RunView): Promise<boolean> {
  const verdict = started?.task.context ? verdictOf(started.task.context.code, answer) : null;
  // An answer that stands there already is not asked about: inserting it changes nothing.
  if (!verdict?.firstViolation || standsIn(started?.task.context?.code ?? '', codeOf(answer))) return true;
  const insert = vscode.l10n.t('Insert Anyway');
  const picked = await vscode.window.showWarningMessage(vscode.l10n.t('Insert an answer that breaks an example?'), { modal: true, detail: verdictText(verdict) }, insert);
  return picked === insert;
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
    case 'same':
      return vscode.l10n.t('The answer is already what stands there.');
  }
}
