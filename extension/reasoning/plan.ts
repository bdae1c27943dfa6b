/** From a request and a model's card to what the run will do. Everything the person set overrides the effort. */
import type { BudgetEnd, Budgets, Effort, RunEventOf, Sampler, Sampling, SignalLevel, SteerCommand } from '../trace/events.ts';
import { planBudgetEnd, type PlannedBudgetEnd } from './budget-end.ts';
import type { Calibration } from './calibration.ts';
import { effortBudgets, effortPresets } from './effort.ts';
import { ReasoningError } from './errors.ts';
import { noExit, planExit, type ExitChoice, type PlannedExit } from './exits/preset.ts';
import type { ChatMessage, Infill, ModelCard } from './port.ts';
import { composeConversation, type Question } from './prompt.ts';
import type { ToolBudgets } from './tools/names.ts';
import { said } from '../trace/said.ts';

export type KeepThinking = Extract<SteerCommand, { kind: 'keep-thinking' }>;

/** What a run is asked to do, free of where the model lives. */
export interface RunSettings extends Question {
  readonly run: string;
  /** With `effortAsked: 'auto'` only what stands in until one is chosen. */
  readonly effort: Effort;
  readonly effortAsked?: 'auto' | undefined;
  readonly budgets?: { readonly thinking?: number | undefined; readonly solution?: number | undefined; readonly seconds?: number | undefined } | undefined;
  readonly sampler?: { readonly [K in keyof Sampler]?: Sampler[K] | undefined } | undefined;
  readonly seed?: number | undefined;
  /** How soon the thinking may end early; absent: as the effort says. */
  readonly exits?: ExitChoice | undefined;
  /** Ask so many times, and let the answers vote; absent: once. */
  readonly samples?: number | undefined;
  /** What several samples are; absent: whole runs whose answers vote. */
  readonly sampling?: Sampling | undefined;
  /** Have the model split the question into parts first, and deal the thinking budget out among them. */
  readonly planFirst?: boolean | undefined;
  /** Which signals are measured; absent: what is cheap. */
  readonly signals?: SignalLevel | undefined;
  /** Measure everything at every place, with the answer an end there would give, and charge nothing of it: for learning what signals are worth. */
  readonly survey?: boolean | undefined;
  /** What labelled runs taught about this model; absent: what the model itself comes with. */
  readonly calibration?: Calibration | undefined;
  /** How the budget ends the thoughts; absent: as suits the model. */
  readonly budgetEnd?: BudgetEnd | undefined;
  /** The gap to fill; the question says the same in words, for models that only answer questions. */
  readonly infill?: Infill | undefined;
  /** Uses of tools that are allowed; absent: none are offered. */
  readonly tools?: ToolBudgets | undefined;
  readonly pace?: number | undefined;
  readonly holdAt?: number | undefined;
  readonly resume?: { readonly parent: string; readonly thoughts: string; readonly answer: string; readonly into: 'thinking' | 'solving'; readonly atLeast?: number | undefined; readonly cutOff?: true | undefined } | undefined;
}

export interface Plan {
  readonly messages: readonly ChatMessage[];
  /** Null also for a model that cannot fill gaps. */
  readonly infill: Infill | null;
  readonly budgets: Budgets;
  readonly sampler: Sampler;
  readonly seed: number;
  readonly think: boolean;
  readonly effort: Effort;
  readonly exit: PlannedExit;
  readonly signals: SignalLevel;
  readonly survey: boolean;
  readonly budgetEnd: PlannedBudgetEnd;
  readonly enforcement: RunEventOf<'started'>['enforcement'];
}

