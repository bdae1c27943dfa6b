/** The quick fix for an example that does not hold: the model looks for the faulty line, and the interpreter has the last word. */
import * as vscode from 'vscode';
import { correctedLine, type Fault } from '../../assist/world/fault.ts';
import { questionOf } from '../../assist/world/suggester.ts';
import { judge } from '../../evaluation/suggestion/judge.ts';
import { provenRepair } from '../../evaluation/suggestion/prove.ts';
import { askAndShow, type AskParts } from '../commands/ask.ts';
import { registerCommands } from '../commands/register.ts';
import { offerMoreThought } from '../completion/command.ts';
import { splitLines } from '../../assist/review/line-diff.ts';
import { linesOfText } from '../../assist/world/lines.ts';
import { withRunProgress } from '../actions/progress.ts';
import type { Reviews } from '../review/reviews.ts';
import { whyReadonly } from '../review/target.ts';
import type { Settings } from '../settings.ts';
import { counterExample, faultsOf, SOURCE } from './diagnostics.ts';
import { retold } from '../retold.ts';

export interface QuickFixParts extends AskParts {
  readonly settings: Settings;
  readonly reviews: Reviews;
}

export function registerExampleFixes(parts: QuickFixParts): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider(['javascript', 'typescript'], exampleFixes(parts.settings), { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    registerCommands(parts.log, { fixExample: (uri, line) => fixExample(parts, uri, line) }),
  );
}

export function exampleFixes(settings: Settings): vscode.CodeActionProvider {
  return {
    async provideCodeActions(document, range, context, token) {
      if (context.only && !context.only.contains(vscode.CodeActionKind.QuickFix) && !vscode.CodeActionKind.QuickFix.contains(context.only)) return [];
      const faults = await faultsOf(document, settings);
      if (token.isCancellationRequested) return [];
      return faults.filter((fault) => touches(fault, range)).map((fault) => actionFor(document, fault, context.diagnostics));
    },
  };
}

/** On the example that fails, or anywhere in the function it is about. */
export function touches({ exampleLine, firstLine, lastLine }: Fault, range: vscode.Range): boolean {
  return range.start.line <= lastLine && range.end.line >= firstLine || range.start.line <= exampleLine && range.end.line >= exampleLine;
}

function actionFor(document: vscode.TextDocument, fault: Fault, diagnostics: readonly vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(vscode.l10n.t('Fix {0} with Reins: {1}', fault.name, counterExample(fault)), vscode.CodeActionKind.QuickFix);
  action.diagnostics = diagnostics.filter(({ source, range }) => source === SOURCE && range.start.line === fault.exampleLine);
  action.isPreferred = true;
  action.command = { command: 'reins.fixExample', title: action.title, arguments: [document.uri, fault.exampleLine] };
  return action;
}

/** With a file and a line from the quick fix; without them the function at the cursor. */
async function fixExample(parts: QuickFixParts, uri: unknown, line: unknown): Promise<void> {
  const document = uri instanceof vscode.Uri ? await vscode.workspace.openTextDocument(uri) : vscode.window.activeTextEditor?.document;
  const at = typeof line === 'number' ? line : (vscode.window.activeTextEditor?.selection.active.line ?? 0);
  const faults = document ? await faultsOf(document, parts.settings) : [];
  const fault = faults.find((one) => touches(one, new vscode.Range(at, 0, at, 0)));
  if (!document || !fault) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No example here fails: put the cursor on an example comment, such as // f(2) = 7, that the function below it breaks.'));
    return;
  }
  const why = await whyReadonly(document);
  if (why !== null) {
    void vscode.window.showInformationMessage(why);
    return;
  }
  const base = document.getText();
  const context = { label: fault.name, languageId: document.languageId, code: fault.source };
  const run = await askAndShow(parts, { question: questionOf({ skill: 'repair', name: fault.name }), context, gate: { skill: 'repair' } });
  if (!run) return;
  const title = vscode.l10n.t('Fix {0}: {1}', fault.name, counterExample(fault));
  await withRunProgress(parts.controller, run, title);
  const { view } = await run.settled();
  if (view.outcome !== 'answered') return;
  const { text, reason } = judge({ skill: 'repair', source: fault.source, answer: view.answer, truncated: view.truncated, confidence: null, threshold: null });
  const repair = text === null ? null : provenRepair(fault.source, view.answer);
  const corrected = repair && correctedLine(fault, linesOfText(base), repair.source, repair.line);
  if (!corrected) {
    offerMoreThought(text === null ? retold(reason) : vscode.l10n.t('The line it corrects is not there any more. Nothing was changed.'));
    return;
  }
  const proposed = splitLines(base).with(corrected.line, corrected.text).join('\n');
  await parts.reviews.show(document.uri, title, base, proposed);
  parts.panel.say(vscode.l10n.t('Every example holds with the proposed line.'));
}
