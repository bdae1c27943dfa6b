/** Ghost text from the chosen model: what it is asked with, gathered from the open files, and a writer for each model. */
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { gatherContext, type OtherFile, type Snippet } from '../../assist/ghost/context.ts';
import { GhostWriter } from '../../assist/ghost/ghost-writer.ts';
import { runWriter } from '../../assist/ghost/run-writer.ts';
import { mayHoldSecrets } from '../../assist/tools/excluded.ts';
import type { ModelRef } from '../../runs/service.ts';
import type { Services } from '../services.ts';
import type { RecentEdits } from './recent-edits.ts';
import { WRITTEN_BY_PEOPLE } from './schemes.ts';

/** UTF-16 units of code around the cursor that are read at all, and the steps in which that moves; what is sent is bounded by the budget. */
const READ_AROUND = 40_000;
const READ_STEP = 1000;
/** Other files looked through at a keystroke. */
const MOST_FILES = 12;
/** A line of code is not longer; in minified files nothing is completed. */
const LONGEST_LINE = 1000;

export class GeneralCompletion implements vscode.Disposable {
  readonly #services: Pick<Services, 'host' | 'settings' | 'log'>;
  readonly #edits: RecentEdits;
  #writer: { readonly model: string; readonly writer: GhostWriter } | null = null;

  constructor(services: Pick<Services, 'host' | 'settings' | 'log'>, edits: RecentEdits) {
    this.#services = services;
    this.#edits = edits;
  }

  async complete(model: ModelRef, document: vscode.TextDocument, position: vscode.Position, asked: boolean, signal: AbortSignal): Promise<string | null> {
    const around = secret(document) ? null : textAround(document, position);
    if (!around) return null;
    const budget = this.#services.settings.get('inlineCompletion.contextCharacters');
    const { prefix, suffix } = gatherContext(around.before, around.after, [], budget);
    const snippets = (): readonly Snippet[] => gatherContext(around.before, around.after, this.#others(document), budget).snippets;
    return this.#writerFor(model).complete({ prefix, suffix, snippets, languageId: document.languageId, asked }, signal);
  }

  dispose(): void {
    this.#writer?.writer.dispose();
  }

  #writerFor(model: ModelRef): GhostWriter {
    if (this.#writer?.model === model.id) return this.#writer.writer;
    this.#writer?.writer.dispose();
    const { host, settings, log } = this.#services;
    const writer = new GhostWriter({
      where: model.kind === 'local' ? 'local' : 'remote',
      write: runWriter(() => host.completions(), model),
      threshold: () => settings.get('inlineCompletion.leastConfidence'),
      now: () => performance.now(),
      wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
      log: (text) => log.debug(text),
    });
    this.#writer = { model: model.id, writer };
    return writer;
  }

  /** What is open in tabs, files edited lately first. The editor also has texts that were closed, or that an extension has read: nobody looks at those. */
  #others(document: vscode.TextDocument): OtherFile[] {
    const inTabs = pathsInTabs();
    const open = vscode.workspace.textDocuments.filter((other) => other !== document && inTabs.has(other.uri.path) && WRITTEN_BY_PEOPLE.includes(other.uri.scheme) && !secret(other));
    const withEdits = open.map((other) => ({ other, edits: this.#edits.of(other.uri) })).toSorted((a, b) => b.edits.at - a.edits.at);
    return withEdits.slice(0, MOST_FILES).map(({ other, edits }) => ({ path: vscode.workspace.asRelativePath(other.uri), text: other.getText(), edited: edits.lines }));
  }
}

/** Paths, which a notebook and its cells have in common. */
function pathsInTabs(): ReadonlySet<string> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return new Set(
    tabs.flatMap(({ input }) => {
      if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) return [input.uri.path];
      return input instanceof vscode.TabInputTextDiff ? [input.modified.path] : [];
    }),
  );
}

/** Nobody who types a key means to send it to a server. */
function secret({ uri }: vscode.TextDocument): boolean {
  return mayHoldSecrets(vscode.workspace.asRelativePath(uri));
}

/** The text on both sides of the cursor, with \n between lines; null in minified files and in what is no text. */
export function textAround(document: vscode.TextDocument, position: vscode.Position): { readonly before: string; readonly after: string } | null {
  if (document.lineAt(position.line).text.length > LONGEST_LINE) return null;
  const at = document.offsetAt(position);
  const before = plain(document.getText(new vscode.Range(document.positionAt(Math.max(0, Math.floor((at - READ_AROUND) / READ_STEP) * READ_STEP)), position)));
  const after = plain(document.getText(new vscode.Range(position, document.positionAt(at + READ_AROUND))));
  return before.includes('\0') || after.includes('\0') ? null : { before, after };
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
