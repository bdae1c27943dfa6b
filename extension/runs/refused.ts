/** A run that cannot even begin: its events say why, as those of any run that failed do. And a service that can only say so. */
import type { ReasoningError } from '../reasoning/errors.ts';
import type { ModelCard } from '../reasoning/port.ts';
import type { ReadAnswer, ThoughtReader } from './reading/reader.ts';
import type { Outcome } from '../trace/events.ts';
import type { EventListener, RunRequest, RunService } from './service.ts';

export function refuse(request: RunRequest, onEvents: EventListener, error: ReasoningError): Outcome {
  const stamp = { run: request.run, at: 0 };
  const usage = { prompt: 0, thinking: 0, solution: 0, probes: 0, injected: 0, discarded: 0, estimated: false };
  onEvents([
    { ...stamp, seq: 0, type: 'error', reason: error.reason, message: error.message },
    { ...stamp, seq: 1, type: 'ended', outcome: 'failed', usage, elapsedMs: 0 },
  ]);
  return 'failed';
}

/** Stands in for a service that this installation does not have. */
export class RefusingRunService implements RunService, ThoughtReader {
  readonly #error: ReasoningError;

  constructor(error: ReasoningError) {
    this.#error = error;
  }

  describe(): Promise<ModelCard> {
    return Promise.reject(this.#error);
  }

  run(request: RunRequest, onEvents: EventListener): Promise<Outcome> {
    return Promise.resolve(refuse(request, onEvents, this.#error));
  }

  read(): Promise<ReadAnswer> {
    return Promise.reject(this.#error);
  }

  steer(): Promise<boolean> {
    return Promise.resolve(false);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}
