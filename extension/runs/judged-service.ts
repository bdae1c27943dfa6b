/** A run service that judges suggestions: where a request has a gate, the decision about its answer follows the answer in the event log. */
import { decisionOf, judge } from '../evaluation/suggestion/judge.ts';
import type { RunEvent } from '../trace/events.ts';
import { AnswerConfidence } from './automatic/sureness.ts';
import { ListeningRunService } from './listening-service.ts';
import type { EventListener, RunRequest } from './service.ts';

export class JudgedRunService extends ListeningRunService {
  protected override listener(request: RunRequest, onEvents: EventListener): EventListener {
    return request.gate ? judging(request, request.gate, onEvents) : onEvents;
  }
}

/** Passes events on, with a decision put in behind each answer; what follows is numbered anew. */
function judging(request: RunRequest, gate: NonNullable<RunRequest['gate']>, onEvents: EventListener): EventListener {
  let added = 0;
  const sure = new AnswerConfidence();
  const passed = (event: RunEvent): RunEvent[] => {
    const own = { ...event, seq: event.seq + added };
    sure.see(event);
    if (event.type !== 'answer') return [own];
    const suggestion = { skill: gate.skill, source: request.context?.code ?? '', answer: event.text, truncated: event.truncated, confidence: sure.value, threshold: gate.confidence ?? null };
    added += 1;
    return [own, { run: event.run, seq: own.seq + 1, at: event.at, type: 'decision', decision: decisionOf(judge(suggestion), sure.tokens) }];
  };
  return (events) => onEvents(events.flatMap(passed));
}
