/** From the events of a surveyed run to a course. */
import { ReasoningError } from '../../reasoning/errors.ts';
import type { RunEvent, RunEventOf } from '../../trace/events.ts';
import { emptyView, foldEvents } from '../../trace/fold.ts';
import type { SetProblem } from '../problems.ts';
import { gradeAnswer } from '../world/grade.ts';
import type { Course, Place } from './record.ts';

/** Signals that come of a probe: a policy that wants them pays for them, so a replay computes them itself. */
const PROBED = new Set(['answer-convergence', 'trial-answer-confidence', 'trial-answer-confidence-geometric', 'entropy-after-end', 'entropy-after-end-variance']);

/** The course; null when the run was stopped. Throws what made it fail. `events` may lack the tokens. */
export function courseOf(model: string, { id, problem, split }: SetProblem, run: string, events: readonly RunEvent[]): Course | null {
  const { outcome, error, answer, transitions, usage, budgets } = foldEvents(emptyView(run), events);
  if (outcome === 'stopped') return null;
  if (outcome === null || outcome === 'failed') throw new ReasoningError(error?.reason ?? 'internal', error?.message ?? 'A run came to no end.');
  const right = (text: string): boolean => gradeAnswer(problem, text).right;
  return {
    model,
    problem: id,
    level: problem.level,
    skill: problem.skill,
    split,
    budget: budgets.thinking,
    thinking: usage.thinking,
    natural: transitions.some(({ from, to, reason }) => from === 'thinking' && to === 'solving' && reason === 'natural-end'),
    injected: usage.injected,
    solution: usage.solution,
    answer,
    right: right(answer),
    places: placesOf(events, right),
  };
}

function placesOf(events: readonly RunEvent[], right: (answer: string) => boolean): Place[] {
  const signals = events.filter((event) => event.type === 'signal');
  const probes = events.filter((event): event is RunEventOf<'probe'> => event.type === 'probe' && event.free === true);
  return probes.flatMap((trial): Place[] => {
    if (trial.kind !== undefined) return [];
    const end = probes.find(({ kind, atToken }) => kind === 'whole-answer' && atToken === trial.atToken);
    if (!end) return [];
    const here = signals.filter(({ atToken }) => atToken === trial.atToken);
    const told = (name: string): number | null => here.find(({ signal }) => signal === name)?.value ?? null;
    const free = here.filter(({ signal }) => !PROBED.has(signal));
    return [
      {
        at: trial.atToken,
        values: Object.fromEntries(free.map(({ signal, value }) => [signal, value])),
        early: free.filter(({ early }) => early === true).map(({ signal }) => signal),
        trial: { answer: trial.answer, injected: trial.injected, generated: trial.generated, arithmetic: told('trial-answer-confidence'), geometric: told('trial-answer-confidence-geometric'), closed: trial.closed === true },
        entropy: told('entropy-after-end'),
        end: { answer: end.answer, right: right(end.answer), solution: end.generated, injected: end.injected },
      },
    ];
  });
}
