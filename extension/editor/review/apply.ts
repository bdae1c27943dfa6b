/** Apply: an answer, or a block of it, as a proposed change to the file that was asked about. Nothing is changed before the person accepts it in the diff. */
import * as vscode from 'vscode';
import { indentedLike } from '../../assist/actions/request.ts';
import { codeOf } from '../../evaluation/answer-text.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import { symbolsOf } from '../context/places.ts';
import { placeOf, type Place } from '../runs/insert.ts';
import type { Origin } from '../runs/question.ts';
import type { Reviews } from './reviews.ts';
import { whyReadonly } from './target.ts';

/** `same`: the file says so already. */
export type Applied = 'proposed' | 'same';

/**
 * Where it belongs, in this order: the hole, line or selection the question was about; the function or type of the same name in the file; the cursor.
 * Throws a sentence where there is no file for it.
 */
export async function applyAnswer(reviews: Reviews, answer: string, origin: Origin | null): Promise<Applied> {
  const code = codeOf(answer);
  const asked = origin && (await placeOf(origin, code));
  const editor = vscode.window.activeTextEditor;
  const document = origin ? await vscode.workspace.openTextDocument(origin.uri) : editor?.document;
  if (!document) throw new ReasoningError('bad-request', vscode.l10n.t('Open the file the answer belongs to.'));
  const why = await whyReadonly(document);
  if (why !== null) throw new ReasoningError('bad-request', why);
  const { range, text } = asked ?? (await namesake(document, code)) ?? atCursor(document, editor, code);
  const base = document.getText();
  const proposed = base.slice(0, document.offsetAt(range.start)) + text + base.slice(document.offsetAt(range.end));
  const name = vscode.workspace.asRelativePath(document.uri).split('/').at(-1) ?? '';
  return (await reviews.show(document.uri, vscode.l10n.t('Apply to {0}', name), base, proposed)) ? 'proposed' : 'same';
}

type Change = Pick<Place, 'range' | 'text'>;

/** What the block declares first, if the file has something of that name. */
async function namesake(document: vscode.TextDocument, code: string): Promise<Change | null> {
  const declared = /\b(?:function\*?|class|interface|type|enum|const|let|var|def|fn|func|struct|trait)\s+([\p{L}_$][\p{L}\p{N}_$]*)/u.exec(code)?.[1];
  if (declared === undefined) return null;
  const symbol = (await symbolsOf(document)).find(({ name }) => name === declared);
  if (!symbol) return null;
  const range = new vscode.Range(symbol.range.start.line, 0, symbol.range.end.line, document.lineAt(symbol.range.end.line).text.length);
  return { range, text: indentedLike(code, document.getText(range)) };
}

/** On lines of its own before the line of the cursor; at the end of a file that is not in front. */
function atCursor(document: vscode.TextDocument, editor: vscode.TextEditor | undefined, code: string): Change {
  if (editor?.document === document) {
    const at = new vscode.Position(editor.selection.active.line, 0);
    return { range: new vscode.Range(at, at), text: `${indentedLike(code, document.lineAt(at.line).text)}\n` };
  }
  const end = document.lineAt(document.lineCount - 1).range.end;
  return { range: new vscode.Range(end, end), text: `${end.character === 0 ? '' : '\n'}${code}\n` };
}
