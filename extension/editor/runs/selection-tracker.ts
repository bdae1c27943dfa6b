/** What Ask About Selection would be about right now, as a label. Remembers the last editor while the panel has the focus. */
import * as vscode from 'vscode';
import { labelOf } from './question.ts';

export class SelectionTracker implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  #label: string | null = null;
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#watch = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => this.#update()),
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
    const next = editor ? labelOf(editor.document, editor.selection, !editor.selection.isEmpty) : null;
    if (next === this.#label) return;
    this.#label = next;
    this.#changed.fire();
  }
}
