/** A run service that listens in on the runs of another: a request may have its events looked at, and added to, on their way. Everything else goes through as it is. */
import type { ModelCard } from '../reasoning/port.ts';
import type { Outcome, SteerCommand } from '../trace/events.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from './service.ts';

export abstract class ListeningRunService implements RunService {
  readonly #inner: RunService;

  constructor(inner: RunService) {
    this.#inner = inner;
  }

  /** Who hears the events of this request; `onEvents` itself where there is nothing to listen for. */
  protected abstract listener(request: RunRequest, onEvents: EventListener): EventListener;

  describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    return this.#inner.describe(model, signal);
  }

  run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    return this.#inner.run(request, this.listener(request, onEvents), signal);
  }

  steer(run: string, command: SteerCommand): Promise<boolean> {
    return this.#inner.steer(run, command);
  }

  dispose(): Promise<void> {
    return this.#inner.dispose();
  }
}
