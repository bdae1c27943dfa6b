/** One run service over all hosts: local models go to the engine process; servers and other extensions are asked from here. */
import type { ModelCard } from '../reasoning/port.ts';
import type { Outcome, SteerCommand } from '../trace/events.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from './service.ts';

export class RoutedRunService implements RunService {
  readonly #services: Readonly<Record<ModelRef['kind'], RunService>>;

  constructor(services: Readonly<Record<ModelRef['kind'], RunService>>) {
    this.#services = services;
  }

  describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    return this.#services[model.kind].describe(model, signal);
  }

  run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    return this.#services[request.model.kind].run(request, onEvents, signal);
  }

  async steer(run: string, command: SteerCommand): Promise<boolean> {
    for (const service of Object.values(this.#services)) if (await service.steer(run, command)) return true;
    return false;
  }

  async dispose(): Promise<void> {
    await Promise.allSettled(Object.values(this.#services).map((service) => service.dispose()));
  }
}
