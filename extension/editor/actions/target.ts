/** Which lines an action is about: the selection, else the function around the cursor, else lines around it. */
import * as vscode from 'vscode';
import { excerptOf, type Excerpt } from '../../assist/actions/excerpt.ts';
import { linesOf } from '../completion/lines.ts';
import { labelOf } from '../runs/question.ts';

export interface ActionTarget {
  readonly document: vscode.TextDocument;
  /** The whole text of the file when this was looked at: what a proposal is made from. */
  readonly base: string;
  /** Whole lines, counted from 0, both included. */
  readonly first: number;
  readonly last: number;
  readonly label: string;
  readonly excerpt: Excerpt;
}

/** Without a selection or a function around the cursor: all of a file up to this many lines, and so many around the cursor in a longer one. */
const SMALL_FILE = 200;
const AROUND_CURSOR = 40;

/** The target, or the sentence that says why there is none. */
export async function actionTarget(document: vscode.TextDocument, range: vscode.Range): Promise<ActionTarget | string> {
  const [first, last] = await linesAsked(document, range);
  const excerpt = excerptOf(linesOf(document), first, last);
  const label = labelOf(document, new vscode.Range(first, 0, last, document.lineAt(last).text.length), last - first + 1 < document.lineCount);
  switch (excerpt) {
    case 'too-long':
      return vscode.l10n.t('Too long to work on at once: {0}. Select fewer lines.', label);
    case 'binary':
      return vscode.l10n.t('This is not text: {0}.', label);
    case 'nothing':
      return vscode.l10n.t('There is no code here. Select some, or put the cursor into it.');
    default:
      return { document, base: document.getText(), first, last, label, excerpt };
  }
}

async function linesAsked(document: vscode.TextDocument, range: vscode.Range): Promise<readonly [number, number]> {
  if (!range.isEmpty) {
    // A selection that ends at the start of a line does not hold anything of that line.
    const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
    return [range.start.line, last];
  }
  const around = await functionAround(document, range.start);
  if (around) return [around.start.line, around.end.line];
  if (document.lineCount <= SMALL_FILE) return [0, document.lineCount - 1];
  return [Math.max(0, range.start.line - AROUND_CURSOR), Math.min(document.lineCount - 1, range.start.line + AROUND_CURSOR)];
}

const callable: ReadonlySet<vscode.SymbolKind> = new Set([vscode.SymbolKind.Function, vscode.SymbolKind.Method, vscode.SymbolKind.Constructor, vscode.SymbolKind.Class, vscode.SymbolKind.Interface, vscode.SymbolKind.Enum]);

/** The innermost function or type around a position, as the language's own support sees it. */
async function functionAround(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Range | null> {
  const symbols = await vscode.commands.executeCommand<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri);
  let found: vscode.Range | null = null;
  const look = (all: readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[]): void => {
    for (const symbol of all) {
      const range = 'range' in symbol ? symbol.range : symbol.location.range;
      if (!range.contains(position)) continue;
      if (callable.has(symbol.kind)) found = range;
      if ('children' in symbol) look(symbol.children);
    }
  };
  look(symbols ?? []);
  return found;
}
