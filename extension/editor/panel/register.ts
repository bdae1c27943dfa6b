/** The trace panel: the view, what its messages do, and everything that makes it draw again. */
import * as vscode from 'vscode';
import { askAndShow } from '../commands/ask.ts';
import { subjectOf } from '../runs/question.ts';
import { relatedRuns } from '../runs/related.ts';
import { tellVerdicts } from '../runs/tell-verdict.ts';
import type { Services } from '../services.ts';
import { viewerHandlers } from './handlers.ts';
import { panelState } from './state.ts';
import { TracePanel, VIEW_ID } from './view-provider.ts';

export function createPanel(services: Services): TracePanel & vscode.Disposable {
  const { context, controller, shown, library, effort, registry, selection, settings, tools, pieces, log } = services;
  const handle = viewerHandlers({
    controller,
    shown,
    library,
    effort,
    tools,
    pieces,
    log,
    ask: async (ask, useSelection) => {
      const editor = useSelection ? vscode.window.activeTextEditor : undefined;
      const attached = pieces.contexts;
      const run = await askAndShow({ controller, panel, log }, { ...ask, attached }, editor ? subjectOf(editor) : null);
      // What went along is used up; a question that was not asked keeps it.
      if (run) pieces.clear(attached);
    },
  });
  const panel = new TracePanel({
    extensionUri: context.extensionUri,
    controller,
    shown,
    library,
    log,
    handle,
    state: () => panelState(services),
    related: (view, events) => relatedRuns(services, { view, events }),
    onVisible: () => void learnModel(services),
  });
  const refresh = (): void => panel.refresh();
  let drawn = '';
  context.subscriptions.push(
    panel,
    vscode.window.registerWebviewViewProvider(VIEW_ID, panel),
    tellVerdicts(services, panel),
    registry.onDidChange(refresh),
    effort.onDidChange(refresh),
    selection.onDidChange(refresh),
    tools.onDidChange(refresh),
    pieces.onDidChange(refresh),
    shown.onDidChange(refresh),
    settings.onDidChange(['keepThinkingStep', 'offline', 'prices', 'currency', 'samples'], refresh),
    controller.onTurn((run) => {
      if (!run.live) library.refresh();
      refresh();
    }),
    controller.onEvents(() => {
      // Controls change with the phase, not with every token.
      const now = controller.current.map(({ run, view }) => `${run} ${view.phase} ${view.held} ${view.started !== null} ${view.truncated} ${view.samples.length}`).join();
      if (now !== drawn) refresh();
      drawn = now;
    }),
  );
  return panel;
}

/** The first time a model is looked at, load it once so that the panel can show its budgets; after that its card is remembered. */
async function learnModel({ registry, service, log }: Services): Promise<void> {
  const model = registry.current;
  if (!model || model.kind !== 'local' || registry.knownCard(model)) return;
  try {
    await registry.describe(model, await service(), new AbortController().signal);
  } catch (error) {
    log.error(`looking at ${model.name}`, error);
  }
}
