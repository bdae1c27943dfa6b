/** Asking: in words, or about what is selected. */
import * as vscode from 'vscode';
import type { RunController, WhenBusy } from '../runs/controller.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { MOST_CODE, subjectOf, type Subject } from '../runs/question.ts';
import type { Ask } from '../runs/requests.ts';
import type { TracePanel } from '../panel/view-provider.ts';
import type { Log } from '../log.ts';
import { registerCommands } from './register.ts';
import { suggestedQuestion, withCodeApart } from './wording.ts';

export interface AskParts {
  readonly controller: RunController;
  readonly panel: TracePanel;
  readonly log: Log;
}

export function registerAskCommands(parts: AskParts): vscode.Disposable {
  return registerCommands(parts.log, {
    ask: async (question) => {
      const asked = typeof question === 'string' ? question : await askForQuestion(null);
      if (asked !== undefined) await askAndShow(parts, { question: asked });
    },
    askAboutSelection: async (question) => {
      const editor = vscode.window.activeTextEditor;
      if (!editor) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Open a file first: the question is about its selection, or all of it.'));
        return;
      }
      const subject = subjectOf(editor);
      const asked = typeof question === 'string' ? question : await askForQuestion(subject);
      if (asked !== undefined) await askAndShow(parts, { question: asked }, subject);
    },
  });
}

export async function askAndShow(parts: AskParts, ask: Ask, subject: Subject | null = null, whenBusy: WhenBusy = 'ask'): Promise<LiveRun | null> {
  if (subject && subject.context.code.length > MOST_CODE) {
    void vscode.window.showWarningMessage(vscode.l10n.t('Too long to ask about as a whole: {0}. Select the part the question is about.', subject.context.label));
    return null;
  }
  const asked = subject ? { ...ask, context: subject.context } : withCodeApart(ask);
  const run = await parts.controller.ask(asked, subject?.origin ?? null, whenBusy);
  if (run) await parts.panel.reveal();
  return run;
}

async function askForQuestion(subject: Subject | null): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: subject ? vscode.l10n.t('Ask about {0}', subject.context.label) : vscode.l10n.t('Ask'),
    prompt: vscode.l10n.t('Your question'),
    value: subject ? (suggestedQuestion(subject.context.code) ?? '') : '',
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('The question is empty.') : undefined),
  });
}
