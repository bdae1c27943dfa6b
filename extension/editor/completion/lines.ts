/** A document's lines, read where they are needed: copying a large file at every keystroke would be felt. */
import type * as vscode from 'vscode';
import type { Lines } from '../../assist/world/lines.ts';

export function linesOf(document: vscode.TextDocument): Lines {
  return { count: document.lineCount, text: (line) => document.lineAt(line).text };
}
