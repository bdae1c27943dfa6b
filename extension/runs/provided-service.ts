/** The run service for chat models of other extensions. The editor's interface to them is in the extension host, and so is this. */
import { offlineError } from '../models/remote/offline.ts';
import { ReasoningError } from '../reasoning/errors.ts';
import type { Model, ModelCard } from '../reasoning/port.ts';
import type { Outcome, SteerCommand } from '../trace/events.ts';
import { ModelRunService } from './model-run-service.ts';
import { refuse } from './refused.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from './service.ts';

export type ProvidedModelRef = Extract<ModelRef, { kind: 'provided' }>;

export interface ProvidedServiceOptions {
  readonly openModel: (model: ProvidedModelRef, signal: AbortSignal) => Promise<Model>;
  /** True when the person forbade every network call: most of these models are on one. */
  readonly offline: () => boolean;
}

/** Requests at a time. */
const PLACES = 4;

export class ProvidedRunService implements RunService {
  readonly #inner: ModelRunService;
  readonly #offline: () => boolean;

  constructor({ openModel, offline }: ProvidedServiceOptions) {
    this.#offline = offline;
    this.#inner = new ModelRunService({
      places: PLACES,
      keepLoaded: PLACES,
      loadModel: (ref, signal) => {
        if (ref.kind !== 'provided') throw new ReasoningError('internal', 'Another model was sent to the service for models of other extensions.');
        return openModel(ref, signal);
      },
    });
  }

  describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    return this.#offline() ? Promise.reject(offlineError()) : this.#inner.describe(model, signal);
  }

  run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    return this.#offline() ? Promise.resolve(refuse(request, onEvents, offlineError())) : this.#inner.run(request, onEvents, signal);
  }

  steer(run: string, command: SteerCommand): Promise<boolean> {
    return this.#inner.steer(run, command);
  }

  dispose(): Promise<void> {
    return this.#inner.dispose();
  }
}
