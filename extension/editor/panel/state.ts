/** Everything the panel shows around the run: model, effort, budgets, selection and what may be pressed. */
import * as vscode from 'vscode';
import type { Lane, PanelState } from '../../trace/messages.ts';
import type { RunView } from '../../trace/view.ts';
import type { ContextPieces } from '../context/pieces.ts';
import type { Costs } from '../costs.ts';
import type { EffortControl } from '../effort.ts';
import { figure } from '../figure.ts';
import { whereIs, type ModelRegistry } from '../models/registry.ts';
import type { RunController } from '../runs/controller.ts';
import { controlsOf } from '../runs/controls.ts';
import type { SelectionTracker } from '../runs/selection-tracker.ts';
import type { ShownRun } from '../runs/shown-run.ts';
import { checkOf } from '../runs/verdict.ts';
import type { Settings } from '../settings.ts';
import type { ToolControl } from '../tools/control.ts';

export interface PanelStateParts {
  readonly registry: ModelRegistry;
  readonly effort: EffortControl;
  readonly settings: Settings;
  readonly controller: RunController;
  readonly shown: ShownRun;
  readonly selection: SelectionTracker;
  readonly pieces: ContextPieces;
  readonly costs: Costs;
  readonly tools: ToolControl;
}

export function panelState(parts: PanelStateParts): PanelState {
  const { registry, effort, settings, controller, selection } = parts;
  const model = registry.current;
  return {
    model: model && { name: registry.currentName ?? model.name, detail: modelDetail(registry) },
    effort: { value: effort.asked, note: [effort.note(), forecast(parts)].filter((text) => text !== '').join(' ') },
    budgets: effort.budgets(),
    tools: parts.tools.state,
    selection: selection.selected,
    attached: parts.pieces.shown,
    liveRuns: controller.current.filter(({ live }) => live).map(({ run }) => run),
    lanes: lanes(parts),
    check: parts.shown.view && checkOf(parts.shown.view),
    controls: shownControls(parts),
    cost: parts.costs.of(parts.shown.view),
    keepThinkingStep: settings.get('keepThinkingStep'),
  };
}

/** Tokens of the instructions and the template around a question, about. */
const AROUND = 64;

/** What the next question may cost and take. The words still to be typed are few beside the code. */
function forecast({ registry, effort, settings, selection, pieces, costs, tools }: PanelStateParts): string {
  const { thinking, solution } = effort.budgets();
  if (solution === 0) return '';
  return costs.forecast(registry.current, { prompt: AROUND + (selection.selected?.tokens ?? 0) + pieces.shown.reduce((sum, { tokens }) => sum + tokens, 0), budgets: { thinking, solution }, samples: tools.state.on ? 1 : settings.get('samples') }, tools.state.on);
}

export function shownControls({ registry, shown }: Pick<PanelStateParts, 'registry' | 'shown'>): PanelState['controls'] {
  const { view } = shown;
  const chosen = registry.current;
  const ref = view?.started ? registry.find(view.started.model.id) : chosen;
  return controlsOf({ view, live: shown.isLive, hasModel: chosen !== null, card: ref ? registry.knownCard(ref) : undefined, chosen: chosen ? registry.knownCard(chosen) : undefined });
}

/** The two runs shown side by side. */
function lanes({ shown, registry, controller }: PanelStateParts): PanelState['lanes'] {
  const { view, other } = shown;
  if (!view || !other) return [];
  const lane = (of: RunView, live: boolean): Lane => {
    const ref = of.started ? registry.find(of.started.model.id) : registry.current;
    const { stop, answerNow } = controlsOf({ view: of, live, hasModel: true, card: ref ? registry.knownCard(ref) : undefined, chosen: undefined });
    return { run: of.run, effort: of.started?.effort ?? controller.recent(of.run)?.request.effort ?? null, check: checkOf(of), stop, answerNow };
  };
  return [lane(view, shown.isLive), lane(other, shown.isOtherLive)];
}

/** Where the model is and how much it can hold. */
function modelDetail(registry: ModelRegistry): string {
  const model = registry.current;
  if (!model) return '';
  if (registry.automatic) return vscode.l10n.t('chosen for each question, of {0} models', registry.routable().length);
  const card = registry.knownCard(model);
  const where = whereIs(model, registry.bundled);
  return card ? vscode.l10n.t('{0}, {1} tokens', where, figure(card.contextLength)) : where;
}
