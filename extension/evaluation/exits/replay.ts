/**
 * What an exit policy would have done on a recorded course. The policy is the real one; what it asks for is read from the record instead of
 * the model, and charged as a live run charges it. So the tokens are those of a live run with the same settings (signals: cheap).
 */
import { expectedThinking } from '../../reasoning/effort.ts';
import { expectedRemaining } from '../../reasoning/exiting.ts';
import { buildExit, entropyWeight } from '../../reasoning/exits/build.ts';
import type { ExitContext, TrialAnswer } from '../../reasoning/exits/policy.ts';
import type { ExitSpec } from '../../reasoning/exits/spec.ts';
import type { ModelCard } from '../../reasoning/port.ts';
import { affordable, firstTrialCost, trialLimit } from '../../reasoning/probes.ts';
import { AnswerConvergence } from '../../reasoning/signals/answer-convergence.ts';
import { EntropyAfterEnd, type MovingEntropy } from '../../reasoning/signals/entropy-after-end.ts';
import { Readings } from './readings.ts';
import { tokensOf, type Course, type Place } from './record.ts';

export interface Replayed {
  /** The policy ended the thoughts. */
  readonly early: boolean;
  readonly thinking: number;
  readonly probes: number;
  /** Thoughts, probes, closing text and answer. */
  readonly tokens: number;
  readonly solution: number;
  readonly answer: string;
  readonly right: boolean;
  /** False where the budget would have ended the run at a place that was not recorded: then the nearest recorded one stands for it. */
  readonly exact: boolean;
}

export async function replay(course: Course, spec: ExitSpec | null, card: ModelCard): Promise<Replayed> {
  const usual = expectedThinking('high', card, course.budget);
  const policy = buildExit(spec, usual);
  const readings = new Readings();
  const costs = new Costs(course.budget, entropyWeight(spec));
  for (const place of course.places) {
    readings.take(place);
    const seen = { atToken: place.at, value: readings.value.bind(readings), readAt: readings.readAt.bind(readings) };
    policy.observe(seen);
    if (costs.left(place) <= 0) return ended(course, place, costs, false);
    if (!policy.due(place.at)) continue;
    const remaining = expectedRemaining({ used: place.at, left: costs.left(place), usual, predicted: readings.value('remaining-length') });
    const expected = place.at + remaining;
    const asked: ExitContext = {
      ...seen,
      expectedRemaining: remaining,
      affords: (tokens) => costs.affords(place, tokens, expected),
      trialCost: costs.trialCost ?? firstTrialCost(place.trial.injected),
      trialAnswer: (_policy, whole) => Promise.resolve(costs.trial(place, whole === true)),
      entropyAfterEnd: () => Promise.resolve(costs.look(place, expected)),
    };
    if ((await policy.evaluate(asked)).exit) return ended(course, place, costs, true);
  }
  return whole(course, costs);
}

function ended({ places: _, ...course }: Course, { at, end }: Place, { probes, exact }: Costs, early: boolean): Replayed {
  return { early, thinking: at, probes, tokens: tokensOf({ ...course, thinking: at, injected: end.injected, solution: end.solution }, probes), solution: end.solution, answer: end.answer, right: end.right, exact: exact && early };
}

function whole(course: Course, { probes, exact }: Costs): Replayed {
  const { thinking, solution, answer, right, budget } = course;
  return { early: false, thinking, probes, tokens: tokensOf(course, probes), solution, answer, right, exact: exact && (probes === 0 || thinking + probes <= budget) };
}

/** The probes of one replay: what they cost, and what they remember of each other. The twin of `ProbeMemory` and the ledger. */
class Costs {
  probes = 0;
  exact = true;
  trialCost: number | null = null;
  readonly #budget: number;
  readonly #convergence = new AnswerConvergence();
  readonly #entropy: EntropyAfterEnd;
  #trial: { readonly at: number; readonly whole: boolean; readonly answer: TrialAnswer } | null = null;
  #look: { readonly at: number; readonly moving: MovingEntropy } | null = null;
  #entropyMissing = false;

  constructor(budget: number, weight: number) {
    this.#budget = budget;
    this.#entropy = new EntropyAfterEnd(weight);
  }

  left({ at }: Place): number {
    return Math.max(0, this.#budget - at - this.probes);
  }

  affords({ at }: Place, tokens: number, expected: number): boolean {
    return affordable({ thinking: at, probes: this.probes }, tokens, expected);
  }

  trial(place: Place, whole: boolean): TrialAnswer | null {
    const { at, trial } = place;
    if (this.#trial?.at === at && (this.#trial.whole || !whole)) return this.#trial.answer;
    const limit = trialLimit(this.left(place), trial.injected);
    if (limit === null) return null;
    if (trial.generated > limit) this.exact = false;
    const cost = trial.injected + trial.generated;
    this.probes += cost;
    this.trialCost = cost;
    const { streak } = this.#convergence.add(trial.answer);
    const { arithmetic, geometric } = trial;
    const confidence = arithmetic === null || geometric === null ? null : { arithmetic, geometric, least: geometric };
    const answer: TrialAnswer = { answer: trial.answer, streak, confidence, closed: trial.closed };
    this.#trial = { at, whole, answer };
    return answer;
  }

  look(place: Place, expected: number): MovingEntropy | null {
    const { at, entropy, end } = place;
    if (this.#look?.at === at) return this.#look.moving;
    const cost = end.injected;
    if (this.#entropyMissing || cost > this.left(place) || !this.affords(place, cost, expected)) return null;
    this.probes += cost;
    if (entropy === null) {
      this.#entropyMissing = true;
      return null;
    }
    const moving = this.#entropy.add(entropy);
    this.#look = { at, moving };
    return moving;
  }
}
