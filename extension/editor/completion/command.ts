/** Commands that think before they complete: a whole run in front of the person, whose answer is used only if it is confirmed. */
import * as vscode from 'vscode';
import { judge } from '../../evaluation/suggestion/judge.ts';
import { questionOf } from '../../assist/world/suggester.ts';
import { askAndShow, type AskParts } from '../commands/ask.ts';
import { registerCommands } from '../commands/register.ts';
import { infillAnswer, infillQuestion } from '../../assist/ghost/chat-infill.ts';
import { gatherContext } from '../../assist/ghost/context.ts';
import { withoutSuffix } from '../../assist/ghost/first-line.ts';
import type { ModelRegistry } from '../models/registry.ts';
import { textAround } from './general.ts';
import type { OfferedCompletion } from './offer.ts';
import { placeAround } from '../../assist/world/hole-place.ts';
import { linesOf } from './lines.ts';
import { suggestibleAround, type Suggestible } from './places.ts';
import { retold } from '../retold.ts';

export interface ThinkingCompletionParts extends AskParts {
  readonly registry: ModelRegistry;
  readonly offered: OfferedCompletion;
}

export function registerThinkingCompletion(parts: ThinkingCompletionParts): vscode.Disposable {
  return registerCommands(parts.log, {
    completeFunction: () => completeFunction(parts),
    thinkAndComplete: () => thinkAndComplete(parts),
  });
}

/** Complete Function: puts the answer into the hole at once. */
async function completeFunction(parts: ThinkingCompletionParts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const { line, character } = editor?.selection.active ?? new vscode.Position(0, 0);
  const place = editor ? placeAround(linesOf(editor.document), line, character) : null;
  if (!editor || !place) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Put the cursor into a function with a hole ___ under at least two example comments, such as // f(2) = 7.'));
    return;
  }
  const { document } = editor;
  const { version } = document;
  const text = await confirmed(parts, document, { skill: 'complete', name: place.name, source: place.source });
  if (text === null) return;
  if (document.version !== version) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} holds on every example, but the file has changed meanwhile. Insert it from the trace panel.', text));
    return;
  }
  const shown = await vscode.window.showTextDocument(document, { preserveFocus: true });
  await shown.edit((edit) => edit.replace(new vscode.Range(place.line, place.start, place.line, place.end), place.lead + text));
  parts.panel.say(vscode.l10n.t('{0} holds on every example and is filled in.', text));
}

/** Think and Complete: reasons first, then offers the completion as ghost text at the cursor. */
async function thinkAndComplete(parts: ThinkingCompletionParts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const place = editor && (suggestibleAround(editor.document, editor.selection.active) ?? anyPlace(parts.registry, editor.document, editor.selection.active));
  if (!place) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Put the cursor into a function with a hole ___ under at least two example comments, or behind a console.log(…) of a small program.'));
    return;
  }
  const { document } = editor;
  const { version } = document;
  const text = await (place.task ? confirmed(parts, document, place.task) : written(parts, document, place));
  if (text === null) return;
  if (document.version !== version) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} was found, but the file has changed meanwhile. It is in the trace panel.', text));
    return;
  }
  parts.offered.set({ uri: document.uri.toString(), version, position: place.position, item: place.item(text) });
  await showOffer(document, place, text);
}

/** Where the person has gone elsewhere meanwhile, nothing is moved without a word from them. */
async function showOffer(document: vscode.TextDocument, { position }: Pick<Suggestible, 'position'>, text: string): Promise<void> {
  const there = vscode.window.activeTextEditor;
  if (there?.document === document) {
    await showAt(there, position);
    return;
  }
  const show = vscode.l10n.t('Show');
  void vscode.window.showInformationMessage(vscode.l10n.t('Thought it over: {0}', text), show).then(async (picked) => {
    if (picked === show) await showAt(await vscode.window.showTextDocument(document), position);
  });
}

async function showAt(editor: vscode.TextEditor, position: vscode.Position): Promise<void> {
  await vscode.window.showTextDocument(editor.document, { viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active, preserveFocus: false });
  editor.selection = new vscode.Selection(position, position);
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

/** The cursor itself, for a model that knows code in general. */
type AnyPlace = Pick<Suggestible, 'position' | 'item'> & { readonly task: null };

function anyPlace({ current, onlyBundled }: ModelRegistry, document: vscode.TextDocument, position: vscode.Position): AnyPlace | null {
  if (current === null || onlyBundled || textAround(document, position) === null) return null;
  return { task: null, position, item: (text) => new vscode.InlineCompletionItem(text, new vscode.Range(position, position)) };
}

/** UTF-16 units sent of the code around the cursor. */
const THINKING_CONTEXT = 12_000;

/** Asks in words what belongs at the cursor. Nothing confirms it, so it is only ever offered. */
async function written(parts: AskParts, document: vscode.TextDocument, { position }: AnyPlace): Promise<string | null> {
  const around = textAround(document, position);
  if (!around) return null;
  const context = gatherContext(around.before, around.after, [], THINKING_CONTEXT);
  const run = await askAndShow(parts, { general: true, question: infillQuestion(context, document.languageId) });
  const view = (await run?.settled())?.view;
  if (view?.outcome !== 'answered') return null;
  const text = withoutSuffix(infillAnswer(view.answer), around.after);
  return text.trim() === '' ? null : text;
}

/** Runs a task in the panel. Null where nothing came of it; the person has been told why. */
async function confirmed(parts: AskParts, document: vscode.TextDocument, task: Suggestible['task']): Promise<string | null> {
  const context = { label: task.name, languageId: document.languageId, code: task.source };
  const run = await askAndShow(parts, { question: questionOf(task), context, gate: { skill: task.skill } });
  const view = (await run?.settled())?.view;
  if (view?.outcome !== 'answered') return null;
  const { text, reason } = judge({ skill: task.skill, source: task.source, answer: view.answer, truncated: view.truncated, confidence: null, threshold: null });
  if (text === null) offerMoreThought(retold(reason));
  return text;
}

export function offerMoreThought(sentence: string): void {
  const more = vscode.l10n.t('Keep Thinking');
  void vscode.window.showWarningMessage(sentence, more).then((picked) => {
    if (picked === more) void vscode.commands.executeCommand('reins.keepThinking');
  });
}
