/** What may be pressed for the run shown, and why not. Buttons, context keys and commands all ask here. */
import * as vscode from 'vscode';
import type { ModelCard } from '../../reasoning/port.ts';
import type { ControlState, PanelState } from '../../trace/messages.ts';
import { cutOffIn, endedByForce, thoughtsText, type RunView } from '../../trace/view.ts';
import { retold } from '../retold.ts';

export interface ControlInputs {
  readonly view: RunView | null;
  readonly live: boolean;
  /** Whether there is a model to ask. */
  readonly hasModel: boolean;
  /** The card of the model the shown run is on, when it is known. */
  readonly card: ModelCard | undefined;
  /** The card of the model that the next question goes to, when it is known. */
  readonly chosen: ModelCard | undefined;
}

const yes: ControlState = { enabled: true };
const no = (reason: string): ControlState => ({ enabled: false, reason: retold(reason) });

export function controlsOf(inputs: ControlInputs): PanelState['controls'] {
  return {
    ask: inputs.hasModel ? yes : no(vscode.l10n.t('Choose a model first.')),
    stop: inputs.live ? yes : nothingRuns(),
    answerNow: answerNow(inputs),
    keepThinking: keepThinking(inputs),
    steer: steer(inputs),
    continueAnswer: continueAnswer(inputs),
    resume: resume(inputs),
    goOn: goOn(inputs),
    insert: insert(inputs),
    followUp: followUp(inputs),
  };
}

function nothingRuns(): ControlState {
  return no(vscode.l10n.t('Nothing is running.'));
}

/** Of several samples the one that is watched is over, and others are still drawn. */
function watchedIsOver({ samples }: RunView): boolean {
  return samples.some(({ index }) => index === 0);
}

function others(): ControlState {
  return no(vscode.l10n.t('The sample you watched is over; the others are drawn without being steered.'));
}

function answerNow({ view, live, card }: ControlInputs): ControlState {
  if (!live || !view) return nothingRuns();
  if (card?.capabilities.endThinking === 'unavailable') return no(vscode.l10n.t('This model gives no way to end its thinking early.'));
  // The other samples need not be waited for.
  if (view.phase === 'thinking' || watchedIsOver(view)) return yes;
  return no(view.phase === 'idle' ? vscode.l10n.t('The run has not begun to think yet.') : vscode.l10n.t('The model is already answering.'));
}

function keepThinking({ view, live, card }: ControlInputs): ControlState {
  if (!view?.started) return nothingRuns();
  if (card?.thinking === null) return no(vscode.l10n.t('This model does not think before it answers.'));
  if (live && watchedIsOver(view)) return others();
  if (live && view.phase === 'thinking') return yes;
  if (live && view.phase === 'idle') return no(vscode.l10n.t('The run has not begun to think yet.'));
  if (!live && view.tools.length > 0) return no(usedTools());
  const able = live ? card?.capabilities.rewind : card?.capabilities.append;
  return able?.available === false ? no(able.reason) : yes;
}

function steer({ view, live, card }: ControlInputs): ControlState {
  if (!live || !view) return nothingRuns();
  if (watchedIsOver(view)) return others();
  const able = card?.capabilities.append;
  if (able?.available === false) return no(able.reason);
  return view.phase === 'idle' ? no(vscode.l10n.t('The run has not begun to think yet.')) : yes;
}

function continueAnswer({ view, live, card }: ControlInputs): ControlState {
  if (!view || view.outcome === null) return no(live ? vscode.l10n.t('The run is still going on.') : vscode.l10n.t('There is no answer yet.'));
  if (!view.truncated) return no(view.answer === '' ? vscode.l10n.t('There is no answer to go on from.') : vscode.l10n.t('The answer is complete.'));
  if (view.tools.length > 0) return no(usedTools());
  const able = card?.capabilities.append;
  return able?.available === false ? no(able.reason) : yes;
}

/** A run that failed or was cut off: from its trace, on the model it was on. */
function resume({ view, live, card }: ControlInputs): ControlState {
  if (!view?.started) return no(vscode.l10n.t('There is no run to go on from.'));
  if (live) return no(vscode.l10n.t('The run is still going on.'));
  if (cutOffIn(view) === null) return no(vscode.l10n.t('The run came to its end, so there is nothing to resume.'));
  const begun = thoughtsText(view) !== '' || view.answer !== '';
  const able = card?.capabilities.append;
  return begun && able?.available === false ? no(able.reason) : yes;
}

/** What if it had gone on: only of a run that is over, on a model that can be put back to where it stood. */
function goOn({ view, live, card }: ControlInputs): ControlState {
  if (!view?.started) return no(vscode.l10n.t('There is no run to go on from.'));
  if (live) return no(vscode.l10n.t('The run is still going on.'));
  if (!view.decisions.some(endedByForce)) return no(vscode.l10n.t('Nothing cut its thinking short, so there is nothing to ask.'));
  if (card?.thinking === null) return no(vscode.l10n.t('This model does not think before it answers.'));
  if (view.tools.length > 0) return no(usedTools());
  const able = card?.capabilities.append;
  return able?.available === false ? no(able.reason) : yes;
}

/** A run that goes on gets the question and the thoughts, not what tools found on the way. */
function usedTools(): string {
  return vscode.l10n.t('This run used tools, and what they found would be missing. Ask a follow-up question instead.');
}

function insert({ view, live }: ControlInputs): ControlState {
  if (!view || view.answer.trim() === '') return no(vscode.l10n.t('There is no answer yet.'));
  return live ? no(vscode.l10n.t('The answer is still being written.')) : yes;
}

/** A follow-up goes to the model that is chosen now, with what was asked and answered so far. */
function followUp({ view, live, chosen }: ControlInputs): ControlState {
  if (live) return no(vscode.l10n.t('The run is still going on.'));
  if (!view || view.answer.trim() === '') return no(vscode.l10n.t('There is no answer to follow up on.'));
  const able = chosen?.capabilities.conversation;
  return able?.available === false ? no(able.reason) : yes;
}
