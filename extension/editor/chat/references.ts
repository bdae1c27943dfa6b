/** What was attached to a question in the chat: every text that fits goes along, and what cannot is named. */
import * as vscode from 'vscode';
import { labelOf, MOST_CODE, type CodeContext } from '../runs/question.ts';

export interface Attachments {
  readonly contexts: readonly CodeContext[];
  /** Names of what could not be read as text, or no longer fits. */
  readonly left: readonly string[];
}

/** In the order of the references. Folders, pictures, files that are gone and kinds of references a newer editor may have are left out. */
export async function attachedTo(references: readonly Pick<vscode.ChatPromptReference, 'id' | 'value'>[]): Promise<Attachments> {
  const contexts: CodeContext[] = [];
  const left: string[] = [];
  let size = 0;
  for (const reference of references) {
    const context = await contextOf(reference);
    if (context === null || size + context.code.length > MOST_CODE) {
      left.push(nameOf(reference));
      continue;
    }
    if (context.code.trim() === '' || contexts.some(({ label, code }) => label === context.label && code === context.code)) continue;
    size += context.code.length;
    contexts.push(context);
  }
  return { contexts, left };
}

async function contextOf({ id, value }: Pick<vscode.ChatPromptReference, 'id' | 'value'>): Promise<CodeContext | null> {
  if (typeof value === 'string') return { label: id, languageId: 'plaintext', code: value };
  const uri = uriOf(value);
  if (!uri) return null;
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const part = value instanceof vscode.Location;
    const range = document.validateRange(part ? value.range : new vscode.Range(0, 0, document.lineCount, 0));
    const code = document.getText(range);
    return code.includes('\0') ? null : { label: labelOf(document, range, part), languageId: document.languageId, code };
  } catch {
    return null; // A folder, a picture, or gone.
  }
}

function uriOf(value: unknown): vscode.Uri | null {
  if (value instanceof vscode.Uri) return value;
  return value instanceof vscode.Location ? value.uri : null;
}

function nameOf({ id, value }: Pick<vscode.ChatPromptReference, 'id' | 'value'>): string {
  const uri = uriOf(value);
  return uri ? vscode.workspace.asRelativePath(uri) : id;
}
