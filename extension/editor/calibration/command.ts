/** Calibrate Model…: asks how much, shows how far it is, can be stopped, and says what came of it. */
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import { specWords } from '../../reasoning/exits/spec.ts';
import type { Calibrated } from '../../evaluation/calibration/calibrate.ts';
import { registerCommands } from '../commands/register.ts';
import type { Log } from '../log.ts';
import { calibrateModel, TASKS, type CalibrationParts } from './run.ts';

export interface CalibrateCommandParts extends CalibrationParts {
  readonly log: Log;
}

export function registerCalibrateCommand(parts: CalibrateCommandParts): vscode.Disposable {
  return registerCommands(parts.log, { calibrateModel: () => ask(parts) });
}

async function ask(parts: CalibrateCommandParts): Promise<void> {
  const model = parts.registry.current;
  if (!model) throw new ReasoningError('model-missing', vscode.l10n.t('There is no model to calibrate. Choose one first.'));
  const tasks = model.kind !== 'local' ? TASKS : await howMany(model.name);
  if (tasks === undefined) return;
  const found = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Calibrating {0}', model.name), cancellable: true }, (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    let shown = 0;
    return calibrateModel(parts, model, tasks, (message, done, total) => {
      progress.report({ message, increment: ((done - shown) / total) * 100 });
      shown = done;
    }, stop.signal);
  });
  const report = vscode.l10n.t('Show Report');
  void vscode.window.showInformationMessage(calibratedWords(model.name, found), report).then(async (picked) => {
    if (picked === report) await showReport(model.name, found);
  });
}

async function howMany(name: string): Promise<number | undefined> {
  const items = [
    { label: vscode.l10n.t('{0} tasks', TASKS), description: vscode.l10n.t('enough for chances that mean something'), tasks: TASKS },
    { label: vscode.l10n.t('{0} tasks', 2 * TASKS), description: vscode.l10n.t('better thresholds, twice the time'), tasks: 2 * TASKS },
  ];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Calibrate {0}', name), placeHolder: vscode.l10n.t('The model solves tasks of the built-in world on this machine. You can go on working; ask something and it goes first.') }))?.tasks;
}

/** What came of it, in one sentence each. */
export function calibratedWords(name: string, { calibration, presets }: Calibrated): string {
  const maps = Object.keys(calibration.maps).length;
  const preset = (setting: 'cautious' | 'eager'): string => {
    const chosen = presets[setting];
    return chosen ? vscode.l10n.t('{0} now stops when {1}.', setting, specWords(chosen.spec)) : vscode.l10n.t('{0} stays with trial answers: no threshold saves enough without losing too much.', setting);
  };
  const signals = maps === 0 ? vscode.l10n.t('No signal tells more than the share of right answers, so signals stay raw.') : vscode.l10n.t('{0} signals now come with the chance of a right answer.', maps);
  return [vscode.l10n.t('{0} is calibrated on {1} tasks of the built-in world.', name, calibration.tasks ?? 0), signals, preset('cautious'), preset('eager')].join(' ');
}

async function showReport(name: string, found: Calibrated): Promise<void> {
  const { calibrationReport } = await import('../../evaluation/calibration/report.ts');
  const text = calibrationReport(found);
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: `# ${vscode.l10n.t('Calibration of {0}', name)}\n\n${text}\n` });
  await vscode.window.showTextDocument(document, { preview: true });
}
