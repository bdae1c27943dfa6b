/** What goes along with the next question beside the selection: files, symbols, selections and problems, as they were when they were added. */
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { AttachedPiece, PieceKind } from '../../trace/messages.ts';
import { labelOf, MOST_CODE, type CodeContext } from '../runs/question.ts';
import { estimatedTokens } from '../runs/selection-tracker.ts';

interface Piece extends AttachedPiece {
  readonly context: CodeContext;
}

/** More than this is no question any more. */
const MOST_PIECES = 12;

export class ContextPieces implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  #pieces: readonly Piece[] = [];
  #made = 0;
  readonly onDidChange = this.#changed.event;

  get shown(): readonly AttachedPiece[] {
    return this.#pieces.map(({ id, kind, label, tokens }) => ({ id, kind, label, tokens }));
  }

  /** Adds code of a document; the same place twice is one piece, as it is now. Throws the sentence for what cannot go along. */
  add(kind: PieceKind, document: vscode.TextDocument, range: vscode.Range, name?: string): void {
    const valid = document.validateRange(range);
    const code = document.getText(valid);
    const place = labelOf(document, valid, kind !== 'file');
    const label = name === undefined ? place : `${name} (${place})`;
    this.#put(kind, { label, languageId: document.languageId, code });
  }

  /** What the editor complains about, with the lines it is about. */
  addProblem(document: vscode.TextDocument, problem: vscode.Diagnostic): void {
    const first = Math.max(0, problem.range.start.line - 2);
    const last = Math.min(document.lineCount - 1, problem.range.end.line + 2);
    const lines = document.getText(new vscode.Range(first, 0, last, document.lineAt(last).text.length));
    const message = problem.message.replaceAll(/\s+/g, ' ').trim();
    const place = labelOf(document, problem.range, true);
    this.#put('problem', { label: `${message} (${place})`, languageId: document.languageId, code: lines });
  }

  remove(id: string): void {
    this.#set(this.#pieces.filter((piece) => piece.id !== id));
  }

  /** What went along with a question; what was added meanwhile stays for the next one. */
  clear(contexts: readonly CodeContext[]): void {
    if (contexts.length > 0) this.#set(this.#pieces.filter(({ context }) => !contexts.includes(context)));
  }

  get contexts(): readonly CodeContext[] {
    return this.#pieces.map(({ context }) => context);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #put(kind: PieceKind, context: CodeContext): void {
    const { label, code } = context;
    if (code.trim() === '') throw new ReasoningError('bad-request', vscode.l10n.t('There is nothing in {0} that could go along.', label));
    if (code.includes('\0')) throw new ReasoningError('bad-request', vscode.l10n.t('This is not text: {0}.', label));
    const others = this.#pieces.filter((piece) => !(piece.kind === kind && piece.label === label));
    const size = others.reduce((sum, piece) => sum + piece.context.code.length, code.length);
    if (size > MOST_CODE) throw new ReasoningError('bad-request', vscode.l10n.t('With {0} the question would be too long. Add the part it is about instead.', label));
    if (others.length >= MOST_PIECES) throw new ReasoningError('bad-request', vscode.l10n.t('{0} things go along already. Remove one first.', MOST_PIECES));
    this.#made += 1;
    this.#set([...others, { id: `piece-${this.#made}`, kind, label, tokens: estimatedTokens(code.length), context }]);
  }

  #set(pieces: readonly Piece[]): void {
    this.#pieces = pieces;
    this.#changed.fire();
  }
}
