/** The run service for servers. It lives in the extension host, which has the proxy, the certificates and the secrets. */
import { offlineError } from '../models/remote/offline.ts';
import { ReasoningError } from '../reasoning/errors.ts';
import type { Model, ModelCard } from '../reasoning/port.ts';
import type { ToolBox } from '../reasoning/tools/port.ts';
import type { Outcome, SteerCommand } from '../trace/events.ts';
import { ModelRunService } from './model-run-service.ts';
import { refuse } from './refused.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from './service.ts';

export type RemoteModelRef = Extract<ModelRef, { kind: 'remote' }>;

export interface RemoteServiceOptions {
  /** Connect to a server's model. `key` is absent for servers without one. */
  readonly openModel: (model: RemoteModelRef, key: string | undefined, signal: AbortSignal) => Promise<Model>;
  /** Look a key up in the secret store. */
  readonly keyOf: (model: RemoteModelRef) => Promise<string | undefined>;
  /** True when the person forbade every network call. */
  readonly offline: () => boolean;
  /** Carries out what models ask for. */
  readonly tools?: ToolBox;
}

/** Requests to servers at a time; a server has its own queue behind that. */
const PLACES = 4;

export class RemoteRunService implements RunService {
  readonly #inner: ModelRunService;
  readonly #offline: () => boolean;

  constructor(options: RemoteServiceOptions) {
    this.#offline = options.offline;
    this.#inner = new ModelRunService({
      places: PLACES,
      keepLoaded: PLACES * 2,
      ...(options.tools ? { tools: options.tools } : {}),
      loadModel: async (ref, signal) => {
        if (ref.kind !== 'remote') throw new ReasoningError('internal', 'A local model was sent to the service for servers.');
        return options.openModel(ref, await options.keyOf(ref), signal);
      },
    });
  }

  describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    if (this.#offline()) return Promise.reject(offlineError());
    return this.#inner.describe(model, signal);
  }

  run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    if (!this.#offline()) return this.#inner.run(request, onEvents, signal);
    return Promise.resolve(refuse(request, onEvents, offlineError()));
  }

  steer(run: string, command: SteerCommand): Promise<boolean> {
    return this.#inner.steer(run, command);
  }

  /** Forget connections, e.g. after a key changed. */
  async forget(): Promise<void> {
    await this.#inner.unload();
  }

  async dispose(): Promise<void> {
    await this.#inner.dispose();
  }
}
