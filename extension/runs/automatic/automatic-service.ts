/**
 * A run service that tells of automatic choices: the decision for a model stands at the beginning of the run's log, and the decision about its answer at the
 * end, before the run says that it has ended. Who asked acts on them.
 */
import type { Decision, RunEvent } from '../../trace/events.ts';
import { ListeningRunService } from '../listening-service.ts';
import type { EventListener, RunRequest } from '../service.ts';
import { AnswerWatch } from './sureness.ts';

export class AutomaticRunService extends ListeningRunService {
  protected override listener(request: RunRequest, onEvents: EventListener): EventListener {
    return request.automatic ? telling(request.automatic, onEvents) : onEvents;
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
