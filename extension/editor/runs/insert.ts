/** Puts an answer into the editor: back where the code came from if nothing changed there, else at the cursor. Never over newer text. */
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import { codeOf } from './answer-text.ts';
import type { Origin } from './question.ts';

/** What was done, for the one who asked to know. */
export type Inserted = 'hole' | 'line' | 'selection' | 'cursor';

export async function insertAnswer(answer: string, origin: Origin | null): Promise<Inserted> {
  const code = codeOf(answer);
  if (origin && (await isUnchanged(origin))) {
    const target = await placeIn(origin, code);
    if (target) {
      const editor = await vscode.window.showTextDocument(origin.uri, { preserveFocus: false });
      await replace(editor, target.range, target.text);
      return target.place;
    }
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor) throw new ReasoningError('bad-request', vscode.l10n.t('Open a file and put the cursor where the answer should go.'));
  const at = new vscode.Range(editor.selection.active, editor.selection.active);
  await replace(editor, at, code);
  return 'cursor';
}

async function isUnchanged(origin: Origin): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === origin.uri.toString());
  // A closed document may have changed on disk; reading it again tells.
  const current = document ?? (await openQuietly(origin.uri));
  return current !== null && (current === document ? current.version === origin.version : true) && current.getText(origin.range) === origin.text;
}

async function openQuietly(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return null; // Deleted or renamed since.
  }
}

interface Target {
  readonly range: vscode.Range;
  readonly text: string;
  readonly place: Inserted;
}

/** Where in the asked-about code the answer belongs: its one hole `___`, the line it corrects, or what the person had selected. */
async function placeIn(origin: Origin, code: string): Promise<Target | null> {
  const document = await vscode.workspace.openTextDocument(origin.uri);
  return (await holeTarget(origin, code, document)) ?? (await lineTarget(origin, code, document)) ?? (origin.selected ? { range: origin.range, text: code, place: 'selection' } : null);
}

async function holeTarget(origin: Origin, code: string, document: vscode.TextDocument): Promise<Target | null> {
  const { fillHole, findHole } = await import('../../evaluation/interpreter/hole.ts');
  const hole = findHole(origin.text);
  if (!hole) return null;
  try {
    const filled = fillHole(origin.text, code);
    const base = document.offsetAt(origin.range.start);
    const range = new vscode.Range(document.positionAt(base + hole.start), document.positionAt(base + hole.end));
    return { range, text: filled.slice(hole.start, filled.length - (origin.text.length - hole.end)), place: 'hole' };
  } catch {
    return null; // Not an expression: the answer is about the code, and does not fit into its hole.
  }
}

/** A corrected line goes where it makes every example true, if there is such a place and the examples do not hold already. */
async function lineTarget(origin: Origin, code: string, document: vscode.TextDocument): Promise<Target | null> {
  const { checkAgainstExamples } = await import('../../evaluation/interpreter/check.ts');
  const { applyRepair } = await import('../../evaluation/interpreter/repair.ts');
  const text = origin.text.replaceAll('\r\n', '\n');
  if (checkAgainstExamples(text).violated.length === 0) return null;
  const repair = applyRepair(text, code);
  if (!repair) return null;
  const line = document.lineAt(origin.range.start.line + repair.line);
  // A line that was only asked about in part is not ours to replace as a whole.
  const asked = origin.range.intersection(line.range);
  const whole = asked && asked.start.character <= line.firstNonWhitespaceCharacterIndex && asked.end.character >= line.text.trimEnd().length;
  const indent = line.text.slice(0, line.firstNonWhitespaceCharacterIndex);
  return whole ? { range: line.range, text: indent + code.trim(), place: 'line' } : null;
}

/** One edit, one undo. */
async function replace(editor: vscode.TextEditor, range: vscode.Range, text: string): Promise<void> {
  const done = await editor.edit((edit) => edit.replace(range, text), { undoStopBefore: true, undoStopAfter: true });
  if (!done) throw new ReasoningError('bad-request', vscode.l10n.t('The answer could not be inserted: the editor refused the change.'));
}
