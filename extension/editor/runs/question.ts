/** What a question is about: the selection or file in front of the person, and where its answer may go. */
import * as vscode from 'vscode';
import type { RunRequest } from '../../runs/service.ts';

export type CodeContext = NonNullable<RunRequest['context']>;

/** Where the code came from, so that an answer can go back to the same place and nowhere else. */
export interface Origin {
  readonly uri: vscode.Uri;
  readonly version: number;
  readonly range: vscode.Range;
  /** Whether the person had marked the code; the whole file is context, not something to replace. */
  readonly selected: boolean;
  readonly text: string;
}

export interface Subject {
  readonly context: CodeContext;
  readonly origin: Origin;
}

/** Most characters of code sent along with a question; a longer file must be narrowed to a selection. */
export const MOST_CODE = 400_000;

/** The selection, or the whole file; null where there is nothing to read in it, so that the question goes alone. */
export function subjectOf(editor: vscode.TextEditor): Subject | null {
  const { document, selection } = editor;
  const selected = !selection.isEmpty;
  const range = selected ? new vscode.Range(selection.start, selection.end) : new vscode.Range(0, 0, document.lineCount, 0);
  return hasText(document, range) ? subjectIn(document, document.validateRange(range), selected) : null;
}

/** Whether anything but white space stands there. Ends at the first line that has something. */
export function hasText(document: vscode.TextDocument, range: vscode.Range): boolean {
  const { start, end } = document.validateRange(range);
  for (let line = start.line; line <= end.line; line += 1) {
    const text = document.lineAt(line).text.slice(line === start.line ? start.character : 0, line === end.line ? end.character : undefined);
    if (text.trim() !== '') return true;
  }
  return false;
}

export function subjectIn(document: vscode.TextDocument, range: vscode.Range, selected: boolean): Subject {
  const text = document.getText(range);
  return {
    context: { label: labelOf(document, range, selected), languageId: document.languageId, code: text },
    origin: { uri: document.uri, version: document.version, range, selected, text },
  };
}

/** "triple.js", or "triple.js, lines 3–7" for a selection. */
export function labelOf(document: vscode.TextDocument, range: vscode.Range, selected: boolean): string {
  const name = document.isUntitled ? document.fileName : vscode.workspace.asRelativePath(document.uri);
  if (!selected) return name;
  const first = range.start.line + 1;
  // A selection that ends at the start of a line does not hold anything of that line.
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1;
  return first === last ? vscode.l10n.t('{0}, line {1}', name, first) : vscode.l10n.t('{0}, lines {1}–{2}', name, first, last);
}
