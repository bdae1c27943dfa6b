/** Asking: in words, or about what is selected. */
import * as vscode from 'vscode';
import type { Effort } from '../../trace/events.ts';
import type { RunController, WhenBusy } from '../runs/controller.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { MOST_CODE, subjectOf, type Subject } from '../runs/question.ts';
import type { Ask } from '../runs/requests.ts';
import type { TracePanel } from '../panel/view-provider.ts';
import type { Log } from '../log.ts';
import { effortName } from '../status-bar.ts';
import { registerCommands } from './register.ts';
import { suggestedQuestion, withCodeApart } from './wording.ts';

export interface AskParts {
  readonly controller: RunController;
  readonly panel: TracePanel;
  readonly log: Log;
}

/** The pairs worth asking for: a small and a large step in effort. */
const pairs = [['low', 'high'], ['low', 'medium'], ['medium', 'high']] as const satisfies readonly (readonly [Effort, Effort])[];

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
    askAtTwoEfforts: async (question, efforts) => {
      const editor = vscode.window.activeTextEditor;
      const subject = editor ? subjectOf(editor) : null;
      const asked = typeof question === 'string' ? question : await askForQuestion(subject);
      if (asked === undefined) return;
      const pair = pairs.find((each) => JSON.stringify(each) === JSON.stringify(efforts)) ?? (await pickPair());
      if (pair) await askAndShow(parts, { question: asked, efforts: pair }, subject);
    },
  });
}

async function pickPair(): Promise<readonly [Effort, Effort] | undefined> {
  const items = pairs.map((pair) => ({ label: vscode.l10n.t('{0} and {1}', effortName(pair[0]), effortName(pair[1])), pair }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Ask at Two Efforts'), placeHolder: vscode.l10n.t('The same question, asked twice and shown side by side') }))?.pair;
}

/** A question, and the two efforts to ask it at where it is to be asked twice. */
export type Asked = Ask & { readonly efforts?: readonly [Effort, Effort] | undefined };

export async function askAndShow(parts: AskParts, ask: Asked, subject: Subject | null = null, whenBusy: WhenBusy = 'ask'): Promise<LiveRun | null> {
  if (subject && subject.context.code.length > MOST_CODE) {
    void vscode.window.showWarningMessage(vscode.l10n.t('Too long to ask about as a whole: {0}. Select the part the question is about.', subject.context.label));
    return null;
  }
  const { efforts, ...question } = ask;
  const asked = subject ? { ...question, context: subject.context } : withCodeApart(question);
  const origin = subject?.origin ?? null;
  const run = efforts ? ((await parts.controller.askAtTwoEfforts(asked, efforts, origin, whenBusy))[0] ?? null) : await parts.controller.ask(asked, origin, whenBusy);
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
