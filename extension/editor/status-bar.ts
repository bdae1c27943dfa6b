/** The one status bar item: model and effort, and the budget filling while a run goes on. */
import * as vscode from 'vscode';
import type { RunView } from '../trace/view.ts';
import type { Costs } from './costs.ts';
import { calibrationLabel, type CalibrationStore } from './calibration/store.ts';
import type { EffortControl } from './effort.ts';
import { whereIs, type ModelRegistry } from './models/registry.ts';
import type { RunController } from './runs/controller.ts';
import type { Settings } from './settings.ts';

/** Milliseconds between two drawings during a run: figures that change faster cannot be read. */
const REDRAW = 150;

export interface StatusBarParts {
  readonly registry: ModelRegistry;
  readonly effort: EffortControl;
  readonly calibrations: CalibrationStore;
  readonly settings: Settings;
  readonly controller: RunController;
  readonly costs: Costs;
}

export function showStatusBar(parts: StatusBarParts): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('reins.status', vscode.StatusBarAlignment.Right, 100);
  item.name = vscode.l10n.t('Reins');
  item.command = 'reins.showMenu';
  let timer: ReturnType<typeof setTimeout> | null = null;

  const draw = (): void => {
    timer = null;
    const view = (parts.controller.live ?? parts.controller.latest)?.view ?? null;
    const live = parts.controller.live !== null;
    item.text = live && view ? liveText(view) : idleText(parts);
    item.tooltip = tooltip(parts, live ? view : null);
    const failed = !live && view?.outcome === 'failed';
    item.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    item.accessibilityInformation = { label: `Reins: ${plain(item.text)}`, role: 'button' };
  };
  const drawSoon = (): void => {
    timer ??= setTimeout(draw, REDRAW);
  };

  draw();
  item.show();
  return vscode.Disposable.from(
    item,
    parts.registry.onDidChange(draw),
    parts.effort.onDidChange(draw),
    parts.calibrations.onDidChange(draw),
    parts.settings.onDidChange(['offline'], draw),
    parts.controller.onTurn(draw),
    parts.controller.onEvents(drawSoon),
    new vscode.Disposable(() => timer && clearTimeout(timer)),
  );
}

function idleText({ registry, effort }: StatusBarParts): string {
  const name = registry.currentName;
  return name !== null ? `$(lightbulb) ${name} · ${effortName(effort.asked)}` : `$(lightbulb) ${vscode.l10n.t('Reins: no model')}`;
}

function liveText(view: RunView): string {
  if (view.queue > 0) return `$(watch) ${vscode.l10n.t('waiting, {0} before it', view.queue)}`;
  if (!view.started) return `$(sync~spin) ${vscode.l10n.t('loading')}`;
  if (view.held) return `$(debug-pause) ${vscode.l10n.t('held at {0}', view.usage.thinking)}`;
  const solving = view.phase === 'solving';
  const used = solving ? view.usage.solution : view.usage.thinking + view.usage.probes;
  const budget = solving ? view.budgets.solution : view.budgets.thinking;
  return `$(sync~spin) ${solving ? vscode.l10n.t('answering') : vscode.l10n.t('thinking')} ${used}/${budget}`;
}

function tooltip({ registry, effort, settings, calibrations, costs }: StatusBarParts, view: RunView | null): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  const model = registry.current;
  if (!model) return text.appendText(vscode.l10n.t('No model is chosen.'));
  const line = (label: string, value: string): void => {
    text.appendMarkdown(`**${label}**: `).appendText(value).appendMarkdown('  \n');
  };
  line(vscode.l10n.t('Model'), registry.automatic ? vscode.l10n.t('chosen for each question') : `${model.name} (${whereIs(model, registry.bundled)})`);
  if (model.kind === 'local') line(vscode.l10n.t('Calibration'), calibrationLabel(calibrations.current));
  line(vscode.l10n.t('Effort'), effortName(effort.asked));
  const budgets = view?.started ? view.budgets : effort.budgets();
  if (budgets.solution > 0) line(vscode.l10n.t('Budgets'), vscode.l10n.t('{0} thinking, {1} solution tokens', budgets.thinking, budgets.solution));
  if (view?.started) line(vscode.l10n.t('Used'), vscode.l10n.t('{0} thinking, {1} probe, {2} solution tokens', view.usage.thinking, view.usage.probes, view.usage.solution));
  const session = costs.sessionText;
  if (session !== null) line(vscode.l10n.t('This session has cost'), session);
  const hosts = hostsAsked(registry);
  if (hosts.length > 0) line(registry.automatic ? vscode.l10n.t('May leave this machine for') : vscode.l10n.t('Leaves this machine for'), settings.get('offline') ? vscode.l10n.t('nowhere: Reins is set offline') : hosts.join(', '));
  return text;
}

/** Where the next question may be sent. */
function hostsAsked(registry: ModelRegistry): string[] {
  const asked = registry.automatic ? registry.routable() : registry.current ? [registry.current] : [];
  return [...new Set(asked.flatMap((model) => (model.kind === 'remote' ? [new URL(model.baseUrl).host] : model.kind === 'provided' ? [vscode.l10n.t('wherever the extension {0} sends it', model.vendor)] : [])))];
}

export function effortName(effort: 'low' | 'medium' | 'high' | 'auto'): string {
  switch (effort) {
    case 'auto':
      return vscode.l10n.t('auto');
    case 'low':
      return vscode.l10n.t('low');
    case 'medium':
      return vscode.l10n.t('medium');
    case 'high':
      return vscode.l10n.t('high');
  }
}

function plain(text: string): string {
  return text.replaceAll(/\$\([^)]*\)\s*/g, '');
}
