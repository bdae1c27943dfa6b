/** Puts an answer into the editor: back where the code came from if nothing changed there, else at the cursor. Never over newer text. */
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import { codeOf } from '../../evaluation/answer-text.ts';
import { atCaret, isWholeLine } from './own-line.ts';
import type { Origin } from './question.ts';

/** What was done, for the one who asked to know. `same`: nothing, as the answer stands there already. */
export type Inserted = 'hole' | 'line' | 'selection' | 'cursor' | 'same';

export async function insertAnswer(answer: string, origin: Origin | null): Promise<Inserted> {
  const code = codeOf(answer);
  const target = (origin && (await placeOf(origin, code))) ?? cursorTarget(code);
  if (target.place === 'same') return 'same';
  await replace(await target.editor(), target.range, target.text);
  return target.place;
}

/** Where in the code that was asked about it belongs; null where that has changed, or where nothing there is meant. */
export async function placeOf(origin: Origin, code: string): Promise<Target | null> {
  return (await isUnchanged(origin)) ? placeIn(origin, code) : null;
}

/** At the cursor of the editor in front: a whole statement on a line of its own. */
function cursorTarget(code: string): Target {
  const editor = vscode.window.activeTextEditor;
  if (!editor) throw new ReasoningError('bad-request', vscode.l10n.t('Open a file and put the cursor where the answer should go.'));
  const { active } = editor.selection;
  const { text: line } = editor.document.lineAt(active.line);
  const { character, text } = atCaret(line, active.character, code);
  const range = new vscode.Range(active.line, character, active.line, character);
  return { editor: () => Promise.resolve(editor), range, text, place: line.trim() === code.trim() ? 'same' : 'cursor' };
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

export interface Target {
  readonly editor: () => Thenable<vscode.TextEditor>;
  readonly range: vscode.Range;
  readonly text: string;
  readonly place: Inserted;
}

/** Where in the asked-about code the answer belongs: its one hole `___`, the line it corrects, or what the person had selected. */
async function placeIn(origin: Origin, code: string): Promise<Target | null> {
  const document = await vscode.workspace.openTextDocument(origin.uri);
  const placed = (await holeTarget(origin, code, document)) ?? (await lineTarget(origin, code, document)) ?? (origin.selected ? { range: origin.range, text: code, place: 'selection' as const } : null);
  if (!placed) return null;
  const same = document.getText(placed.range).replaceAll('\r\n', '\n').trim() === placed.text.trim();
  return { ...placed, place: same ? 'same' : placed.place, editor: () => vscode.window.showTextDocument(origin.uri, { preserveFocus: false }) };
}

export type Place = Omit<Target, 'editor'>;

async function holeTarget(origin: Origin, code: string, document: vscode.TextDocument): Promise<Place | null> {
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

/** The line the answer corrects, found as the check of the answer finds it, if the examples do not hold already. */
async function lineTarget(origin: Origin, code: string, document: vscode.TextDocument): Promise<Place | null> {
  const { checkAgainstExamples } = await import('../../evaluation/interpreter/check.ts');
  const { repairOf, standsIn } = await import('./verdict.ts');
  const text = origin.text.replaceAll('\r\n', '\n');
  const corrects = checkAgainstExamples(text).violated.length > 0;
  const repair = corrects ? repairOf(text, code) : null;
  if (!repair) return isWholeLine(code) && (corrects || !origin.selected) && standsIn(text, code) ? { range: origin.range, text: code, place: 'same' } : null;
  const line = document.lineAt(origin.range.start.line + repair.line);
  // A line that was only asked about in part is not ours to replace as a whole.
  const asked = origin.range.intersection(line.range);
  const whole = asked && asked.start.character <= line.firstNonWhitespaceCharacterIndex && asked.end.character >= line.text.trimEnd().length;
  const indent = line.text.slice(0, line.firstNonWhitespaceCharacterIndex);
  // With the comment that stood behind the old code.
  const corrected = repair.source.split('\n')[repair.line] ?? code;
  return whole ? { range: line.range, text: indent + corrected.trim(), place: 'line' } : null;
}

/** One edit, one undo. */
async function replace(editor: vscode.TextEditor, range: vscode.Range, text: string): Promise<void> {
  const done = await editor.edit((edit) => edit.replace(range, text), { undoStopBefore: true, undoStopAfter: true });
  if (!done) throw new ReasoningError('bad-request', vscode.l10n.t('The answer could not be inserted: the editor refused the change.'));
}
