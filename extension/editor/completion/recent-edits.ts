/** Where the person has just been writing, file by file: the code at hand is likely to be about the same. Nothing leaves memory. */
import * as vscode from 'vscode';

interface Edits {
  /** Milliseconds since the epoch; 0: not edited in this session. */
  readonly at: number;
  /** Lines counted from 0, the newest first. */
  readonly lines: readonly number[];
}

const MOST_FILES = 32;
const MOST_LINES = 8;

export class RecentEdits implements vscode.Disposable {
  readonly #files = new Map<string, Edits>();
  readonly #watch: vscode.Disposable;

  constructor() {
    this.#watch = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const [change] = contentChanges;
      if (change) this.#note(document.uri.toString(), change.range.start.line);
    });
  }

  of(uri: vscode.Uri): Edits {
    return this.#files.get(uri.toString()) ?? { at: 0, lines: [] };
  }

  dispose(): void {
    this.#watch.dispose();
  }

  #note(key: string, line: number): void {
    const known = this.#files.get(key)?.lines ?? [];
    this.#files.delete(key);
    this.#files.set(key, { at: Date.now(), lines: [line, ...known.filter((one) => one !== line)].slice(0, MOST_LINES) });
    if (this.#files.size > MOST_FILES) this.#files.delete(this.#files.keys().next().value ?? '');
  }
}
