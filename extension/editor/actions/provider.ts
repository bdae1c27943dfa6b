/** Actions in the editor's light bulb: on a selection, and on what the editor complains about. A model is asked only when one is picked. */
import * as vscode from 'vscode';
import type { ActionKind } from '../../assist/actions/kinds.ts';
import { SOURCE } from '../examples/diagnostics.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { Settings } from '../settings.ts';
import { actionName } from './names.ts';

const { QuickFix, RefactorRewrite } = vscode.CodeActionKind;

/** Where an action stands in the light bulb. */
const places: readonly { readonly kind: ActionKind; readonly place: vscode.CodeActionKind }[] = [
  { kind: 'explain', place: RefactorRewrite.append('reins.explain') },
  { kind: 'complete', place: RefactorRewrite.append('reins.complete') },
  { kind: 'refactor', place: RefactorRewrite.append('reins.refactor') },
  { kind: 'document', place: RefactorRewrite.append('reins.document') },
  { kind: 'tests', place: RefactorRewrite.append('reins.tests') },
];

export const providedKinds: readonly vscode.CodeActionKind[] = [QuickFix, RefactorRewrite];

export function codeActions(registry: ModelRegistry, settings: Settings): vscode.CodeActionProvider {
  return {
    provideCodeActions(document, range, { only, diagnostics }) {
      // The bundled model knows nothing of code in general; what it can do has a quick fix of its own.
      if (!settings.get('actions.lightBulb', document) || registry.current === null || registry.onlyBundled) return [];
      const wanted = (place: vscode.CodeActionKind): boolean => only === undefined || only.contains(place);
      const reported = diagnostics.filter(({ source }) => source !== SOURCE);
      const onProblems = wanted(QuickFix) && reported.length > 0 ? (['fix', 'explain'] as const).map((kind) => onProblem(document, kind, reported)) : [];
      // Without a selection the light bulb would be lit everywhere; asked for by name they are there all the same.
      const onSelection = range.isEmpty && only === undefined ? [] : places.filter(({ place }) => wanted(place)).map(({ kind, place }) => onLines(document, range, kind, place));
      return [...onProblems, ...onSelection];
    },
  };
}

function onProblem(document: vscode.TextDocument, kind: ActionKind, reported: readonly vscode.Diagnostic[]): vscode.CodeAction {
  const [first] = reported;
  const action = new vscode.CodeAction(vscode.l10n.t('{0} with Reins', actionName(kind)), QuickFix);
  if (kind === 'fix') action.diagnostics = [...reported];
  const at = first?.range.start ?? new vscode.Position(0, 0);
  action.command = { command: 'reins.act', title: action.title, arguments: [kind, { uri: document.uri, range: new vscode.Range(at, at), problems: reported.map(({ message }) => message) }] };
  return action;
}

function onLines(document: vscode.TextDocument, range: vscode.Range, kind: ActionKind, place: vscode.CodeActionKind): vscode.CodeAction {
  const action = new vscode.CodeAction(vscode.l10n.t('{0} with Reins', actionName(kind)), place);
  action.command = { command: 'reins.act', title: action.title, arguments: [kind, { uri: document.uri, range }] };
  return action;
}
