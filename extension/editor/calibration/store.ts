/**
 * Calibrations of the person's own, in VS Code's storage, one file for the weights each was made with; and which one counts for a model: their
 * own, or the one that came with it.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { calibrationSchema, usableCalibration, type Calibration } from '../../reasoning/calibration.ts';
import type { CoursesFile } from '../../runs/courses-file.ts';
import type { ModelRef } from '../../runs/service.ts';
import type { Log } from '../log.ts';
import type { ModelRegistry } from '../models/registry.ts';

export class CalibrationStore implements vscode.Disposable {
  readonly folder: string;
  readonly #registry: ModelRegistry;
  readonly #log: Log;
  readonly #own = new Map<string, Calibration | null>();
  /** What counts for a model, by hash, for what must be drawn at once. */
  readonly #counting = new Map<string, Calibration | null>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  /** What counts for the chosen model may be another now. */
  readonly onDidChange = this.#changed.event;

  constructor(storage: vscode.Uri, registry: ModelRegistry, log: Log) {
    this.folder = join(storage.fsPath, 'calibrations');
    this.#registry = registry;
    this.#log = log;
    this.#watch = registry.onDidChange(() => void this.#look());
  }

  /** The person's own for these weights. A damaged file is no calibration; the log says so. */
  async own(hash: string): Promise<Calibration | undefined> {
    const known = this.#own.get(hash);
    if (known !== undefined) return known ?? undefined;
    const read = await this.#read(hash);
    this.#own.set(hash, read);
    return read ?? undefined;
  }

  async save(calibration: Calibration): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = this.#path(calibration.model);
    await writeFile(`${path}.new`, JSON.stringify(calibration), { mode: 0o600 });
    await rename(`${path}.new`, path);
    await rm(this.#coursesPath(calibration.model), { force: true });
    this.#own.set(calibration.model, calibration);
    await this.#look();
  }

  /** The tasks an unfinished calibration of these weights has worked through, for the next one to go on from. Gone when one is saved. */
  async unfinished(hash: string): Promise<CoursesFile> {
    const { openCourses } = await import('../../runs/courses-file.ts');
    const path = this.#coursesPath(hash);
    try {
      return openCourses(path);
    } catch (error) {
      this.#log.warn(`the tasks in ${path} cannot be read and are made again: ${error instanceof Error ? error.message : String(error)}`);
      await rm(path, { force: true });
      return openCourses(path);
    }
  }

  /** What a run on the model is to be asked with, besides what the model brings itself: without what only reports need. */
  async forRun(model: ModelRef): Promise<Calibration | undefined> {
    const hash = this.#registry.knownCard(model)?.hash;
    const own = hash === undefined ? undefined : await this.own(hash);
    if (!own) return undefined;
    const { reliability: _reliability, ...rest } = own;
    return rest;
  }

  /** What counts for the chosen model, as far as has been looked. */
  get current(): Calibration | null {
    const model = this.#registry.current;
    const hash = model && this.#registry.knownCard(model)?.hash;
    return (hash ? this.#counting.get(hash) : null) ?? null;
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }

  async #look(): Promise<void> {
    const model = this.#registry.current;
    const hash = model ? this.#registry.knownCard(model)?.hash : undefined;
    if (model?.kind !== 'local' || hash === undefined) return;
    try {
      const { readCalibration } = await import('../../models/local/calibration-file.ts');
      const found = usableCalibration(await this.own(hash), hash) ?? usableCalibration(await readCalibration(model.folder), hash) ?? null;
      if (this.#counting.get(hash) === found) return;
      this.#counting.set(hash, found);
      this.#changed.fire();
    } catch (error) {
      this.#log.debug(`looking for a calibration of ${model.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #read(hash: string): Promise<Calibration | null> {
    try {
      return v.parse(calibrationSchema, JSON.parse(await readFile(this.#path(hash), 'utf8')));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) this.#log.warn(`the calibration in ${this.#path(hash)} cannot be read and is not used: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  #coursesPath(hash: string): string {
    return this.#path(hash).replace(/\.json$/, '.courses.jsonl');
  }

  /** A hash comes from a model's card, so only hexadecimal digits of it make a file name. */
  #path(hash: string): string {
    return join(this.folder, `${hash.replaceAll(/[^0-9a-f]/gi, '')}.json`);
  }
}

/** "calibrated on 120 tasks of the built-in world", or that it is not. */
export function calibrationLabel(calibration: Calibration | null): string {
  if (!calibration) return vscode.l10n.t('none: signals are raw figures');
  return vscode.l10n.t('on {0} tasks of {1}', calibration.tasks ?? calibration.labels, calibration.world ?? vscode.l10n.t('its own'));
}
