/** What Ask About Selection would be about right now, as a label. Remembers the last editor while the panel has the focus. */
import * as vscode from 'vscode';
import { hasText, labelOf } from './question.ts';

export class SelectionTracker implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  #label: string | null = null;
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#watch = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => this.#update()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) this.#update();
      }),
      vscode.window.onDidChangeTextEditorSelection((event) => {
        if (event.textEditor === vscode.window.activeTextEditor) this.#update();
      }),
    );
    this.#update();
  }

  get label(): string | null {
    return this.#label;
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }

  #update(): void {
    const editor = vscode.window.activeTextEditor;
    const next = editor ? labelIn(editor) : null;
    if (next === this.#label) return;
    this.#label = next;
    this.#changed.fire();
  }
}

/** Null for an empty file or a selection of white space: a question then goes alone. */
function labelIn({ document, selection }: vscode.TextEditor): string | null {
  const range = selection.isEmpty ? new vscode.Range(0, 0, document.lineCount, 0) : selection;
  return hasText(document, range) ? labelOf(document, selection, !selection.isEmpty) : null;
}
