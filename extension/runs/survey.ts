/** Surveys a problem on a run service: one run at high effort, with everything measured on the way. */
import { randomUUID } from 'node:crypto';
import { courseOf } from '../evaluation/exits/course.ts';
import type { Course } from '../evaluation/exits/record.ts';
import type { SetProblem } from '../evaluation/problems.ts';
import type { RunEvent } from '../trace/events.ts';
import type { ModelRef, RunRequest, RunService } from './service.ts';

/** Tokens for the answer; the world's longest take a third of it. */
const SOLUTION = 128;
/** Kept of the context for prompt, answer and closing text. */
const BESIDE_THOUGHTS = 512;

/** A greedy run at high effort with room to think to its own end; a survey without `exits`. */
export function surveyRequest(model: ModelRef, { id, problem }: SetProblem, contextLength: number, exits?: RunRequest['exits']): RunRequest {
  const { question, code, languageId } = problem;
  return {
    run: randomUUID(),
    model,
    priority: 'background',
    question,
    context: { label: id, languageId, code },
    effort: 'high',
    budgets: { thinking: Math.max(0, contextLength - BESIDE_THOUGHTS), solution: SOLUTION },
    sampler: { temperature: 0 },
    seed: 1,
    ...(exits === undefined ? { exits: 'off', survey: true } : { exits }),
  };
}

/** The problem's course; null when it was stopped. `key` is what the course is kept under: see `Course`. */
export async function surveyProblem(service: Pick<RunService, 'run'>, model: ModelRef, key: string, problem: SetProblem, contextLength: number, signal: AbortSignal): Promise<Course | null> {
  const events: RunEvent[] = [];
  const request = surveyRequest(model, problem, contextLength);
  await service.run(request, (batch) => void events.push(...batch.filter(({ type }) => type !== 'tokens')), signal);
  return courseOf(key, problem, request.run, events);
}
