/** Where the extension begins: build the services, then register one feature after the other. */
import type * as vscode from 'vscode';
import { createApi, type ReinsApi } from './editor/api.ts';
import { registerLastRunTool } from './editor/chat/last-run-tool.ts';
import { registerParticipant } from './editor/chat/participant.ts';
import { registerChatProvider } from './editor/chat/provider.ts';
import { registerActions } from './editor/actions/register.ts';
import { registerVerifiedFixes } from './editor/actions/verify.ts';
import { registerAddContext } from './editor/context/command.ts';
import { registerAnswerCommands } from './editor/commands/answer.ts';
import { registerAskCommands } from './editor/commands/ask.ts';
import { registerCompareCommands } from './editor/commands/compare.ts';
import { registerEffortCommands } from './editor/commands/effort.ts';
import { registerHelpCommands } from './editor/commands/help.ts';
import { registerSampleCommand } from './editor/commands/sample.ts';
import { registerSteeringCommands } from './editor/commands/steering.ts';
import { registerThinkingCompletion } from './editor/completion/command.ts';
import { registerInlineCompletion } from './editor/completion/provider.ts';
import { lazyGeneral, lazySuggester } from './editor/completion/lazy.ts';
import { RecentEdits } from './editor/completion/recent-edits.ts';
import { registerSnooze, Snooze } from './editor/completion/snooze.ts';
import { OfferedCompletion } from './editor/completion/offer.ts';
import { watchExamples } from './editor/examples/diagnostics.ts';
import { registerExampleFixes } from './editor/examples/quick-fix.ts';
import { followRun } from './editor/context-keys-of-run.ts';
import { registerCalibrateCommand } from './editor/calibration/command.ts';
import { registerModelCommands } from './editor/models/choose.ts';
import { registerConnectCommand } from './editor/models/connect.ts';
import { hintAtLimits } from './editor/models/limits-hint.ts';
import { registerServerReport } from './editor/models/server-report.ts';
import { registerTokenizerCommand } from './editor/models/tokenizer.ts';
import { createPanel } from './editor/panel/register.ts';
import { shownControls } from './editor/panel/state.ts';
import { tellFailures } from './editor/runs/failures.ts';
import { registerReviewCommands } from './editor/review/commands.ts';
import { Reviews } from './editor/review/reviews.ts';
import { buildServices } from './editor/services.ts';
import { showStatusBar } from './editor/status-bar.ts';
import { registerTraceCommands } from './editor/traces/commands.ts';

export function activate(context: vscode.ExtensionContext): ReinsApi {
  const begun = performance.now();
  const services = buildServices(context);
  const { controller, shown, effort, settings, library, registry, keys, records, engine, service, host, log } = services;
  const panel = createPanel(services);
  const contextKeys = followRun(services);
  const suggester = lazySuggester(services);
  const edits = new RecentEdits();
  const general = lazyGeneral(services, edits);
  const snooze = new Snooze();
  const inline = { suggester: () => suggester.get(), general: () => general.get(), offered: new OfferedCompletion(), snooze, pause: suggester.pause, registry, settings };
  const reviews = new Reviews();
  const models = { registry, settings, keys, records, engine, service, forgetConnections: () => host.forgetConnections(), log };

  context.subscriptions.push(
    registerAskCommands({ controller, panel, log }),
    registerEffortCommands(effort, log),
    registerSteeringCommands({ controller, shown, settings, log, controls: () => shownControls(services) }),
    registerAnswerCommands({ controller, shown, panel, reviews, log }),
    registerAddContext({ pieces: services.pieces, panel, log }),
    registerCompareCommands({ controller, shown, library, panel, log, controls: () => shownControls(services) }),
    registerModelCommands(models),
    registerCalibrateCommand({ ...services, unrecorded: () => host.unrecorded() }),
    registerConnectCommand(models),
    registerServerReport(models),
    registerTokenizerCommand(models),
    registerTraceCommands({ controller, shown, library, panel, log }),
    registerHelpCommands(log, () => contextKeys.current),
    registerSampleCommand(context, log),
    registerChatProvider(services),
    registerParticipant({ controller, panel }),
    registerLastRunTool(shown),
    registerThinkingCompletion({ controller, panel, log, registry, offered: inline.offered }),
    registerInlineCompletion(inline),
    registerSnooze(snooze, log),
    watchExamples(settings),
    registerExampleFixes({ controller, panel, log, settings, reviews }),
    registerActions({ controller, panel, log, registry, reviews, settings }),
    registerVerifiedFixes({ controller, panel, log, registry, reviews, settings, tests: services.tests }),
    registerReviewCommands(reviews, log),
    reviews,
    showStatusBar(services),
    tellFailures(services, panel),
    hintAtLimits(controller, registry),
    suggester,
    general,
    edits,
    snooze,
    services, // Last in, first out: what the features stand on goes last.
  );
  return createApi({ services, panel, begun, contextKeys: () => contextKeys.current, inline });
}
