/** Builds the services once: nothing heavy is loaded and no process started before something is asked of them. */
import type * as vscode from 'vscode';
import { engineAvailability } from '../engine/entry.ts';
import { readRecord, type RecordStore } from '../models/remote/record-store.ts';
import type { Availability } from '../reasoning/port.ts';
import type { RunService } from '../runs/service.ts';
import { Automatic } from './runs/automatic.ts';
import { ContextPieces } from './context/pieces.ts';
import { CostCap } from './cost-cap.ts';
import { Costs } from './costs.ts';
import { CalibrationStore } from './calibration/store.ts';
import { EffortControl } from './effort.ts';
import { KeyStore } from './key-store.ts';
import { Log } from './log.ts';
import { bundledModel } from './models/bundled.ts';
import { ModelRegistry } from './models/registry.ts';
import { Speeds } from './models/speeds.ts';
import { PersistentState } from './persistent-state.ts';
import { RunController } from './runs/controller.ts';
import { SelectionTracker } from './runs/selection-tracker.ts';
import { ServiceHost } from './runs/service-host.ts';
import { ShownRun } from './runs/shown-run.ts';
import { Settings } from './settings.ts';
import { ToolControl } from './tools/control.ts';
import { TestCommand } from './tools/test-command.ts';
import { TraceLibrary } from './traces/library.ts';

export interface Services extends vscode.Disposable {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly settings: Settings;
  readonly keys: KeyStore;
  /** What was found out about servers. */
  readonly records: RecordStore;
  readonly registry: ModelRegistry;
  /** Whether this installation can run models itself. */
  readonly engine: Availability;
  readonly effort: EffortControl;
  readonly calibrations: CalibrationStore;
  readonly library: TraceLibrary;
  readonly host: ServiceHost;
  readonly controller: RunController;
  readonly shown: ShownRun;
  readonly selection: SelectionTracker;
  /** What else goes along with the next question. */
  readonly pieces: ContextPieces;
  readonly costs: Costs;
  readonly tests: TestCommand;
  readonly tools: ToolControl;
  /** Runs that are recorded. */
  readonly service: () => Promise<RunService>;
}

export function buildServices(context: vscode.ExtensionContext): Services {
  const log = new Log();
  const settings = new Settings((text) => log.warn(text));
  const keys = new KeyStore(context.secrets, (secret) => log.hide(secret));
  const state = new PersistentState(context.globalState);
  const registry = new ModelRegistry(bundledModel(context.extensionPath), settings, state);
  const effort = new EffortControl(registry, settings, state);
  const calibrations = new CalibrationStore(context.globalStorageUri, registry, log);
  const library = new TraceLibrary(context.globalStorageUri, settings, log);
  const records: RecordStore = { load: (key) => readRecord(state.serverRecord(key)), save: (key, record) => state.rememberServerRecord(key, record) };
  const tests = new TestCommand(settings, context.workspaceState);
  const tools = new ToolControl(registry, settings, tests);
  const host = new ServiceHost({ tests, extensionPath: context.extensionPath, settings, keys, library, records, log });
  const service = (): Promise<RunService> => host.recorded();
  const speeds = new Speeds();
  const automatic = new Automatic({ registry, settings, effort, speeds });
  const controller = new RunController({ service, calibrations, registry, effort, settings, speeds, automatic, toolsFor: (model) => tools.budgetsFor(model), log });
  const shown = new ShownRun(controller);
  const selection = new SelectionTracker();
  const pieces = new ContextPieces();
  const costs = new Costs(controller, settings, speeds);
  const parts = [shown, new CostCap(controller, settings, costs), costs, selection, pieces, controller, tools, effort, calibrations, registry, library, host, log];
  const dispose = (): void => {
    for (const part of parts) part.dispose();
  };
  const engine = engineAvailability(context.extensionPath);
  return { context, log, settings, keys, records, registry, engine, effort, calibrations, library, host, controller, shown, selection, pieces, costs, tests, tools, service, dispose };
}
