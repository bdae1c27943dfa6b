/** Complete Function: a whole run in front of the person, whose answer is put into the hole only if it holds on every example. */
import * as vscode from 'vscode';
import { checkAgainstExamples } from '../../evaluation/interpreter/check.ts';
import { fillHole } from '../../evaluation/interpreter/hole.ts';
import { isRefusal } from '../../evaluation/world/refusal.ts';
import { askAndShow, type AskParts } from '../commands/ask.ts';
import { registerCommands } from '../commands/register.ts';
import { codeOf } from '../runs/answer-text.ts';
import { proven } from './completer.ts';
import { placeAround, type Place } from './place.ts';
import { linesOf } from './provider.ts';

export function registerCompleteFunction(parts: AskParts): vscode.Disposable {
  return registerCommands(parts.log, { completeFunction: () => completeFunction(parts) });
}

async function completeFunction(parts: AskParts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const { line, character } = editor?.selection.active ?? new vscode.Position(0, 0);
  const place = editor ? placeAround(linesOf(editor.document), line, character) : null;
  if (!editor || !place) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Put the cursor into a function with a hole ___ under at least two example comments, such as // f(2) = 7.'));
    return;
  }
  const { document } = editor;
  const { version } = document;
  const run = await askAndShow(parts, { question: `Complete ${place.name}`, context: { label: place.name, languageId: document.languageId, code: place.source } });
  if (!run || (await run.ended) !== 'answered') return;
  const text = proven(place.source, run.view.answer);
  if (text === null) {
    offerMoreThought(whyNot(place, run.view.answer));
    return;
  }
  if (document.version !== version) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} holds on every example, but the file has changed meanwhile. Insert it from the trace panel.', text));
    return;
  }
  const shown = await vscode.window.showTextDocument(document, { preserveFocus: true });
  await shown.edit((edit) => edit.replace(new vscode.Range(place.line, place.start, place.line, place.end), place.lead + text));
  parts.panel.say(vscode.l10n.t('{0} holds on every example and is filled in.', text));
}

function whyNot({ source }: Place, answer: string): string {
  if (isRefusal(codeOf(answer))) return vscode.l10n.t('The model says that this is outside its world. Nothing was changed.');
  try {
    const { violated } = checkAgainstExamples(fillHole(source, codeOf(answer)));
    const [first] = violated;
    if (first) return vscode.l10n.t('{0} is not it: {1} gives {2}, not {3}. Nothing was changed.', codeOf(answer), first.call, String(first.actual), first.expected);
  } catch {
    // The sentence below says what is wrong with it.
  }
  return vscode.l10n.t('The answer is not an expression that could be checked. Nothing was changed.');
}

function offerMoreThought(sentence: string): void {
  const more = vscode.l10n.t('Keep Thinking');
  void vscode.window.showWarningMessage(sentence, more).then((picked) => {
    if (picked === more) void vscode.commands.executeCommand('reins.keepThinking');
  });
}
