/** What a run's events come to for the gate. */
import { keyOf, type Job } from '../../evaluation/gate/modes.ts';
import type { Result } from '../../evaluation/gate/results.ts';
import { gradeAnswer } from '../../evaluation/world/grade.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { RunEvent } from '../../trace/events.ts';
import { emptyView, foldEvents } from '../../trace/fold.ts';

/** The run's result; null when it was stopped. Throws what made it fail. */
export function resultOf(model: string, job: Job, run: string, events: readonly RunEvent[]): Result | null {
  const { outcome, error, answer, truncated, transitions, usage } = foldEvents(emptyView(run), events);
  switch (outcome) {
    case 'stopped':
      return null;
    case 'failed':
    case null:
      throw new ReasoningError(error?.reason ?? 'internal', error?.message ?? 'A run came to no end.');
    case 'answered':
    case 'exhausted':
      return {
        model,
        key: keyOf(job.problem, job.mode),
        answer,
        right: gradeAnswer(job.problem.problem, answer).right,
        answered: outcome === 'answered' && answer.trim() !== '' && !truncated,
        natural: transitions.some(({ from, to, reason }) => from === 'thinking' && to === 'solving' && reason === 'natural-end'),
        thinking: usage.thinking,
        solution: usage.solution,
      };
  }
}
