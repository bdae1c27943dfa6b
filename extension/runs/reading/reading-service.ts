/** A run service over servers whose thoughts are read by a model on this machine, where the person has named one. */
import type { ModelCard } from '../../reasoning/port.ts';
import type { Outcome, SteerCommand } from '../../trace/events.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from '../service.ts';
import { Following } from './following.ts';
import type { ThoughtReader } from './reader.ts';

export interface ReadingOptions {
  /** The reader, asked before each run; null: thoughts are not read. */
  readonly by: () => ModelRef | null;
  readonly reader: ThoughtReader;
  /** Milliseconds that the end of a run waits for the reader; absent: a moment. */
  readonly lastWaitMs?: number;
}

export class ReadingRunService implements RunService {
  readonly #inner: RunService;
  readonly #options: ReadingOptions;

  constructor(inner: RunService, options: ReadingOptions) {
    this.#inner = inner;
    this.#options = options;
  }

  describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    return this.#inner.describe(model, signal);
  }

  async run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    const by = request.priority === 'person' ? this.#options.by() : null;
    if (!by) return this.#inner.run(request, onEvents, signal);
    const { reader, lastWaitMs } = this.#options;
    const following = new Following({ request, by, reader, onEvents, signal, lastWaitMs });
    try {
      return await this.#inner.run(request, (events) => following.take(events), signal);
    } finally {
      await following.finish();
    }
  }

  steer(run: string, command: SteerCommand): Promise<boolean> {
    return this.#inner.steer(run, command);
  }

  dispose(): Promise<void> {
    return this.#inner.dispose();
  }
}
