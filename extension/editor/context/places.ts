/** What the editor knows of a document: its symbols, flat and in order, and its problems, the worst first. */
import * as vscode from 'vscode';

export interface NamedRange {
  readonly name: string;
  readonly range: vscode.Range;
}

export async function symbolsOf(document: vscode.TextDocument): Promise<readonly NamedRange[]> {
  const found = await vscode.commands.executeCommand<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri);
  const flat: NamedRange[] = [];
  const look = (symbols: readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[]): void => {
    for (const symbol of symbols) {
      flat.push({ name: symbol.name, range: 'range' in symbol ? symbol.range : symbol.location.range });
      if ('children' in symbol) look(symbol.children);
    }
  };
  look(found ?? []);
  return flat.sort((a, b) => a.range.start.compareTo(b.range.start));
}

export function problemsOf(document: vscode.TextDocument): readonly vscode.Diagnostic[] {
  return [...vscode.languages.getDiagnostics(document.uri)].sort((a, b) => a.severity - b.severity || a.range.start.compareTo(b.range.start));
}
