/** One completion found by thinking first, waiting to be shown as ghost text at its place. It is dropped when the file changes. */
import type * as vscode from 'vscode';

export interface Offer {
  readonly uri: string;
  readonly version: number;
  readonly position: vscode.Position;
  readonly item: vscode.InlineCompletionItem;
}

export class OfferedCompletion {
  #offer: Offer | null = null;

  set(offer: Offer): void {
    this.#offer = offer;
  }

  at(document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem | null {
    const offer = this.#offer;
    if (offer?.uri !== document.uri.toString()) return null;
    if (offer.version !== document.version) {
      this.#offer = null;
      return null;
    }
    return offer.position.isEqual(position) ? offer.item : null;
  }
}
