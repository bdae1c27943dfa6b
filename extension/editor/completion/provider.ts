/** Ghost text: completes a function under its examples. Shows nothing rather than a guess. */
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Settings } from '../settings.ts';
import type { Completer } from './completer.ts';
import { placeAt, type Place } from './place.ts';

/** Typing faster than this asks for nothing. */
const DEBOUNCE_MS = 200;
const REMOVE_HOLE = 'reins.removeHole';

export function registerInlineCompletion(completer: () => Promise<Completer | null>, settings: Settings): vscode.Disposable {
  const provider = inlineCompletionProvider(completer, settings);
  const languages = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'];
  return vscode.Disposable.from(
    vscode.languages.registerInlineCompletionItemProvider(languages, provider),
    vscode.commands.registerCommand(REMOVE_HOLE, removeHole),
  );
}

export function inlineCompletionProvider(completer: () => Promise<Completer | null>, settings: Settings): vscode.InlineCompletionItemProvider {
  return {
    async provideInlineCompletionItems(document, position, context, token) {
      if (!isOn(document, settings)) return [];
      const place = placeAt(linesOf(document), position.line, position.character);
      if (!place) return [];
      const stop = new AbortController();
      const watch = token.onCancellationRequested(() => stop.abort());
      try {
        if (context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic) await delay(DEBOUNCE_MS, undefined, { signal: stop.signal });
        const text = await (await completer())?.complete(place.name, place.source, stop.signal);
        return text && !token.isCancellationRequested ? [itemFor(document, position, place, text)] : [];
      } catch {
        return []; // Cancelled while it waited.
      } finally {
        watch.dispose();
      }
    },
  };
}

function isOn(document: vscode.TextDocument, settings: Settings): boolean {
  if (!settings.get('inlineCompletion.languages').includes(document.languageId)) return false;
  return settings.get('inlineCompletion.enabled', document);
}

export function linesOf(document: vscode.TextDocument): readonly string[] {
  return document.getText().split(/\r?\n/);
}

/**
 * VS Code shows ghost text only where the text it replaces is part of what is inserted, which a hole never is. So the completion is an
 * insertion at the cursor, and accepting it takes the hole beside it away.
 */
function itemFor(document: vscode.TextDocument, position: vscode.Position, place: Place, text: string): vscode.InlineCompletionItem {
  const item = new vscode.InlineCompletionItem(place.lead + text, new vscode.Range(position, position));
  if (place.end > place.start) {
    item.command = { command: REMOVE_HOLE, title: vscode.l10n.t('Remove the Hole'), arguments: [document.uri, place.line, place.start === position.character ? position.character + item.insertText.toString().length : place.start] };
  }
  return item;
}

/** After accepting: take away the `___` that the inserted text now stands beside, as part of the same undo step. */
async function removeHole(uri: unknown, line: unknown, character: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!(uri instanceof vscode.Uri) || typeof line !== 'number' || typeof character !== 'number') return;
  if (!editor || editor.document.uri.toString() !== uri.toString()) return;
  const hole = new vscode.Range(line, character, line, character + 3);
  if (editor.document.getText(hole) !== '___') return;
  await editor.edit((edit) => edit.delete(hole), { undoStopBefore: false, undoStopAfter: true });
}
