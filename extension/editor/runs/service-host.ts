/** Makes the run services on first use: the engine process for local models, the remote service here, and the recorder around both. */
import * as vscode from 'vscode';
import { findEngineEntry } from '../../engine/entry.ts';
import type { RecordStore } from '../../models/remote/record-store.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import { RefusingRunService } from '../../runs/refused.ts';
import type { RemoteRunService } from '../../runs/remote-service.ts';
import type { ThoughtReader } from '../../runs/reading/reader.ts';
import type { ModelRef, RunService } from '../../runs/service.ts';
import type { KeyStore } from '../key-store.ts';
import { folderModel } from '../models/registry.ts';
import type { Log } from '../log.ts';
import { timeoutsOf, type Settings } from '../settings.ts';
import { WorkspaceTools } from '../tools/box.ts';
import type { TestCommand } from '../tools/test-command.ts';
import type { TraceLibrary } from '../traces/library.ts';

export interface ServiceHostParts {
  readonly extensionPath: string;
  readonly settings: Settings;
  readonly keys: KeyStore;
  readonly library: TraceLibrary;
  readonly records: RecordStore;
  readonly tests: TestCommand;
  readonly log: Log;
}

export class ServiceHost implements vscode.Disposable {
  readonly #parts: ServiceHostParts;
  #routed: Promise<RunService> | null = null;
  #remote: RemoteRunService | null = null;
  readonly #watch: vscode.Disposable;

  constructor(parts: ServiceHostParts) {
    this.#parts = parts;
    // Another engine program or idle time needs another engine; a run that is going on is stopped with the old one.
    this.#watch = vscode.Disposable.from(
      parts.settings.onDidChange(['engine.nodePath', 'engine.idleMinutes'], () => this.#end()),
      // New timeouts count from the next run on.
      parts.settings.onDidChange(['timeouts.connect', 'timeouts.firstToken', 'timeouts.betweenTokens', 'timeouts.retryAfter'], () => void this.forgetConnections()),
    );
  }

  /** Runs that leave a trace, if traces are on: what a person asks. */
  async recorded(): Promise<RunService> {
    const { library, settings } = this.#parts;
    const { RecordedRunService } = await import('../../runs/recorder.ts');
    return new RecordedRunService(await this.unrecorded(), await library.store(), { recording: () => (settings.get('traces.record') ? 'on' : 'off') });
  }

  /** Runs that leave none. */
  unrecorded(): Promise<RunService> {
    this.#routed ??= this.#make();
    return this.#routed;
  }

  /** Ghost text: recorded only where the person wants to look into it. */
  completions(): Promise<RunService> {
    return this.#parts.settings.get('traces.completions') ? this.recorded() : this.unrecorded();
  }

  /** Connections opened with another key are of no use any more. */
  async forgetConnections(): Promise<void> {
    await this.#remote?.forget();
  }

  dispose(): void {
    this.#watch.dispose();
    this.#end();
  }

  #end(): void {
    const ending = this.#routed;
    this.#routed = null;
    void ending?.then((service) => service.dispose()).catch((error: unknown) => this.#parts.log.error('ending the run services', error));
  }

  async #make(): Promise<RunService> {
    const { settings, keys, records, tests } = this.#parts;
    const { AutomaticRunService } = await import('../../runs/automatic/automatic-service.ts');
    const { JudgedRunService } = await import('../../runs/judged-service.ts');
    const { ProvidedRunService } = await import('../../runs/provided-service.ts');
    const { ReadingRunService } = await import('../../runs/reading/reading-service.ts');
    const { RemoteRunService } = await import('../../runs/remote-service.ts');
    const { RoutedRunService } = await import('../../runs/router.ts');
    const { GatedRunService } = await import('../../assist/ghost/gated-service.ts');
    const { VerifiedRunService } = await import('../../assist/verify/verified-service.ts');
    this.#remote = new RemoteRunService({
      openModel: async (ref, key, signal) => {
        const { RemoteModel } = await import('../../models/remote/remote-model.ts');
        const offline = (): boolean => settings.get('offline');
        return RemoteModel.connect({ ref, apiKey: () => Promise.resolve(key), records, timeouts: timeoutsOf(settings), offline }, signal);
      },
      keyOf: async (model) => (model.secret === undefined ? undefined : keys.get(model.secret)),
      offline: () => settings.get('offline'),
      tools: new WorkspaceTools(tests),
    });
    const provided = new ProvidedRunService({
      openModel: async (ref) => {
        const { ProvidedModel } = await import('../../models/provided/provided-model.ts');
        const { chatAccess } = await import('../models/chat-access.ts');
        return new ProvidedModel(ref, await chatAccess(ref));
      },
      offline: () => settings.get('offline'),
    });
    const local = await this.#local();
    const remote = new ReadingRunService(this.#remote, { by: () => readerOf(settings), reader: local });
    return new AutomaticRunService(new VerifiedRunService(new JudgedRunService(new GatedRunService(new RoutedRunService({ local, remote, provided })))));
  }

  /** Models on this machine, where this package has the engine for them. Servers work without. */
  async #local(): Promise<RunService & ThoughtReader> {
    const { extensionPath, settings, log } = this.#parts;
    const { EngineClient } = await import('../../engine/client.ts');
    try {
      return new EngineClient({
        entry: findEngineEntry(extensionPath),
        execPath: settings.get('engine.nodePath'),
        idleMs: settings.get('engine.idleMinutes') * 60_000,
        log: (line) => log.debug(line),
      });
    } catch (error) {
      return new RefusingRunService(ReasoningError.from(error));
    }
  }
}

/** The model that reads the thoughts of servers' models, where the person has named one. */
function readerOf(settings: Settings): ModelRef | null {
  const folder = settings.get('experimental.readThoughtsWith').trim();
  return folder === '' ? null : folderModel(folder);
}
