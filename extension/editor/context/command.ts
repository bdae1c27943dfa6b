/** Add Context…: what the person picks goes along with the next question they ask in the panel. */
import * as vscode from 'vscode';
import { registerCommands } from '../commands/register.ts';
import type { Log } from '../log.ts';
import type { TracePanel } from '../panel/view-provider.ts';
import { labelOf } from '../runs/question.ts';
import type { ContextPieces } from './pieces.ts';
import { problemsOf, symbolsOf } from './places.ts';

export interface AddContextParts {
  readonly pieces: ContextPieces;
  readonly panel: Pick<TracePanel, 'reveal'>;
  readonly log: Log;
}

type Choice = vscode.QuickPickItem & { readonly act?: () => Promise<void> };

/** Files offered to choose from. */
const MOST_FILES = 2000;

export function registerAddContext({ pieces, panel, log }: AddContextParts): vscode.Disposable {
  return registerCommands(log, {
    addContext: async (uri) => {
      if (uri instanceof vscode.Uri) await addFile(pieces, uri);
      else await pick(pieces);
      if (pieces.shown.length > 0) await panel.reveal();
    },
  });
}

async function pick(pieces: ContextPieces): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const choices: Choice[] = [...(editor ? placesIn(pieces, editor) : []), { label: `$(files) ${vscode.l10n.t('File…')}`, act: () => pickFile(pieces) }];
  const picked = await vscode.window.showQuickPick(choices, { title: vscode.l10n.t('Add Context'), placeHolder: vscode.l10n.t('What should go along with the next question?') });
  await picked?.act?.();
}

function placesIn(pieces: ContextPieces, { document, selection }: vscode.TextEditor): Choice[] {
  const problems = vscode.languages.getDiagnostics(document.uri);
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  return [
    ...(selection.isEmpty ? [] : [{ label: `$(selection) ${vscode.l10n.t('Selection')}`, description: labelOf(document, selection, true), act: async () => pieces.add('selection', document, selection) }]),
    { label: `$(file) ${vscode.l10n.t('This File')}`, description: labelOf(document, whole, false), act: async () => pieces.add('file', document, whole) },
    { label: `$(symbol-class) ${vscode.l10n.t('Symbol of This File…')}`, act: () => pickSymbol(pieces, document) },
    ...(problems.length === 0 ? [] : [{ label: `$(warning) ${vscode.l10n.t('Problems of This File…')}`, description: String(problems.length), act: () => pickProblems(pieces, document) }]),
  ];
}

async function pickSymbol(pieces: ContextPieces, document: vscode.TextDocument): Promise<void> {
  const symbols = await symbolsOf(document);
  if (symbols.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The editor knows no symbols of this file.'));
    return;
  }
  const items = symbols.map((symbol) => ({ label: `$(symbol-method) ${symbol.name}`, description: vscode.l10n.t('Line {0}', symbol.range.start.line + 1), symbol }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Symbol of This File') });
  if (picked) pieces.add('symbol', document, picked.symbol.range, picked.symbol.name);
}

async function pickProblems(pieces: ContextPieces, document: vscode.TextDocument): Promise<void> {
  const items = problemsOf(document).map((problem) => ({ label: problem.message.split('\n')[0] ?? '', description: vscode.l10n.t('Line {0}', problem.range.start.line + 1), problem }));
  const picked = await vscode.window.showQuickPick(items, { canPickMany: true, title: vscode.l10n.t('Problems of This File') });
  for (const { problem } of picked ?? []) pieces.addProblem(document, problem);
}

async function pickFile(pieces: ContextPieces): Promise<void> {
  const source = new vscode.CancellationTokenSource();
  const items = vscode.workspace.findFiles('**/*', undefined, MOST_FILES, source.token).then((found) => found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri })).sort((a, b) => (a.label < b.label ? -1 : 1)));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('File'), placeHolder: vscode.l10n.t('Which file should go along?') });
  source.cancel();
  source.dispose();
  if (picked) await addFile(pieces, picked.uri);
}

async function addFile(pieces: ContextPieces, uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  pieces.add('file', document, new vscode.Range(0, 0, document.lineCount, 0));
}
