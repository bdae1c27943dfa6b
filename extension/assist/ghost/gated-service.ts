/**
 * A run service that decides about ghost text: as soon as a completion is whole, or its run has ended, the gate's decision follows in the event log. Whoever asked
 * goes by it, so what the trace says is what was done.
 */
import { AnswerConfidence } from '../../runs/automatic/sureness.ts';
import { ListeningRunService } from '../../runs/listening-service.ts';
import type { EventListener, RunRequest } from '../../runs/service.ts';
import type { RunEvent } from '../../trace/events.ts';
import { completionIn, ghostDecision, judgeGhost } from './gate.ts';

export class GatedRunService extends ListeningRunService {
  protected override listener(request: RunRequest, onEvents: EventListener): EventListener {
    const { ghost, infill } = request;
    return ghost && infill ? deciding(ghost, infill, onEvents) : onEvents;
  }
}

/** Passes events on with the decision put in, once; what follows it is numbered anew. A run that was stopped or failed before had nothing to decide about. */
function deciding(ghost: NonNullable<RunRequest['ghost']>, infill: NonNullable<RunRequest['infill']>, onEvents: EventListener): EventListener {
  const place = { ...infill, ...ghost };
  const sure = new AnswerConfidence();
  let raw = '';
  let decided = false;
  const decisionAt = (event: RunEvent, seq: number, whole: boolean): RunEvent[] => {
    const text = decided ? null : completionIn(raw, place, whole);
    if (text === null) return [];
    decided = true;
    return [{ run: event.run, seq, at: event.at, type: 'decision', decision: ghostDecision(judgeGhost(text, place, sure.value, ghost.least), sure.tokens) }];
  };
  const passed = (event: RunEvent): RunEvent[] => {
    const before = decided ? 1 : 0;
    if (event.type === 'ended' && (event.outcome === 'answered' || event.outcome === 'exhausted')) {
      const decision = decisionAt(event, event.seq + before, true);
      return [...decision, { ...event, seq: event.seq + before + decision.length }];
    }
    sure.see(event);
    const own = { ...event, seq: event.seq + before };
    if (event.type !== 'tokens' || event.phase !== 'solving') return [own];
    raw += event.text;
    return [own, ...decisionAt(event, own.seq + 1, false)];
  };
  return (events) => onEvents(events.flatMap(passed));
}