/** `calibration` must be one of this very model. */
export function planRun(settings: RunSettings, card: ModelCard, calibration?: Calibration): Plan {
  if (settings.question.trim() === '') throw new ReasoningError('bad-request', said('Ask something: the question is empty.'));
  const { conversation } = card.capabilities;
  if (settings.history !== undefined && settings.history.length > 0 && conversation?.available === false) throw new ReasoningError('bad-request', conversation.reason);
  const budgets = planBudgets(settings, card);
  // A run that goes on from another needs its thoughts in the prompt even if none are added.
  const survey = settings.survey === true;
  const think = card.thinking !== null && (budgets.thinking > 0 || settings.resume !== undefined);
  return {
    messages: planMessages(settings, card),
    infill: card.capabilities.infill?.available === true ? (settings.infill ?? null) : null,
    budgets,
    sampler: { ...card.defaultSampler, ...withoutUndefined(settings.sampler ?? {}) },
    seed: settings.seed ?? 1,
    think,
    effort: settings.effort,
    exit: think ? planExit(survey ? 'off' : (settings.exits ?? 'effort'), settings.effort, card, calibration) : noExit('off', said('There is no thinking that could end early.')),
    signals: survey ? 'all' : (settings.signals ?? 'cheap'),
    survey,
    budgetEnd: planBudgetEnd(survey ? 'cut' : settings.budgetEnd, card),
    enforcement: enforcementOf(card),
  };
}

function planBudgets(settings: RunSettings, card: ModelCard): Budgets {
  const byEffort = effortBudgets(settings.effort, card);
  for (const [name, value] of Object.entries(settings.budgets ?? {})) {
    if (value !== undefined && (!Number.isFinite(value) || value < 0)) throw new ReasoningError('bad-request', said('The {0} budget must be 0 or more, not {1}.', name, value));
  }
  const solution = settings.budgets?.solution ?? byEffort.solution;
  if (solution === 0) throw new ReasoningError('bad-request', said('The solution budget must be at least 1 token: with 0 there is no room for an answer.'));
  const thinking = card.thinking === null || settings.infill ? 0 : (settings.budgets?.thinking ?? byEffort.thinking);
  const seconds = settings.budgets?.seconds;
  return seconds === undefined ? { thinking, solution } : { thinking, solution, seconds };
}

/**
 * Fit the budgets into the room the prompt leaves. Figures the person set are never changed silently: they fit or the run is refused;
 * figures that came from the effort shrink. Units: tokens.
 */
export function fitBudgets(plan: Plan, settings: RunSettings, card: ModelCard, promptTokens: number, closingReserve: number): Budgets {
  const room = card.contextLength - promptTokens - closingReserve;
  const asked = settings.budgets ?? {};
  const smallest = 16;
  if (room < smallest) {
    throw new ReasoningError('context-overflow', said('The prompt takes {0} of the {1} tokens {2} can hold, which leaves no room for an answer. Ask about less code, or choose a model with a longer context.', promptTokens, card.contextLength, card.name));
  }
  const set = (asked.thinking ?? 0) + (asked.solution ?? 0);
  const forAnswer = asked.solution === undefined ? smallest : 0;
  if (set + forAnswer > room) {
    const most = asked.solution === undefined ? said('thinking can have {0} at most, not {1}', room - forAnswer, set) : said('thinking and solution together can have {0}, not {1}', room, set);
    throw new ReasoningError('context-overflow', said('The budgets do not fit: {0} holds {1} tokens and the prompt takes {2}, so {3}. Lower a budget or ask about less code.', card.name, card.contextLength, promptTokens, most));
  }
  const solution = asked.solution ?? Math.max(smallest, Math.min(plan.budgets.solution, room - (asked.thinking ?? Math.floor(room * 0.5))));
  const thinking = asked.thinking ?? Math.min(plan.budgets.thinking, room - solution);
  return { ...plan.budgets, thinking: card.thinking === null ? 0 : thinking, solution };
}

function planMessages(settings: RunSettings, card: ModelCard): ChatMessage[] {
  const messages = composeConversation(settings);
  // A server that is asked for the effort in a field of its own needs no words on top; a model trained for efforts may even be confused by them.
  if (card.effort === 'cap') messages.unshift({ role: 'system', content: effortPresets[settings.effort].instruction });
  return messages;
}

function enforcementOf(card: ModelCard): Plan['enforcement'] {
  switch (card.capabilities.thinkingBudget ?? card.capabilities.endThinking) {
    case 'exact':
      return 'exact';
    case 'degraded':
      return 'degraded';
    case 'unavailable':
      return 'unenforceable';
  }
}

function withoutUndefined(sampler: NonNullable<RunSettings['sampler']>): Partial<Sampler> {
  return Object.fromEntries(Object.entries(sampler).filter(([, value]) => value !== undefined));
}
