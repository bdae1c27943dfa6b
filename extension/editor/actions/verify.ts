/** Fix and Verify: several candidates are drawn and tried with the workspace's own tests, and the smallest change that passes is proposed as a diff. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { actionQuestion } from '../../assist/actions/request.ts';
import { candidateOf } from '../../assist/verify/candidate.ts';
import { planCopy } from '../../assist/verify/workspace-copy.ts';
import { questionOf } from '../../assist/world/suggester.ts';
import type { Verify } from '../../runs/service.ts';
import { askAndShow } from '../commands/ask.ts';
import { registerCommands } from '../commands/register.ts';
import { faultsOf, SOURCE } from '../examples/diagnostics.ts';
import { touches } from '../examples/quick-fix.ts';
import { whyReadonly } from '../review/target.ts';
import type { Ask } from '../runs/requests.ts';
import type { TestCommand } from '../tools/test-command.ts';
import { pathIn } from '../tools/guard.ts';
import type { ActParts } from './act.ts';
import { withRunProgress } from './progress.ts';
import { actionTarget } from './target.ts';
import { retold } from '../retold.ts';

export interface VerifyParts extends ActParts {
  readonly tests: TestCommand;
}

/** What came of it, for tests and for whoever started it. */
export type Verified = 'refused' | 'unanswered' | 'unverified' | 'proposed';

const placeSchema = v.object({ uri: v.optional(v.custom<vscode.Uri>((value) => value instanceof vscode.Uri)), range: v.optional(v.instance(vscode.Range)), problems: v.optional(v.array(v.string())) });
const { QuickFix } = vscode.CodeActionKind;
/** Milliseconds in which the workspace must have been looked over. */
const LOOKED_OVER = 60_000;

export function registerVerifiedFixes(parts: VerifyParts): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, verifiedFixes(parts), { providedCodeActionKinds: [QuickFix] }),
    registerCommands(parts.log, {
      fixAndVerify: async (place) => {
        const { uri, range, problems } = v.is(placeSchema, place) ? place : {};
        const editor = vscode.window.activeTextEditor;
        const document = uri ? await vscode.workspace.openTextDocument(uri) : editor?.document;
        const asked = range ?? editor?.selection;
        if (document && asked) return fixAndVerify(parts, document, document.validateRange(asked), problems ?? []);
        return refuse(vscode.l10n.t('Open a file first: actions are about its selection, or the code around the cursor.'));
      },
    }),
  );
}

/** Beside Fix, where there is a test command. Nothing is asked or run before it is picked. */
function verifiedFixes({ registry, settings, tests }: VerifyParts): vscode.CodeActionProvider {
  return {
    async provideCodeActions(document, range, { only, diagnostics }, token) {
      if (only !== undefined && !only.contains(QuickFix) && !QuickFix.contains(only)) return [];
      const folder = vscode.workspace.getWorkspaceFolder(document.uri);
      const model = registry.current;
      if (!folder || model === null || tests.text(folder) === '' || !settings.get('actions.lightBulb', document)) return [];
      const reported = diagnostics.filter(({ source }) => source !== SOURCE);
      const small = model.id === registry.bundled?.id;
      const faults = small ? (await faultsOf(document, settings)).filter((fault) => touches(fault, range)) : [];
      if (token.isCancellationRequested || (small ? faults.length === 0 : reported.length === 0)) return [];
      const action = new vscode.CodeAction(vscode.l10n.t('Fix and Verify with Reins'), QuickFix);
      if (!small) action.diagnostics = reported;
      const at = reported[0]?.range.start ?? range.start;
      action.command = { command: 'reins.fixAndVerify', title: action.title, arguments: [{ uri: document.uri, range: small ? range : new vscode.Range(at, at), problems: reported.map(({ message }) => message) }] };
      return [action];
    },
  };
}

