/**
 * A run service that tells of automatic choices: the decision for a model stands at the beginning of the run's log, and the decision about its answer at the
 * end, before the run says that it has ended. Who asked acts on them.
 */
import type { ModelCard } from '../../reasoning/port.ts';
import type { Decision, Outcome, RunEvent, SteerCommand } from '../../trace/events.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from '../service.ts';
import { AnswerWatch } from './sureness.ts';

export class AutomaticRunService implements RunService {
  readonly #inner: RunService;

  constructor(inner: RunService) {
    this.#inner = inner;
  }

  describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    return this.#inner.describe(model, signal);
  }

  run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    return this.#inner.run(request, request.automatic ? telling(request.automatic, onEvents) : onEvents, signal);
  }

  steer(run: string, command: SteerCommand): Promise<boolean> {
    return this.#inner.steer(run, command);
  }

  dispose(): Promise<void> {
    return this.#inner.dispose();
  }
}

/** Passes events on with the decisions put in; what follows one is numbered anew. */
function telling({ decision, handing, after }: NonNullable<RunRequest['automatic']>, onEvents: EventListener): EventListener {
  const watch = new AnswerWatch();
  let added = 0;
  const passed = (event: RunEvent): RunEvent[] => {
    watch.see(event);
    const own = (): RunEvent => ({ ...event, seq: event.seq + added });
    const told = (which: Decision): RunEvent => ({ run: event.run, seq: event.seq + added, at: event.at, type: 'decision', decision: which });
    if (event.type === 'started') {
      const started: RunEvent = { ...event, seq: event.seq + added, ...(after === undefined ? {} : { parent: after }) };
      added += 1;
      return [started, told(decision)];
    }
    const about = event.type === 'ended' && handing ? watch.decide(event.outcome, handing) : null;
    if (!about) return [own()];
    const first = told(about);
    added += 1;
    return [first, own()];
  };
  return (events) => onEvents(events.flatMap(passed));
}
