/** From a place in the code to what is asked about it, and from what came back to ghost text there. */
import * as vscode from 'vscode';
import { placeAround, placeAt, type Place } from '../../assist/world/hole-place.ts';
import { printPlaceAt, type PrintPlace } from '../../assist/world/print-place.ts';
import type { SuggestionTask } from '../../assist/world/suggester.ts';
import { linesOf } from './lines.ts';

export const REMOVE_HOLE = 'reins.removeHole';

/** A place a small model may be asked about, and where the cursor has to be for ghost text. */
export interface Suggestible {
  readonly task: SuggestionTask;
  readonly position: vscode.Position;
  item(text: string): vscode.InlineCompletionItem;
}

/** The place at the cursor itself. */
export function suggestibleAt(document: vscode.TextDocument, position: vscode.Position): Suggestible | null {
  const lines = linesOf(document);
  const hole = placeAt(lines, position.line, position.character);
  if (hole) return inHole(document, position, hole);
  const print = printPlaceAt(lines, position.line, position.character);
  return print && behindPrint(position, print);
}

/** The place in the function around the cursor, or at the cursor: for a command. */
export function suggestibleAround(document: vscode.TextDocument, position: vscode.Position): Suggestible | null {
  const lines = linesOf(document);
  const hole = placeAround(lines, position.line, position.character);
  if (hole) return inHole(document, new vscode.Position(hole.line, hole.end), hole);
  const end = position.line < lines.count ? document.lineAt(position.line).text.length : 0;
  const print = printPlaceAt(lines, position.line, end);
  return print && behindPrint(new vscode.Position(position.line, end), print);
}

/**
 * VS Code shows ghost text only where the text it replaces is part of what is inserted, which a hole never is. So the completion is an
 * insertion at the cursor, and accepting it takes the hole beside it away.
 */
function inHole(document: vscode.TextDocument, position: vscode.Position, place: Place): Suggestible {
  return {
    task: { skill: 'complete', name: place.name, source: place.source },
    position,
    item: (text) => {
      const item = new vscode.InlineCompletionItem(place.lead + text, new vscode.Range(position, position));
      if (place.end > place.start) {
        const hole = place.start === position.character ? position.character + place.lead.length + text.length : place.start;
        item.command = { command: REMOVE_HOLE, title: vscode.l10n.t('Remove the Hole'), arguments: [document.uri, place.line, hole] };
      }
      return item;
    },
  };
}

function behindPrint(position: vscode.Position, place: PrintPlace): Suggestible {
  return {
    task: { skill: 'predict', name: 'console.log', source: place.source },
    position,
    item: (value) => new vscode.InlineCompletionItem(`${position.character > place.character ? '' : ' '}// ${value}`, new vscode.Range(position, position)),
  };
}

/** After accepting: take away the `___` that the inserted text now stands beside, as part of the same undo step. */
export async function removeHole(uri: unknown, line: unknown, character: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!(uri instanceof vscode.Uri) || typeof line !== 'number' || typeof character !== 'number') return;
  if (!editor || editor.document.uri.toString() !== uri.toString()) return;
  const hole = new vscode.Range(line, character, line, character + 3);
  // The editor refuses an edit of a text that has changed meanwhile, as it does while somebody types on: then it is looked for again.
  for (let tries = 5; tries > 0 && editor.document.getText(hole) === '___'; tries -= 1) {
    if (await editor.edit((edit) => edit.delete(hole), { undoStopBefore: false, undoStopAfter: true })) return;
  }
}
