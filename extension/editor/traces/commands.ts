/** Looking back: open, export and delete traces. */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { RunEvent } from '../../trace/events.ts';
import type { RunSummary } from '../../trace/messages.ts';
import type { RunView } from '../../trace/view.ts';
import { registerCommands } from '../commands/register.ts';
import type { Log } from '../log.ts';
import type { TracePanel } from '../panel/view-provider.ts';
import type { RunController } from '../runs/controller.ts';
import type { ShownRun } from '../runs/shown-run.ts';
import { effortName } from '../status-bar.ts';
import { readTraceFile, type TraceLibrary } from './library.ts';

export interface TraceParts {
  readonly controller: RunController;
  readonly shown: ShownRun;
  readonly library: TraceLibrary;
  readonly panel: TracePanel;
  readonly log: Log;
}

export type ExportFormat = 'json' | 'markdown';

export function registerTraceCommands(parts: TraceParts): vscode.Disposable {
  return registerCommands(parts.log, {
    openTrace: () => openTrace(parts),
    exportTrace: () => exportTrace(parts),
    deleteAllTraces: () => deleteAllTraces(parts),
  });
}

type Choice = vscode.QuickPickItem & { readonly act?: () => Promise<void> };

async function openTrace({ library, shown, panel, controller }: TraceParts): Promise<void> {
  const show = async (events: readonly RunEvent[]): Promise<void> => {
    shown.showRecorded(events);
    await panel.reveal();
  };
  const recorded = (run: RunSummary): Choice => ({
    label: run.question,
    description: `${run.model} · ${effortName(run.effort)} · ${vscode.l10n.t('{0} thinking, {1} solution tokens', run.thinkingTokens, run.solutionTokens)}`,
    detail: new Date(run.time).toLocaleString(),
    act: async () => show(await library.read(run.run)),
  });
  const runs = await library.history();
  if (library.omitted !== null) void vscode.window.showWarningMessage(library.omitted);
  const choices: Choice[] = [
    {
      label: `$(eye) ${vscode.l10n.t('Trace Panel')}`,
      description: controller.live ? vscode.l10n.t('a run is going on') : '',
      act: async () => {
        shown.showLatest();
        await panel.reveal();
      },
    },
    { label: `$(folder-opened) ${vscode.l10n.t('Open a Trace File…')}`, act: async () => openFile(show) },
    { label: vscode.l10n.t('recorded runs'), kind: vscode.QuickPickItemKind.Separator },
    ...runs.map(recorded),
  ];
  const picked = await vscode.window.showQuickPick(choices, { title: vscode.l10n.t('Open Trace'), matchOnDescription: true });
  await picked?.act?.();
}

async function openFile(show: (events: readonly RunEvent[]) => Promise<void>): Promise<void> {
  const [file] = (await vscode.window.showOpenDialog({ canSelectMany: false, filters: { [vscode.l10n.t('Traces')]: ['jsonl', 'json'] } })) ?? [];
  if (file) await show(await readTraceFile(file.fsPath));
}

async function exportTrace({ shown, library, controller, log }: TraceParts): Promise<void> {
  const { view } = shown;
  if (!view) throw new ReasoningError('bad-request', vscode.l10n.t('There is no run to export.'));
  const events = shown.events ?? controller.recent(view.run)?.events ?? (await library.read(view.run));
  const formats = [
    { label: 'JSON', detail: vscode.l10n.t('Every event, for programs'), format: 'json' as const },
    { label: 'Markdown', detail: vscode.l10n.t('The run to read: question, thoughts, decisions, answer'), format: 'markdown' as const },
  ];
  const picked = await vscode.window.showQuickPick(formats, { title: vscode.l10n.t('Export Trace'), placeHolder: vscode.l10n.t('The file holds your question and code') });
  if (!picked) return;
  const extension = picked.format === 'json' ? 'json' : 'md';
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `reins-${(view.started?.time ?? 'run').slice(0, 19).replaceAll(':', '-')}.${extension}`;
  const target = await vscode.window.showSaveDialog({ ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}), filters: { [picked.label]: [extension] } });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(await exported(view, events, picked.format), 'utf8'));
  log.info(`trace exported as ${picked.label}`);
  const open = vscode.l10n.t('Open');
  void vscode.window.showInformationMessage(vscode.l10n.t('The trace is in {0}.', join(basename(dirname(target.fsPath)), basename(target.fsPath))), open).then((choice) => {
    if (choice === open) void vscode.commands.executeCommand('vscode.open', target);
  });
}

export async function exported(view: RunView, events: readonly RunEvent[], format: ExportFormat): Promise<string> {
  if (format === 'json') return (await import('../../trace/export/json.ts')).exportJson(events, view);
  return (await import('../../trace/export/markdown.ts')).exportMarkdown(view);
}

async function deleteAllTraces({ library, panel, controller }: TraceParts): Promise<void> {
  const { length } = await library.history();
  if (length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There are no traces.'));
    return;
  }
  const remove = vscode.l10n.t('Delete {0} Traces', length);
  const detail = vscode.l10n.t('Thoughts, answers and the code you asked about are deleted from this machine. This cannot be undone.');
  const picked = await vscode.window.showWarningMessage(length === 1 ? vscode.l10n.t('Delete the one recorded trace?') : vscode.l10n.t('Delete all {0} recorded traces?', length), { modal: true, detail }, remove);
  if (picked !== remove) return;
  const deleted = await library.deleteAll();
  controller.forget();
  panel.say(vscode.l10n.t('{0} traces deleted', deleted));
}
