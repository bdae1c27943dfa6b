/** What Ask About Selection would be about right now, as a label. Remembers the last editor while the panel has the focus. */
import * as vscode from 'vscode';
import { hasText, labelOf } from './question.ts';

/** Code in English letters, over common tokenizers. Only to tell whether something is small or large, and said to be an estimate. */
const CHARACTERS_A_TOKEN = 3.5;

export const estimatedTokens = (characters: number): number => Math.ceil(characters / CHARACTERS_A_TOKEN);

export interface Selected {
  readonly label: string;
  /** An estimate. */
  readonly tokens: number;
}

export class SelectionTracker implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  #selected: Selected | null = null;
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

  get selected(): Selected | null {
    return this.#selected;
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }

  #update(): void {
    const editor = vscode.window.activeTextEditor;
    const next = editor ? selectedIn(editor) : null;
    if (next?.label === this.#selected?.label && next?.tokens === this.#selected?.tokens) return;
    this.#selected = next;
    this.#changed.fire();
  }
}

/** Null for an empty file or a selection of white space: a question then goes alone. */
function selectedIn({ document, selection }: vscode.TextEditor): Selected | null {
  const range = document.validateRange(selection.isEmpty ? new vscode.Range(0, 0, document.lineCount, 0) : selection);
  if (!hasText(document, range)) return null;
  const characters = document.offsetAt(range.end) - document.offsetAt(range.start);
  return { label: labelOf(document, selection, !selection.isEmpty), tokens: estimatedTokens(characters) };
}
