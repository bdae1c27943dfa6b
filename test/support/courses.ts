/** Courses made up so that everything about them is known, and courses surveyed on a scripted model. */
import { courseOf } from '../../extension/evaluation/exits/course.ts';
import type { Course, Place } from '../../extension/evaluation/exits/record.ts';
import type { SetProblem } from '../../extension/evaluation/problems.ts';
import { createRandom } from '../../extension/evaluation/world/random.ts';
import type { RunSettings } from '../../extension/reasoning/plan.ts';
import { runScripted, type ScriptedRun } from './run-scripted.ts';
import { ScriptedModel, type Script } from './scripted-model.ts';

const yes = { available: true } as const;
/** A model that gives everything, and thinks 120 tokens. */
export const capableScript: Script = {
  thoughts: [], answer: () => ['7'], hash: 'abc', fullThinkingTokens: 120,
  capabilities: { logprobs: yes, entropy: yes, confidence: yes, selfEvaluation: yes, remainingLength: yes, earlyExits: yes, hiddenStates: yes },
};
export const card = new ScriptedModel(capableScript).card;

export const seven: SetProblem = { id: '1-predict-1-x', split: 'calibration', problem: { skill: 'predict', level: 1, question: 'What is printed?', code: 'console.log(7);', languageId: 'javascript', answer: '7' } };

/** What a scripted run is asked for; a survey where `exits` is absent. */
export function settingsOf(budget: number, exits?: RunSettings['exits']): Partial<RunSettings> {
  return { effort: 'high', budgets: { thinking: budget, solution: 128 }, ...(exits === undefined ? { survey: true } : { exits }) };
}

export async function surveyed(script: Script, budget: number): Promise<{ readonly course: Course; readonly run: ScriptedRun }> {
  const run = await runScripted({ script, settings: settingsOf(budget) });
  const course = courseOf('abc', seven, 'r', run.events);
  if (!course) throw new Error('The survey was stopped.');
  return { course, run };
}

export interface MadeUp {
  /** Places, ten tokens apart. */
  readonly places: number;
  /** Number of the place from which the answer is right; at `places` or beyond it never is. */
  readonly rightFrom: number;
  /** What self-evaluation says at a place. */
  readonly evaluation: (right: boolean, place: number) => number;
  readonly split?: string;
}

export function madeUp(id: number, { places, rightFrom, evaluation, split = 'calibration' }: MadeUp): Course {
  const all = Array.from({ length: places }, (_, index): Place => {
    const right = index >= rightFrom;
    const answer = right ? '7' : `w${index}`;
    return {
      at: (index + 1) * 10,
      values: { 'self-evaluation': evaluation(right, index), 'hedge-density': (id * 7 + index * 3) % 11 },
      early: [],
      trial: { answer, injected: 2, generated: 3, arithmetic: right ? 0.9 : 0.5, geometric: right ? 0.88 : 0.4, closed: true },
      entropy: right ? 0.1 : 1,
      end: { answer, right, solution: 3, injected: 2 },
    };
  });
  const right = rightFrom < places;
  return { model: 'abc', problem: `p${id}`, level: 1, skill: 'predict', split, budget: 1000, thinking: places * 10 + 1, natural: true, injected: 0, solution: 3, answer: right ? '7' : 'w', right, places: all };
}

/** Courses on which self-evaluation knows, up to some noise, whether the answer is right by now. */
export function knowing(count: number, seed = 3): Course[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, id) => {
    const rightFrom = random.integer(2, 14);
    return madeUp(id, { places: 12, rightFrom, evaluation: (right) => Math.min(1, Math.max(0, (right ? 0.7 : 0.3) + (random.integer(-30, 30) / 100))) });
  });
}
