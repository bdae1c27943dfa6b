/** Actions on code as commands: one for each kind, and a pick that also lets the effort be chosen. */
import * as vscode from 'vscode';
import * as v from 'valibot';
import { actionKinds, type ActionKind } from '../../assist/actions/kinds.ts';
import { efforts } from '../../reasoning/effort.ts';
import { effortSchema, type Effort } from '../../trace/events.ts';
import { registerCommands } from '../commands/register.ts';
import { effortName } from '../status-bar.ts';
import { act, type Acted, type ActParts } from './act.ts';
import { actionName } from './names.ts';
import { codeActions, providedKinds } from './provider.ts';

/** Where an action was started. Absent parts come from the editor in front. */
const placeSchema = v.object({ uri: v.optional(v.custom<vscode.Uri>((value) => value instanceof vscode.Uri)), range: v.optional(v.instance(vscode.Range)), problems: v.optional(v.array(v.string())), effort: v.optional(effortSchema), remark: v.optional(v.string()) });
const kindSchema = v.picklist(actionKinds);

export function registerActions(parts: ActParts): vscode.Disposable {
  const start = (kind: unknown, place: unknown): Promise<Acted | undefined> => startAction(parts, v.parse(kindSchema, kind), v.is(placeSchema, place) ? place : {});
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider('*', codeActions(parts.registry, parts.settings), { providedCodeActionKinds: providedKinds }),
    registerCommands(parts.log, {
      act: async (kind, place) => (v.is(kindSchema, kind) ? start(kind, place) : pickAndStart(parts)),
      explain: (place) => start('explain', place),
      fix: (place) => start('fix', place),
      complete: (place) => start('complete', place),
      refactor: (place) => start('refactor', place),
      document: (place) => start('document', place),
      writeTests: (place) => start('tests', place),
    }),
  );
}

async function startAction(parts: ActParts, kind: ActionKind, { uri, range, ...rest }: v.InferOutput<typeof placeSchema>): Promise<Acted | undefined> {
  const editor = vscode.window.activeTextEditor;
  const document = uri ? await vscode.workspace.openTextDocument(uri) : editor?.document;
  const asked = range ?? editor?.selection;
  if (!document || !asked) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a file first: actions are about its selection, or the code around the cursor.'));
    return undefined;
  }
  const problems = rest.problems ?? (kind === 'fix' ? problemsIn(document, asked) : undefined);
  return act(parts, document, document.validateRange(asked), { kind, ...rest, problems });
}

function problemsIn(document: vscode.TextDocument, range: vscode.Range): string[] {
  const lines = new vscode.Range(range.start.line, 0, range.end.line + 1, 0);
  return vscode.languages.getDiagnostics(document.uri).filter((diagnostic) => diagnostic.range.intersection(lines) !== undefined).map(({ message }) => message);
}

interface KindItem extends vscode.QuickPickItem {
  readonly action: ActionKind;
}

/** What to do, with the effort it would take; the buttons of a line choose another. */
async function pickAndStart(parts: ActParts): Promise<Acted | undefined> {
  const preset = parts.settings.get('actions.effort');
  const buttons = efforts.map((effort) => ({ iconPath: new vscode.ThemeIcon(effortIcons[effort]), tooltip: vscode.l10n.t('With {0} effort', effortName(effort)), effort }));
  const items: KindItem[] = actionKinds.map((kind) => ({ label: actionName(kind), description: vscode.l10n.t('effort {0}', effortName(preset[kind])), buttons, action: kind }));
  const pick = vscode.window.createQuickPick<KindItem>();
  pick.title = vscode.l10n.t('Act on Code');
  pick.placeholder = vscode.l10n.t('What to do; the buttons choose another effort');
  pick.items = items;
  const chosen = await new Promise<{ readonly kind: ActionKind; readonly effort?: Effort } | null>((resolve) => {
    pick.onDidAccept(() => resolve(chosenOf(pick.selectedItems[0])));
    pick.onDidTriggerItemButton(({ item, button }) => {
      const effort = buttons.find((one) => one === button)?.effort;
      resolve({ kind: item.action, ...(effort === undefined ? {} : { effort }) });
    });
    pick.onDidHide(() => resolve(null));
    pick.show();
  });
  pick.dispose();
  return chosen ? startAction(parts, chosen.kind, chosen.effort === undefined ? {} : { effort: chosen.effort }) : undefined;
}

function chosenOf(item: KindItem | undefined): { readonly kind: ActionKind } | null {
  return item ? { kind: item.action } : null;
}

const effortIcons: Readonly<Record<Effort, string>> = { low: 'circle-outline', medium: 'circle', high: 'circle-filled' };
