/** Shows proposals as diffs and carries out what the person accepts. Nothing is changed before that, and nothing newer is overwritten. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { splitLines } from '../../assist/review/line-diff.ts';
import { Proposal, REVIEW_SCHEME, sideOf, type OpenHunk } from './proposal.ts';
import { carryOut, currentText } from './target.ts';

/** What came of accepting. */
export type Accepted = 'done' | 'partly' | 'gone' | 'nothing';

export class Reviews implements vscode.Disposable {
  readonly #open = new Map<string, Proposal>();
  readonly #redrawn = new vscode.EventEmitter<vscode.Uri>();
  readonly #watch: vscode.Disposable;

  constructor() {
    const provider: vscode.TextDocumentContentProvider = { onDidChange: this.#redrawn.event, provideTextDocumentContent: (uri) => this.#content(uri) };
    this.#watch = vscode.Disposable.from(
      this.#redrawn,
      vscode.workspace.registerTextDocumentContentProvider(REVIEW_SCHEME, provider),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#redraw(document.uri)),
      vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => this.#redraw(uri))),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => closed.forEach((tab) => this.#forget(tab))),
    );
  }

  /** The proposals waiting for a decision. */
  get waiting(): number {
    return this.#open.size;
  }

  /** Opens the diff. Null where the proposal would change nothing. `base` is the whole text the proposal was made from. */
  async show(uri: vscode.Uri, title: string, base: string, proposed: string): Promise<Proposal | null> {
    const proposal = new Proposal(randomUUID(), uri, title, base, proposed);
    if (proposal.open(base).here.length === 0) return null;
    this.#open.set(proposal.id, proposal);
    await vscode.commands.executeCommand('vscode.diff', proposal.beforeUri(), proposal.afterUri(), title, { preview: false });
    return proposal;
  }

  /** The proposal in the tab in front, or the only one there is. */
  get inFront(): Proposal | null {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    const side = input instanceof vscode.TabInputTextDiff ? sideOf(input.modified) : null;
    const [only] = this.#open.values();
    return (side && this.#open.get(side.id)) ?? (this.#open.size === 1 && only ? only : null);
  }

  /** The open hunk at a line of the right side, the one the person sees as new. */
  async hunkAt(proposal: Proposal, line: number): Promise<OpenHunk | null> {
    const current = await currentText(proposal.uri);
    if (current === null) return null;
    let shift = 0;
    for (const open of proposal.open(current).here) {
      const first = open.hunk.start + shift;
      if (line >= first && line < first + Math.max(1, open.hunk.added.length)) return open;
      shift += open.hunk.added.length - open.hunk.removed.length;
    }
    return null;
  }

  async openHunks(proposal: Proposal): Promise<readonly OpenHunk[]> {
    const current = await currentText(proposal.uri);
    return current === null ? [] : proposal.open(current).here;
  }

  /** Accepts these hunks, or all that have a place; one step for undo. */
  async accept(proposal: Proposal, indices?: readonly number[]): Promise<Accepted> {
    const current = await currentText(proposal.uri);
    if (current === null) return 'gone';
    let taken: readonly OpenHunk[] = [];
    const done = await carryOut(proposal.uri, (text) => {
      taken = proposal.open(text).here.filter(({ index }) => indices === undefined || indices.includes(index));
      return taken.map(({ hunk }) => hunk);
    });
    if (!done) return 'gone';
    proposal.close(taken.map(({ index }) => index));
    const left = proposal.open((await currentText(proposal.uri)) ?? current);
    if (left.here.length === 0) await this.close(proposal);
    else this.#redrawSides(proposal);
    return taken.length === 0 ? 'nothing' : left.changed > 0 ? 'partly' : 'done';
  }

  /** Refuses these hunks, or all. */
  async refuse(proposal: Proposal, indices?: readonly number[]): Promise<void> {
    const current = await currentText(proposal.uri);
    if (indices !== undefined) proposal.close(indices);
    if (indices === undefined || current === null || proposal.open(current).here.length === 0) await this.close(proposal);
    else this.#redrawSides(proposal);
  }

  /** What the proposal comes to as text, for when the file is gone. */
  async proposedText(proposal: Proposal): Promise<string> {
    const document = await vscode.workspace.openTextDocument(proposal.afterUri());
    return document.getText();
  }

  async close(proposal: Proposal): Promise<void> {
    this.#open.delete(proposal.id);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => input instanceof vscode.TabInputTextDiff && sideOf(input.modified)?.id === proposal.id);
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
  }

  dispose(): void {
    this.#watch.dispose();
  }

  /** Both sides follow the file, so the diff always shows what accepting would change now. A file that is gone leaves what was last seen. */
  async #content(uri: vscode.Uri): Promise<string> {
    const side = sideOf(uri);
    const proposal = side && this.#open.get(side.id);
    if (!side || !proposal) return '';
    const current = (await currentText(proposal.uri)) ?? proposal.lastSeen;
    proposal.lastSeen = current;
    return side.side === 'before' ? splitLines(current).join('\n') : proposal.after(current);
  }

  #redraw(uri: vscode.Uri): void {
    for (const proposal of this.#open.values()) if (proposal.uri.toString() === uri.toString()) this.#redrawSides(proposal);
  }

  #redrawSides(proposal: Proposal): void {
    this.#redrawn.fire(proposal.beforeUri());
    this.#redrawn.fire(proposal.afterUri());
  }

  /** A diff that is closed is refused. */
  #forget({ input }: vscode.Tab): void {
    const side = input instanceof vscode.TabInputTextDiff ? sideOf(input.modified) : null;
    if (side) this.#open.delete(side.id);
  }
}
