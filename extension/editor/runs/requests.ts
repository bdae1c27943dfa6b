/** Builds run requests from settings, and from earlier runs that go on. */
import { ReasoningError } from '../../reasoning/errors.ts';
import type { ModelRef, RunRequest } from '../../runs/service.ts';
import type { AskedEffort, Effort, RunEvent } from '../../trace/events.ts';
import { viewAtDecision } from '../../trace/branch.ts';
import { cutOffIn, thoughtsText, type RunView } from '../../trace/view.ts';
import type { Settings } from '../settings.ts';
import { newRunId } from './live-run.ts';
import type { CodeContext } from './question.ts';
import { said } from '../../trace/said.ts';

export interface Ask {
  readonly question: string;
  readonly context?: CodeContext | undefined;
  /** What else goes along. */
  readonly attached?: readonly CodeContext[] | undefined;
  /** The conversation so far, when this follows up on it. */
  readonly history?: RunRequest['history'];
  readonly effort?: Effort | undefined;
  readonly budgets?: RunRequest['budgets'];
  readonly seed?: number | undefined;
  readonly exits?: 'effort' | 'off' | 'cautious' | 'eager' | undefined;
  readonly signals?: RunRequest['signals'];
  readonly samples?: number | undefined;
  /** It is about code in general, which the bundled model knows nothing of. */
  readonly general?: true | undefined;
  /** The answer is a suggestion, to be checked. */
  readonly gate?: RunRequest['gate'];
  /** Candidates are drawn and tried with the tests of the workspace. */
  readonly verify?: RunRequest['verify'];
  /** Uses of tools that are allowed; absent: none. */
  readonly tools?: RunRequest['tools'];
  /** For tests: pause at this thinking token until released or steered. */
  readonly holdAt?: number | undefined;
  /** Tokens per second; 0 is as fast as it goes. Taken from the setting when absent. */
  readonly pace?: number | undefined;
}

/** A request with absent instead of undefined fields. */
type Sparse<T> = { [K in keyof T]: T[K] | undefined };

function dense<T extends object>(value: Sparse<T>): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

export function askRequest(ask: Ask, model: ModelRef, asked: AskedEffort, settings: Settings, bundled: boolean): RunRequest {
  const budgets = dense<NonNullable<RunRequest['budgets']>>({
    thinking: ask.budgets?.thinking ?? settings.get('budgets.thinking') ?? undefined,
    solution: ask.budgets?.solution ?? settings.get('budgets.solution') ?? undefined,
    seconds: ask.budgets?.seconds ?? settings.get('budgets.seconds') ?? undefined,
  });
  return dense<RunRequest>({
    run: newRunId(),
    model,
    priority: 'person',
    question: ask.question,
    context: ask.context,
    attached: ask.attached?.length ? [...ask.attached] : undefined,
    history: ask.history,
    effort: ask.effort ?? (asked === 'auto' ? 'high' : asked),
    effortAsked: ask.effort === undefined && asked === 'auto' ? 'auto' : undefined,
    budgets,
    sampler: samplerOf(settings),
    seed: ask.seed ?? settings.get('seed') ?? undefined,
    exits: ask.exits ?? exitsOf(settings),
    signals: ask.signals ?? settings.get('signals'),
    samples: ask.verify ? undefined : sampled(ask.samples ?? settings.get('samples')),
    planFirst: (ask.verify === undefined && settings.get('planFirst')) || undefined,
    sampling: ask.verify === undefined && settings.get('sampling') === 'particles' ? 'particles' : undefined,
    budgetEnd: budgetEndOf(settings),
    pace: paceOf(ask.pace ?? settings.get('pace'), bundled),
    holdAt: ask.holdAt,
    gate: ask.gate,
    tools: ask.gate === undefined && ask.verify === undefined ? ask.tools : undefined,
    verify: ask.verify,
    resume: undefined,
  });
}

/** Go on thinking from where a finished run stood, with room for so many tokens more. */
export function keepThinkingRequest(view: RunView, model: ModelRef, tokens: number, settings: Settings, bundled: boolean): RunRequest {
  return { ...again(view, model, settings, bundled), budgets: { thinking: tokens, solution: view.budgets.solution }, exits: 'off', resume: { ...resumed(view), answer: '', into: 'thinking' } };
}

export interface GoOn {
  readonly view: RunView;
  readonly events: readonly RunEvent[];
  /** Number of the decision to do without. */
  readonly decision: number;
  readonly model: ModelRef;
  readonly bundled: boolean;
  /** Tokens the model can hold, when that is known. */
  readonly contextLength: number | undefined;
}

/** Fewer tokens than this are not worth a run. */
const LEAST_MORE = 16;
/** Tokens kept free for the text that closes the thoughts. */
const CLOSING_ROOM = 32;

