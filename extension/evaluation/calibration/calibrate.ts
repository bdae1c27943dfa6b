/** From courses of a model's calibration problems to its calibration: maps to probabilities, thresholds for the presets and for targets. */
import type { Calibration } from '../../reasoning/calibration.ts';
import { expectedThinking } from '../../reasoning/effort.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import { trialInterval } from '../../reasoning/exits/build.ts';
import type { ModelCard } from '../../reasoning/port.ts';
import type { SignalName } from '../../trace/signals.ts';
import { families } from '../exits/families.ts';
import { outcomeOf, type Outcome } from '../exits/outcomes.ts';
import type { Course } from '../exits/record.ts';
import { labelled, scoredSignals } from '../exits/scored.ts';
import { fitSignal, type Fit } from './fit.ts';
import { choose, tryAll, type Chosen, type Setting, type Tried } from './presets.ts';

/** Average budgets for which a policy is kept: shares of the tokens without exits. */
export const TARGETS = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3] as const;
export const WORLD = 'the built-in world';

export interface Target {
  /** Mean tokens asked for. */
  readonly tokens: number;
  /** The policy with the most right answers that takes no more; null where none does. */
  readonly found: Tried | null;
}

export interface Calibrated {
  readonly calibration: Calibration;
  readonly fits: ReadonlyMap<SignalName, Fit>;
  readonly whole: Outcome;
  readonly presets: Readonly<Record<Setting, Chosen | null>>;
  readonly targets: readonly Target[];
}

export interface CalibrateOptions {
  readonly card: ModelCard;
  readonly seed: number;
  /** ISO 8601. */
  readonly time: string;
  /** A mean of tokens to solve for, beside the usual shares. */
  readonly target?: number | undefined;
  readonly signal: AbortSignal;
}

/** Throws a `bad-request` for courses of another part of the split, too few of them, or answers that are all right or all wrong. */
export async function calibrate(courses: readonly Course[], { card, seed, time, target, signal }: CalibrateOptions): Promise<Calibrated> {
  check(courses, card);
  const budget = Math.max(...courses.map((course) => course.budget));
  const interval = trialInterval(expectedThinking('high', card, budget));
  const scored = courses.map((course) => labelled(course, interval));
  const fits = new Map<SignalName, Fit>();
  for (const name of scoredSignals) {
    const fit = name === 'length' ? null : fitSignal(scored.map((found) => found.get(name) ?? []));
    if (fit && name !== 'length') fits.set(name, fit);
    signal.throwIfAborted();
  }
  const whole = await outcomeOf(courses, null, card);
  const tried = await tryAll(courses, families(courses, interval), card, signal);
  const presets = { cautious: choose(tried, whole, 'cautious'), eager: choose(tried, whole, 'eager') };
  const targets = [...TARGETS.map((share) => share * whole.tokens), ...(target === undefined ? [] : [target])].map((tokens): Target => ({ tokens, found: mostRight(tried, tokens) }));
  const calibration: Calibration = {
    id: `${(card.hash ?? '').slice(0, 12)}-${seed}-${time.slice(0, 10)}`,
    time,
    model: card.hash ?? '',
    labels: courses.reduce((sum, { places }) => sum + places.length, 0),
    tasks: courses.length,
    world: WORLD,
    split: 'calibration',
    seed,
    presets: { ...(presets.cautious ? { cautious: presets.cautious.spec } : {}), ...(presets.eager ? { eager: presets.eager.spec } : {}) },
    targets: targets.flatMap(({ tokens, found }) => (found ? [{ tokens: Math.round(tokens), exits: found.spec }] : [])),
    maps: Object.fromEntries([...fits].flatMap(([name, { map }]) => (map ? [[name, map]] : []))),
    reliability: Object.fromEntries([...fits].map(([name, fit]) => [name, reliabilityOf(fit)])),
  };
  return { calibration, fits, whole, presets, targets };
}

function check(courses: readonly Course[], card: ModelCard): void {
  const bad = (sentence: string): ReasoningError => new ReasoningError('bad-request', sentence);
  if (card.hash === undefined) throw bad(`${card.name} cannot be calibrated: its weights are not known, so a calibration could not be told from one of another model.`);
  if (courses.some(({ split }) => split !== 'calibration')) throw bad('A calibration may only learn from calibration problems: held-out ones are for measuring what it is worth.');
  const answers = courses.flatMap(({ places }) => places.map(({ end }) => end.right));
  if (!answers.includes(true)) throw bad(`${card.name} was right on none of the tasks of ${WORLD}, so there is nothing to learn about when it is. It may be a model for other questions, or answer in another form.`);
  if (!answers.includes(false)) throw bad(`${card.name} was right everywhere on the tasks of ${WORLD}, so there is nothing to learn about when it is wrong.`);
}

function mostRight(tried: readonly Tried[], tokens: number): Tried | null {
  const met = tried.filter(({ outcome }) => outcome.tokens <= tokens);
  return met.reduce<Tried | null>((found, one) => (found && found.outcome.right >= one.outcome.right ? found : one), null);
}

function reliabilityOf({ method, brier, baseBrier, calibrationError, bins, labels }: Fit): NonNullable<Calibration['reliability']>[string] {
  return { method, brier, baseBrier, calibrationError, labels, bins: bins.map(({ count, stated, right }) => ({ count, stated, right })) };
}
