/** Marks examples in comments that the function below them breaks. Only our interpreter is asked, a moment after the last keystroke. */
import * as vscode from 'vscode';
import type { Fault } from '../../assist/world/fault.ts';
import { linesOf } from '../completion/lines.ts';
import type { Settings } from '../settings.ts';

export const SOURCE = 'Reins';
const LANGUAGES = ['javascript', 'typescript'];
/** Milliseconds without a keystroke until a file is looked at again. */
const PAUSE = 400;

export function watchExamples(settings: Settings): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('reins.examples');
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const forget = (document: vscode.TextDocument): void => {
    clearTimeout(waiting.get(document.uri.toString()));
    waiting.delete(document.uri.toString());
  };
  const look = async (document: vscode.TextDocument): Promise<void> => {
    forget(document);
    const { version } = document;
    const faults = await faultsOf(document, settings);
    if (!document.isClosed && document.version === version) collection.set(document.uri, faults.map((fault) => diagnosticOf(document, fault)));
  };
  const lookSoon = (document: vscode.TextDocument): void => {
    if (!LANGUAGES.includes(document.languageId)) return;
    forget(document);
    waiting.set(document.uri.toString(), setTimeout(() => void look(document), PAUSE));
  };
  const shown = (): void => vscode.window.visibleTextEditors.forEach(({ document }) => lookSoon(document));
  shown();
  return vscode.Disposable.from(
    collection,
    vscode.window.onDidChangeVisibleTextEditors(shown),
    vscode.workspace.onDidChangeTextDocument(({ document }) => lookSoon(document)),
    vscode.workspace.onDidCloseTextDocument((document) => {
      forget(document);
      collection.delete(document.uri);
    }),
    settings.onDidChange(['examples.check'], shown),
    new vscode.Disposable(() => waiting.forEach((timer) => clearTimeout(timer))),
  );
}

/** Found once for each state of a file: the light bulb asks at every move of the cursor. */
const known = new WeakMap<vscode.TextDocument, { readonly version: number; readonly faults: readonly Fault[] }>();

/** None where the check is switched off, or in another language. */
export async function faultsOf(document: vscode.TextDocument, settings: Settings): Promise<readonly Fault[]> {
  if (!LANGUAGES.includes(document.languageId) || !settings.get('examples.check', document)) return [];
  const { faultsIn } = await import('../../assist/world/fault.ts');
  const seen = known.get(document);
  if (seen?.version === document.version) return seen.faults;
  const faults = faultsIn(linesOf(document));
  known.set(document, { version: document.version, faults });
  return faults;
}

/** "f(5) gives 12, not 28." */
export function counterExample({ call, actual, expected }: Fault): string {
  return vscode.l10n.t('{0} gives {1}, not {2}.', call, String(actual), expected);
}

function diagnosticOf(document: vscode.TextDocument, fault: Fault): vscode.Diagnostic {
  const { text, firstNonWhitespaceCharacterIndex } = document.lineAt(fault.exampleLine);
  const range = new vscode.Range(fault.exampleLine, firstNonWhitespaceCharacterIndex, fault.exampleLine, text.trimEnd().length);
  const diagnostic = new vscode.Diagnostic(range, counterExample(fault), vscode.DiagnosticSeverity.Warning);
  diagnostic.source = SOURCE;
  diagnostic.code = 'example';
  return diagnostic;
}