/** What if it had gone on: everything as it was when the decision was taken, with what was left of the budget and no exit. */
export function goOnRequest({ view, events, decision, model, bundled, contextLength }: GoOn, settings: Settings): RunRequest {
  const then = viewAtDecision(events, decision);
  if (!then) throw new ReasoningError('bad-request', said('The recording of this run does not hold that decision, so nothing can go on from it.'));
  const { thinking, prompt, injected } = then.usage;
  const left = then.budgets.thinking - thinking;
  // Where the budget had ended the thoughts, they get as much again, as far as the model can hold it.
  const wanted = left >= LEAST_MORE ? left : then.budgets.thinking;
  const room = contextLength === undefined ? wanted : contextLength - prompt - thinking - injected - then.budgets.solution - CLOSING_ROOM;
  if (Math.min(wanted, room) < LEAST_MORE) throw new ReasoningError('context-overflow', said('The model cannot hold more thought than it had in this run, so it cannot go on from here.'));
  const request = again(view, model, settings, bundled);
  return { ...request, budgets: { thinking: Math.min(wanted, room), solution: then.budgets.solution }, exits: 'off', resume: { parent: view.run, thoughts: thoughtsText(then), answer: '', into: 'thinking', atLeast: 0 } };
}

/** Go on writing an answer that a budget cut off. */
export function continueRequest(view: RunView, model: ModelRef, settings: Settings, bundled: boolean): RunRequest {
  return { ...again(view, model, settings, bundled), budgets: { thinking: 0, solution: view.budgets.solution }, resume: { ...resumed(view), answer: view.answer, into: 'solving' } };
}

/** What a run that failed or was cut off had left to do: from its thoughts, or from its answer, with what was left of its budgets. */
export function resumeRequest(view: RunView, model: ModelRef, settings: Settings, bundled: boolean): RunRequest {
  const request = again(view, model, settings, bundled);
  const { budgets, usage, started } = view;
  const asked = started?.exit?.setting;
  const exits = asked === undefined || asked === 'custom' || asked === 'average' ? exitsOf(settings) : asked;
  const seconds = budgets.seconds === undefined ? {} : { seconds: budgets.seconds };
  const thoughts = thoughtsText(view);
  // Nothing had come: the whole question is asked again.
  if (thoughts === '' && view.answer === '') return { ...request, budgets: { ...budgets }, exits };
  const left = budgets.thinking - usage.thinking - usage.probes;
  const thinks = ['idle', 'thinking'].includes(cutOffIn(view) ?? '') && left > 0;
  if (thinks) return { ...request, budgets: { thinking: left, solution: budgets.solution, ...seconds }, exits, resume: { ...resumed(view), answer: '', into: 'thinking', cutOff: true } };
  const solution = Math.max(Math.min(LEAST_MORE, budgets.solution), budgets.solution - usage.solution);
  return { ...request, budgets: { thinking: 0, solution, ...seconds }, resume: { ...resumed(view), answer: view.answer, into: 'solving', cutOff: true } };
}

function again(view: RunView, model: ModelRef, settings: Settings, bundled: boolean): RunRequest {
  if (!view.started) throw new ReasoningError('bad-request', said('This run never started, so there is nothing to go on from.'));
  const { task, effort, sampler, seed, signals } = view.started;
  return dense<RunRequest>({
    run: newRunId(),
    model,
    priority: 'person',
    question: task.question,
    context: task.context,
    attached: task.attached,
    history: task.history,
    effort,
    effortAsked: undefined,
    budgets: undefined,
    sampler,
    seed,
    exits: undefined,
    signals,
    samples: undefined,
    sampling: undefined,
    planFirst: undefined,
    budgetEnd: budgetEndOf(settings),
    pace: paceOf(settings.get('pace'), bundled),
    holdAt: undefined,
    gate: undefined,
    resume: undefined,
  });
}

function exitsOf(settings: Settings): RunRequest['exits'] {
  const exits = settings.get('exits');
  return exits === 'average' ? { average: settings.get('averageTokens') } : exits;
}

function resumed(view: RunView): { parent: string; thoughts: string } {
  return { parent: view.run, thoughts: thoughtsText(view) };
}

/** One is what everything does that knows nothing of samples. */
function sampled(samples: number): number | undefined {
  return samples > 1 ? samples : undefined;
}

function samplerOf(settings: Settings): RunRequest['sampler'] {
  return dense<NonNullable<RunRequest['sampler']>>({
    temperature: settings.get('sampler.temperature') ?? undefined,
    topK: settings.get('sampler.topK') ?? undefined,
    topP: settings.get('sampler.topP') ?? undefined,
    minP: settings.get('sampler.minP') ?? undefined,
  });
}

function budgetEndOf(settings: Settings): RunRequest['budgetEnd'] {
  const asked = settings.get('budgetEnd');
  return asked === 'auto' ? undefined : asked;
}

/** Only the bundled model is so fast that it has to be slowed down to be watched. */
function paceOf(tokensPerSecond: number, bundled: boolean): number | undefined {
  return bundled && tokensPerSecond >= 1 ? tokensPerSecond : undefined;
}
