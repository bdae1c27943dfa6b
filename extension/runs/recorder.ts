/** A run service that records: whatever runs beneath it, its events are in the trace before anyone sees them. */
import type { ModelCard } from '../reasoning/port.ts';
import type { Outcome, SteerCommand } from '../trace/events.ts';
import type { TraceStore } from '../trace/store/store.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from './service.ts';

export interface RecorderOptions {
  /** Asked at the start of each run, so that a setting takes effect at once. On when absent. */
  readonly recording?: () => 'on' | 'off';
}

/**
 * Wraps any run service. If a run cannot be recorded its listener gets a notice ('disk-full', 'trace-write', ...) and the run goes on.
 * The store is not disposed with the service; it may serve several.
 */
export class RecordedRunService implements RunService {
  readonly #inner: RunService;
  readonly #store: TraceStore;
  readonly #options: RecorderOptions;

  constructor(inner: RunService, store: TraceStore, options: RecorderOptions = {}) {
    this.#inner = inner;
    this.#store = store;
    this.#options = options;
  }

  describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    return this.#inner.describe(model, signal);
  }

  async run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    if (this.#options.recording?.() === 'off') return this.#inner.run(request, onEvents, signal);
    const recording = this.#store.begin(request.run);
    try {
      return await this.#inner.run(request, (events) => onEvents(recording.record(events)), signal);
    } finally {
      await this.#store.finish(recording);
    }
  }

  steer(run: string, command: SteerCommand): Promise<boolean> {
    return this.#inner.steer(run, command);
  }

  dispose(): Promise<void> {
    return this.#inner.dispose();
  }
}
