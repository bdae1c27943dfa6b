/** A change that is proposed and not yet made: what the file was when it was asked about, and the hunks that are still open. */
import * as vscode from 'vscode';
import { applyHunks, diffLines, splitLines, type Hunk } from '../../assist/review/line-diff.ts';
import { placeHunks } from '../../assist/review/place-hunks.ts';

export interface OpenHunk {
  /** Which of the proposal's hunks it is. */
  readonly index: number;
  /** The hunk where it belongs in the file as it is now. */
  readonly hunk: Hunk;
}

export class Proposal {
  readonly id: string;
  readonly uri: vscode.Uri;
  /** "Fix triple.js", for the tab. */
  readonly title: string;
  readonly #base: readonly string[];
  readonly #hunks: readonly Hunk[];
  readonly #closed = new Set<number>();
  /** The file's text as it was last seen, for showing the proposal when the file is gone. */
  lastSeen: string;

  constructor(id: string, uri: vscode.Uri, title: string, base: string, proposed: string) {
    this.id = id;
    this.uri = uri;
    this.title = title;
    this.lastSeen = base;
    this.#base = splitLines(base);
    this.#hunks = diffLines(this.#base, splitLines(proposed));
  }

  /** The hunks nobody has decided on that still have a place, and how many have lost theirs because the file changed. */
  open(current: string): { readonly here: readonly OpenHunk[]; readonly changed: number } {
    const placed = placeHunks(this.#base, this.#hunks, splitLines(current)).map((one, index) => ({ one, index }));
    const undecided = placed.filter(({ index }) => !this.#closed.has(index));
    return {
      here: undecided.flatMap(({ one, index }) => (one.kind === 'here' ? [{ index, hunk: one.hunk }] : [])),
      changed: undecided.filter(({ one }) => one.kind === 'changed').length,
    };
  }

  /** Decided on: accepted or refused. */
  close(indices: readonly number[]): void {
    for (const index of indices) this.#closed.add(index);
  }

  /** The file with all open hunks carried out: the right side of the diff. */
  after(current: string): string {
    return applyHunks(splitLines(current), this.open(current).here.map(({ hunk }) => hunk)).join('\n');
  }

  beforeUri(): vscode.Uri {
    return this.#sideUri('before');
  }

  afterUri(): vscode.Uri {
    return this.#sideUri('after');
  }

  /** The file's name stays the last part, so that the editor colours it as its language. */
  #sideUri(side: 'before' | 'after'): vscode.Uri {
    const name = this.uri.path.split('/').at(-1) ?? 'file';
    return vscode.Uri.from({ scheme: REVIEW_SCHEME, path: `/${this.id}/${side}/${name}` });
  }
}

export const REVIEW_SCHEME = 'reins-review';

export function sideOf(uri: vscode.Uri): { readonly id: string; readonly side: 'before' | 'after' } | null {
  if (uri.scheme !== REVIEW_SCHEME) return null;
  const [, id, side] = uri.path.split('/');
  return id !== undefined && (side === 'before' || side === 'after') ? { id, side } : null;
}