export async function fixAndVerify(parts: VerifyParts, document: vscode.TextDocument, range: vscode.Range, problems: readonly string[]): Promise<Verified> {
  const { tests, settings } = parts;
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  if (!vscode.workspace.isTrusted) return refuse(vscode.l10n.t('This workspace is not trusted, so no tests are run in it.'));
  if (!folder || folder.uri.scheme !== 'file') return refuse(vscode.l10n.t('Verifying needs a file of a folder that is open on this machine.'));
  const readonly = await whyReadonly(document);
  if (readonly !== null) return refuse(readonly);
  const problem = tests.problem(folder);
  if (problem !== null) return refuse(problem);
  if (tests.text(folder) === '') return refuse(vscode.l10n.t('There is no test command for this workspace yet. It is the setting reins.tests.command, for example npm test.'), { label: vscode.l10n.t('Set Test Command'), run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'reins.tests.command') });
  const asked = await whatToAsk(parts, document, range, problems);
  if (typeof asked === 'string') return refuse(asked);
  // Refused before anything is asked of a model.
  await planCopy(folder.uri.fsPath, AbortSignal.timeout(LOOKED_OVER));
  const command = await tests.approved(folder, true);
  if (command === null) return 'refused';
  const verify: Verify = { command, milliseconds: tests.milliseconds, folder: folder.uri.fsPath, path: pathIn(folder, document.uri), text: document.getText(), unsaved: unsavedIn(folder, document), change: asked.change, candidates: settings.get('tests.candidates', folder) };
  const run = await askAndShow(parts, { ...asked.ask, verify });
  if (!run) return 'refused';
  const title = vscode.l10n.t('Fix and Verify: {0}', asked.ask.context?.label ?? '');
  await withRunProgress(parts.controller, run, title);
  if ((await run.ended) !== 'answered') return 'unanswered';
  const decision = run.view.decisions.findLast(({ policy }) => policy === 'tests');
  const chosen = decision?.action === 'choose-answer' ? candidateOf(verify, run.view.answer, false) : null;
  if (!decision || !chosen || 'none' in chosen || !(await parts.reviews.show(document.uri, title, verify.text, chosen.text))) {
    void vscode.window.showInformationMessage(decision ? retold(decision.reason) : vscode.l10n.t('The candidates could not be verified. Nothing was changed.'));
    return 'unverified';
  }
  parts.panel.say(retold(decision.reason));
  return 'proposed';
}

/** The question and where its answer goes, or why there is none. */
async function whatToAsk({ registry, settings }: VerifyParts, document: vscode.TextDocument, range: vscode.Range, problems: readonly string[]): Promise<{ readonly ask: Ask; readonly change: Verify['change'] } | string> {
  const { current, bundled } = registry;
  if (current === null) return vscode.l10n.t('There is no model to ask. Choose one first.');
  if (current.id === bundled?.id) {
    const fault = (await faultsOf(document, settings)).find((one) => touches(one, range));
    if (!fault) return vscode.l10n.t('{0} only repairs small integer functions that break an example in the comment above them. Choose a larger model for this.', current.name);
    return { ask: { question: questionOf({ skill: 'repair', name: fault.name }), context: { label: fault.name, languageId: document.languageId, code: fault.source } }, change: { kind: 'repair', exampleLine: fault.exampleLine } };
  }
  const target = await actionTarget(document, range);
  if (typeof target === 'string') return target;
  const { excerpt, label, first, last } = target;
  const question = actionQuestion({ kind: 'fix', languageId: document.languageId, excerpt, problems });
  return { ask: { question, context: { label, languageId: document.languageId, code: excerpt.code }, effort: settings.get('actions.effort').fix }, change: { kind: 'lines', first, last } };
}

/** What the person sees in other editors is what is tested. */
function unsavedIn(folder: vscode.WorkspaceFolder, document: vscode.TextDocument): Verify['unsaved'] {
  const inFolder = (other: vscode.TextDocument): boolean => other.isDirty && other !== document && other.uri.scheme === 'file' && vscode.workspace.getWorkspaceFolder(other.uri)?.uri.toString() === folder.uri.toString();
  return vscode.workspace.textDocuments.filter(inFolder).map((other) => ({ path: pathIn(folder, other.uri), text: other.getText() }));
}

function refuse(sentence: string, button?: { readonly label: string; readonly run: () => unknown }): 'refused' {
  void vscode.window.showInformationMessage(sentence, ...(button ? [button.label] : [])).then((picked) => {
    if (button && picked === button.label) button.run();
  });
  return 'refused';
}
