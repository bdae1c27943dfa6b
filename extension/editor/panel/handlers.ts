/** What each message of the viewer does: one handler a message, complete by type. */
import * as vscode from 'vscode';
import type { FromViewer } from '../../trace/messages.ts';
import type { Asked } from '../commands/ask.ts';
import { showFailure } from '../commands/register.ts';
import type { ContextPieces } from '../context/pieces.ts';
import type { EffortControl } from '../effort.ts';
import type { Log } from '../log.ts';
import type { RunController } from '../runs/controller.ts';
import type { ShownRun } from '../runs/shown-run.ts';
import { conversationOf } from '../../trace/view.ts';
import type { ToolControl } from '../tools/control.ts';
import type { TraceLibrary } from '../traces/library.ts';

type Handlers = { readonly [T in FromViewer['type']]: (message: Extract<FromViewer, { type: T }>) => unknown };

export interface HandlerParts {
  readonly controller: RunController;
  readonly shown: ShownRun;
  readonly library: TraceLibrary;
  readonly effort: EffortControl;
  readonly tools: ToolControl;
  readonly pieces: ContextPieces;
  readonly log: Log;
  /** With two efforts the question is asked twice. */
  readonly ask: (ask: Asked, useSelection: boolean) => Promise<void>;
}

export function viewerHandlers(parts: HandlerParts): (message: FromViewer) => Promise<void> {
  const { controller, shown, library, effort, tools, pieces, log } = parts;
  /** A message about a run that is not shown any more came too late. */
  const onShown = (run: string, act: () => unknown): unknown => (shown.view?.run === run ? act() : undefined);

  const isCurrent = (run: string): boolean => controller.current.some((each) => each.run === run);

  const handlers: Handlers = {
    ready: () => undefined,
    // A follow-up on a run that is not shown any more would go along with another conversation than the person sees.
    ask: ({ question, useSelection, followUp }) => (followUp === undefined ? parts.ask({ question }, useSelection) : onShown(followUp, () => parts.ask({ question, history: shown.view ? conversationOf(shown.view) : undefined }, useSelection))),
    askAtTwoEfforts: ({ question, useSelection, efforts }) => parts.ask({ question, efforts }, useSelection),
    stop: ({ run }) => controller.steer(run, { kind: 'stop' }),
    answerNow: ({ run }) => controller.steer(run, { kind: 'answer-now' }),
    keepThinking: ({ run, tokens }) => onShown(run, () => shown.view && controller.keepThinking(shown.view, tokens)),
    steer: ({ run, text }) => controller.steer(run, { kind: 'steer', text }),
    release: ({ run }) => controller.steer(run, { kind: 'release' }),
    continueAnswer: ({ run }) => onShown(run, () => shown.view && controller.continueAnswer(shown.view)),
    resume: ({ run }) => onShown(run, () => shown.view && controller.resume(shown.view)),
    goOn: ({ run, decision }) => onShown(run, async () => shown.view && (await controller.goOn(shown.view, shown.events ?? (await library.read(run)), decision))),
    setEffort: ({ effort: value }) => effort.setEffort(value),
    setBudgets: ({ thinking, solution }) => effort.setBudgets(thinking, solution),
    setTools: ({ on }) => tools.setOn(on),
    addContext: () => vscode.commands.executeCommand('reins.addContext'),
    removeContext: ({ id }) => pieces.remove(id),
    copy: ({ run, code }) => onShown(run, () => vscode.commands.executeCommand('reins.copyAnswer', code)),
    insert: ({ run, code }) => onShown(run, () => vscode.commands.executeCommand('reins.insertAnswer', code)),
    apply: ({ run, code }) => onShown(run, () => vscode.commands.executeCommand('reins.applyAnswer', code)),
    openRun: async ({ run }) => {
      if (run === null || (controller.current.length === 1 && run === controller.latest?.run)) shown.showLatest();
      else if (isCurrent(run)) shown.showCurrent(run);
      else shown.showRecorded(await library.read(run));
    },
    compare: async ({ run }) => (run === null ? shown.closeComparison() : shown.compareWith(run, isCurrent(run) ? [] : await library.read(run))),
    deleteRun: async ({ run }) => {
      await library.delete(run);
      controller.forget(run);
      if (shown.other?.run === run && !isCurrent(run)) shown.closeComparison();
      if (!isCurrent(run)) onShown(run, () => shown.showLatest());
    },
    command: ({ command }) => vscode.commands.executeCommand(`reins.${command}`),
  };

  return async (message) => {
    try {
      await (handlers[message.type] as (message: FromViewer) => unknown)(message);
    } catch (error) {
      showFailure(log, message.type, error);
    }
  };
}
