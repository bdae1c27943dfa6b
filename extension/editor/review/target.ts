/** The file behind a proposal: whether it may be changed, what it says now, and changing it in one step. */
import * as vscode from 'vscode';
import { editsOf } from '../../assist/review/edits.ts';
import { splitLines, type Hunk } from '../../assist/review/line-diff.ts';

/** Documents that no file system holds by this name. */
const UNSTORED: readonly string[] = ['untitled', 'vscode-notebook-cell'];

/** Why a document cannot be changed, as a sentence; null where it can. */
export async function whyReadonly({ uri }: vscode.TextDocument): Promise<string | null> {
  if (UNSTORED.includes(uri.scheme)) return null;
  const sentence = vscode.l10n.t('This file cannot be written, so nothing can be put into it. Explain works on it, and so does a copy.');
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== true) return sentence;
  try {
    const { permissions } = await vscode.workspace.fs.stat(uri);
    return permissions === vscode.FilePermission.Readonly ? sentence : null;
  } catch {
    return null; // Not saved yet, or gone: that is found out when it is to be changed.
  }
}

/** The text as it is now, in the editor or on disk; null when the file is gone. */
export async function currentText(uri: vscode.Uri): Promise<string | null> {
  return (await currentDocument(uri))?.getText() ?? null;
}

async function currentDocument(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString() && !document.isClosed);
  // A deleted file may stay open for a moment; what is gone is not written anew.
  if (open && (UNSTORED.includes(uri.scheme) || open.isDirty || (await exists(uri)))) return open;
  if (open) return null;
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return null;
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/**
 * Carries hunks out, as one step for undo. `hunksOf` is given the text right before the change, without a pause in between, so that they fit.
 * False when the file is gone or the editor refused.
 */
export async function carryOut(uri: vscode.Uri, hunksOf: (current: string) => readonly Hunk[]): Promise<boolean> {
  const document = await currentDocument(uri);
  if (!document) return false;
  const text = document.getText();
  const edit = new vscode.WorkspaceEdit();
  for (const { startLine, startCharacter, endLine, endCharacter, text: put } of editsOf(splitLines(text), hunksOf(text))) {
    edit.replace(uri, new vscode.Range(startLine, startCharacter, endLine, endCharacter), put);
  }
  return edit.size === 0 || vscode.workspace.applyEdit(edit);
}
