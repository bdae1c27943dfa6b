/** Carries out an action on code: asks the chosen model, then shows what it proposes. Nothing is changed here. */
import * as vscode from 'vscode';
import { actions, type ActionKind } from '../../assist/actions/kinds.ts';
import { actionQuestion, fencedCode, indentedLike } from '../../assist/actions/request.ts';
import { splitLines } from '../../assist/review/line-diff.ts';
import type { Effort } from '../../trace/events.ts';
import { askAndShow, type AskParts } from '../commands/ask.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { Reviews } from '../review/reviews.ts';
import { whyReadonly } from '../review/target.ts';
import type { Settings } from '../settings.ts';
import { actionName } from './names.ts';
import { withRunProgress } from './progress.ts';
import { actionTarget, type ActionTarget } from './target.ts';

export interface ActParts extends AskParts {
  readonly registry: ModelRegistry;
  readonly reviews: Reviews;
  readonly settings: Settings;
}

export interface Act {
  readonly kind: ActionKind;
  /** Absent: as the settings say for this kind. */
  readonly effort?: Effort | undefined;
  readonly remark?: string | undefined;
  /** What the editor complains about there. */
  readonly problems?: readonly string[] | undefined;
}

/** What came of it, for tests and for whoever started it. */
export type Acted = 'refused' | 'unanswered' | 'no-code' | 'same' | 'proposed' | 'opened' | 'shown';

export async function act(parts: ActParts, document: vscode.TextDocument, range: vscode.Range, { kind, effort, remark, problems }: Act): Promise<Acted> {
  const target = await actionTarget(document, range);
  const why = typeof target === 'string' ? target : (beyondBundled(parts.registry) ?? (actions[kind].result === 'edit' ? await whyReadonly(document) : null));
  if (typeof target === 'string' || why !== null) {
    tellWhy(why ?? '', parts.registry);
    return 'refused';
  }
  const { excerpt, label } = target;
  const question = actionQuestion({ kind, languageId: document.languageId, excerpt, remark, problems: problems ?? [] });
  const asked = { general: true, question, context: { label, languageId: document.languageId, code: excerpt.code }, effort: effort ?? parts.settings.get('actions.effort')[kind] } as const;
  const run = await askAndShow(parts, asked);
  if (!run) return 'refused';
  const title = `${actionName(kind)}: ${label}`;
  await withRunProgress(parts.controller, run, title);
  const { view } = await run.settled();
  if (view.outcome !== 'answered') return 'unanswered';
  return present(parts, target, kind, { title, answer: view.answer });
}

interface Answered {
  readonly title: string;
  readonly answer: string;
}

async function present({ reviews }: ActParts, target: ActionTarget, kind: ActionKind, { title, answer }: Answered): Promise<Acted> {
  const { result } = actions[kind];
  if (result === 'words') return 'shown';
  const code = fencedCode(answer);
  if (code === null) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The answer has no block of code, so there is nothing to put into a file. It is in the panel.'));
    return 'no-code';
  }
  if (result === 'file') {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: target.document.languageId, content: `${code}\n` }), { viewColumn: vscode.ViewColumn.Beside });
    return 'opened';
  }
  const lines = splitLines(target.base);
  const proposed = [...lines.slice(0, target.first), ...indentedLike(code, target.excerpt.code).split('\n'), ...lines.slice(target.last + 1)].join('\n');
  if (await reviews.show(target.document.uri, title, target.base, proposed)) return 'proposed';
  void vscode.window.showInformationMessage(vscode.l10n.t('The model would leave these lines as they are.'));
  return 'same';
}

/** The sentence for a model that knows nothing but the small world. */
function beyondBundled({ current, onlyBundled }: ModelRegistry): string | null {
  if (current === null || !onlyBundled) return null;
  return vscode.l10n.t('{0} only completes, repairs and predicts small integer functions. Choose a larger model for this.', current.name);
}

function tellWhy(sentence: string, { onlyBundled }: ModelRegistry): void {
  const choose = vscode.l10n.t('Choose Model');
  void vscode.window.showInformationMessage(sentence, ...(onlyBundled ? [choose] : [])).then((picked) => {
    if (picked === choose) void vscode.commands.executeCommand('reins.chooseModel');
  });
}
