/** Calibrates a local model in the editor: surveys calibration tasks one after the other, learns from them, and keeps what was learned. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Calibrated } from '../../evaluation/calibration/calibrate.ts';
import type { Course } from '../../evaluation/exits/record.ts';
import type { SetProblem } from '../../evaluation/problems.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import { signalAvailable } from '../../reasoning/signals/needs.ts';
import type { ModelCard } from '../../reasoning/port.ts';
import type { ModelRef, RunService } from '../../runs/service.ts';
import { signalTable } from '../../trace/signals.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { CalibrationStore } from './store.ts';

/** Enough for chances that mean something, and a few minutes on a small model. */
export const TASKS = 120;
const SEED = 1700;

export interface CalibrationParts {
  readonly registry: ModelRegistry;
  readonly calibrations: CalibrationStore;
  /** Runs that leave no trace. */
  readonly unrecorded: () => Promise<RunService>;
}

export interface Progress {
  /** `done` of `total` tasks; the words say what is being done. */
  (words: string, done: number, total: number): void;
}

/**
 * No calibration is kept unless it comes to its end; the tasks worked through are, so that the next one goes on from there.
 * Throws a sentence for a model that cannot be calibrated.
 */
export async function calibrateModel({ registry, calibrations, unrecorded }: CalibrationParts, model: ModelRef, tasks: number, tell: Progress, signal: AbortSignal): Promise<Calibrated> {
  const service = await unrecorded();
  const card = await registry.describe(model, service, signal);
  if (model.kind !== 'local') throw new ReasoningError('bad-request', whyNot(card));
  if (!card.thinking) throw new ReasoningError('bad-request', vscode.l10n.t('{0} does not think before it answers, so there is nothing to calibrate.', card.name));
  const [{ surveyProblem }, { calibrate }, { drawProblems }, { LEVELS }] = await Promise.all([import('../../runs/survey.ts'), import('../../evaluation/calibration/calibrate.ts'), import('../../evaluation/problems.ts'), import('../../evaluation/world/problem.ts')]);
  const problems: SetProblem[] = [];
  for (const problem of drawProblems(SEED, Math.ceil(tasks / LEVELS.length), 'calibration')) {
    problems.push(problem);
    tell(vscode.l10n.t('drawing tasks'), 0, tasks);
    await nextTurn();
    signal.throwIfAborted();
  }
  const hash = card.hash ?? '';
  const file = await calibrations.unfinished(hash);
  const known = new Map(file.found.filter((course) => course.model === hash).map((course) => [course.problem, course]));
  const courses: Course[] = [];
  for (const problem of problems) {
    const kept = known.get(problem.id);
    const course = kept ?? (await surveyProblem(service, model, hash, problem, card.contextLength, signal));
    signal.throwIfAborted();
    if (course) courses.push(course);
    if (course && !kept) file.add(course);
    tell(vscode.l10n.t('{0} of {1} tasks', courses.length, problems.length), courses.length, problems.length);
  }
  tell(vscode.l10n.t('learning from {0} tasks', courses.length), problems.length, problems.length);
  const found = await calibrate(courses, { card, seed: SEED, time: new Date().toISOString(), signal });
  await calibrations.save(found.calibration);
  return found;
}

/** What is possible with a model at a server. */
export function whyNot(card: ModelCard): string {
  const given = signalTable.filter(({ name, per }) => per === 'point' && name !== 'thought-leak' && name !== 'end-tag-bias' && signalAvailable(card, name).available).map(({ label }) => label);
  const what = given.length === 0 ? vscode.l10n.t('It gives no signals that could be calibrated.') : vscode.l10n.t('It gives these signals, which stay raw figures: {0}.', given.join(', '));
  return `${vscode.l10n.t('Reins calibrates models on this machine only. A model at a server may be changed there without notice, and a survey would cost many times the tokens of its runs.')} ${what} ${vscode.l10n.t('Early exits there go by trial answers, where the server allows them.')}`;
}
