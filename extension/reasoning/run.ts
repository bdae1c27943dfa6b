/**
 * One run from the question to its end: plan, open a session, reserve the budgets, let the strategy work, give the answer.
 * Everything that happens is an event; a failure is an event too, and what came before it is kept.
 */
import { TRACE_VERSION, type Outcome, type UnstampedEvent } from '../trace/events.ts';
import { chooseEffort, type ChosenEffort } from './auto-effort.ts';
import { cleanAnswer, closingText } from './answer.ts';
import { BudgetLedger } from './budget.ts';
import { signalsOfBudgetEnd } from './budget-end.ts';
import { initialState, uninterrupted, type Clock, type Deadlines, type RunContext } from './context.ts';
import type { RunControl } from './control.ts';
import { isCancellation, ReasoningError } from './errors.ts';
import { usableCalibration, type Calibration } from './calibration.ts';
import { expectedThinking } from './effort.ts';
import { buildExit, entropyWeight } from './exits/build.ts';
import { signalsOf, thresholdsOf } from './exits/spec.ts';
import { Measuring } from './measuring.ts';
import { Phases } from './phases.ts';
import { fitBudgets, planRun, type Plan, type RunSettings } from './plan.ts';
import type { Model, Session } from './port.ts';
import { ProbeMemory } from './probes.ts';
import { signalScales } from './signals/scales.ts';
import { leaksOf } from './signals/thought-leak.ts';
import { close } from './solving.ts';
import { runSingle, type Beginning, type SingleEnd } from './strategies/single.ts';

/** Share of the seconds that thinking may use; the rest is the answer's. */
const THINKING_SHARE_OF_SECONDS = 0.75;

export interface RunInput {
  readonly settings: RunSettings;
  readonly model: Model;
  readonly control: RunControl;
  readonly clock: Clock;
  /** ISO 8601 wall time of the start. */
  readonly startedAt: string;
  emit(event: UnstampedEvent): void;
}

/** Never throws: the outcome says how it went and the events say why. */
export async function runReasoning(asked: RunInput): Promise<Outcome> {
  const timers = new AbortController();
  let session: Session | undefined;
  let context: RunContext | undefined;
  try {
    const chosen = asked.settings.effortAsked === 'auto' ? await chooseEffort(asked.settings, asked.model, asked.settings.seed ?? 1, asked.control.stop) : null;
    const input: RunInput = chosen ? { ...asked, settings: { ...asked.settings, effort: chosen.effort } } : asked;
    const { hash } = input.model.card;
    const calibration = usableCalibration(input.settings.calibration, hash) ?? usableCalibration(input.model.calibration, hash);
    const plan = planRun(input.settings, input.model.card, calibration);
    session = await input.model.open(
      {
        messages: plan.messages,
        ...(plan.infill ? { infill: plan.infill } : {}),
        effort: input.settings.effort,
        think: plan.think,
        limits: plan.budgets,
        onNotice: (code, message) => input.emit({ type: 'notice', code, message }),
        onRequest: (request) => input.emit({ type: 'request', ...request }),
      },
      input.control.stop, // loading and prefill are cut short by Stop only
    );
    context = prepare(input, plan, calibration, session, timers.signal);
    emitStarted(context, calibration, input.startedAt);
    if (chosen) tellChosen(context, chosen);
    tellFitted(context, plan);
    const beginning = await begin(context);
    const end = await runSingle(context, beginning);
    await closeSession(input, session);
    return finish(context, end);
  } catch (error) {
    await closeSession(asked, session);
    return fail(asked, context, error);
  } finally {
    timers.abort();
  }
}

/** Before the run says that it has ended: what a session tells at its end belongs to the run. */
async function closeSession(input: RunInput, session: Session | undefined): Promise<void> {
  await session?.close().catch((error: unknown) => input.emit({ type: 'notice', code: 'close-failed', message: ReasoningError.from(error).message }));
}

function prepare(input: RunInput, plan: Plan, calibration: Calibration | undefined, session: Session, timersOff: AbortSignal): RunContext {
  const { card } = input.model;
  const closingReserve = card.thinking ? input.model.countTokens(closingText('x', card.thinking)) : 0;
  const budgets = fitBudgets(plan, input.settings, card, session.prompt.tokens, closingReserve);
  const ledger = new BudgetLedger({ budgets, prompt: session.prompt.tokens, contextLength: card.contextLength, closingReserve }, session.prompt.estimated);
  return {
    settings: input.settings,
    plan: { ...plan, budgets },
    model: input.model,
    session,
    ledger,
    phases: new Phases((from, to, reason) => input.emit({ type: 'phase', from, to, reason })),
    control: input.control,
    policy: buildExit(plan.exit.spec, expectedThinking(plan.effort, card, budgets.thinking)),
    measuring: new Measuring({
      card,
      level: plan.signals,
      needed: new Set([...(plan.exit.spec ? signalsOf(plan.exit.spec) : []), ...signalsOfBudgetEnd(plan.budgetEnd)]),
      scales: signalScales(card, budgets.thinking),
      calibration,
      emit: (event) => input.emit(event),
    }),
    probes: new ProbeMemory(entropyWeight(plan.exit.spec)),
    clock: input.clock,
    deadlines: deadlines(budgets.seconds, input.clock, timersOff),
    state: initialState(),
    emit: (event) => input.emit(event),
  };
}

function deadlines(seconds: number | undefined, clock: Clock, off: AbortSignal): Deadlines {
  if (seconds === undefined) return { thinking: uninterrupted, solving: uninterrupted };
  const after = (milliseconds: number): AbortSignal => {
    const timer = new AbortController();
    void clock.sleep(milliseconds, off).then(() => {
      if (!off.aborted) timer.abort();
    });
    return timer.signal;
  };
  return { thinking: after(seconds * 1000 * THINKING_SHARE_OF_SECONDS), solving: after(seconds * 1000) };
}

function emitStarted(context: RunContext, calibration: Calibration | undefined, time: string): void {
  const { settings, plan, session } = context;
  const { card } = context.model;
  context.emit({
    type: 'started',
    version: TRACE_VERSION,
    time,
    model: { id: card.id, name: card.name, backend: card.backend, ...(card.hash === undefined ? {} : { hash: card.hash }), ...(card.origin === undefined ? {} : { origin: card.origin }) },
    task: { question: settings.question, ...(settings.context ? { context: settings.context } : {}), ...(settings.history?.length ? { history: [...settings.history] } : {}) },
    prompt: { text: session.prompt.text, tokens: session.prompt.tokens, estimated: session.prompt.estimated },
    effort: plan.effort,
    ...(settings.effortAsked === undefined ? {} : { effortAsked: settings.effortAsked }),
    effortKind: card.effort,
    budgets: context.ledger.budgets,
    enforcement: plan.enforcement,
    sampler: plan.sampler,
    seed: plan.seed,
    exitPolicy: plan.exit.name,
    exit: { setting: plan.exit.setting, words: plan.exit.words, ...(plan.exit.spec ? { thresholds: thresholdsOf(plan.exit.spec) } : {}) },
    ...(plan.think && (settings.budgetEnd !== undefined || plan.budgetEnd.kind !== 'cut') ? { budgetEnd: { kind: plan.budgetEnd.kind, words: plan.budgetEnd.words } } : {}),
    ...(calibration ? { calibration: { id: calibration.id, time: calibration.time, labels: calibration.labels, ...(calibration.tasks === undefined ? {} : { tasks: calibration.tasks }) } } : {}),
    signals: plan.signals,
    ...(settings.samples !== undefined && settings.samples > 1 ? { samples: settings.samples } : {}),
    ...(settings.resume ? { parent: settings.resume.parent } : {}),
  });
}

function tellChosen({ ledger, emit }: RunContext, { decision, probed }: ChosenEffort): void {
  if (ledger.canProbe(probed)) ledger.chargeProbe(probed);
  emit({ type: 'decision', decision });
}

/** Figures that came from the effort shrink to the room there is; the person is told, because a lower number than usual looks odd. */
function tellFitted(context: RunContext, plan: Plan): void {
  const { thinking, solution } = context.ledger.budgets;
  if (thinking === plan.budgets.thinking && solution === plan.budgets.solution) return;
  const message = `The effort would give ${plan.budgets.thinking} thinking and ${plan.budgets.solution} solution tokens; the model’s context has room for ${thinking} and ${solution}.`;
  context.emit({ type: 'notice', code: 'budgets-fitted', message });
}

/** Bring the session to where the strategy begins: inside the thoughts, or at the answer. */
async function begin(context: RunContext): Promise<Beginning> {
  const { settings, model, session, state } = context;
  const format = model.card.thinking;
  if (settings.resume) return resume(context, settings.resume);
  if (!format || !context.plan.think) {
    state.thoughtsEnd = session.position;
    if (format && session.prompt.opensThinking) await close(context, 'no-thinking');
    context.phases.to('solving', 'no-thinking');
    return 'solving';
  }
  context.phases.to('thinking', 'start');
  context.measuring.begin();
  return 'thinking';
}

/** Put back what an earlier run had. Those tokens were paid for there. */
async function resume(context: RunContext, from: NonNullable<RunSettings['resume']>): Promise<Beginning> {
  const { model, session, state, ledger } = context;
  const format = model.card.thinking;
  const put = async (phase: 'thinking' | 'closing' | 'solving', text: string): Promise<void> => {
    if (text === '') return;
    if (model.countTokens(text) > ledger.contextLeft) throw new ReasoningError('context-overflow', 'The earlier run and the new budgets do not fit into the model’s context together. Lower a budget.');
    const tokens = await session.append(text, uninterrupted);
    ledger.chargeResumed(tokens);
    context.emit({ type: 'tokens', phase, source: 'resumed', text, count: tokens });
  };
  if (format) {
    const thoughts = session.prompt.opensThinking ? from.thoughts : `${format.open}\n${from.thoughts}`;
    await put('thinking', thoughts);
    state.thoughts = from.thoughts;
  }
  state.thoughtsEnd = session.position;
  if (from.into === 'thinking' && format) {
    context.phases.to('thinking', 'resumed');
    state.exitsSuspended = true;
    state.keepThinkingFor = from.atLeast ?? 16;
    return 'thinking';
  }
  if (format) await put('closing', closingText(from.thoughts, format));
  context.phases.to('solving', 'resumed');
  await put('solving', from.answer);
  state.answer = from.answer;
  return 'solving';
}

function finish(context: RunContext, end: SingleEnd): Outcome {
  const answer = cleanAnswer(context.state.answer, context.model.card.thinking);
  if (answer !== '') {
    context.emit({ type: 'answer', text: answer, truncated: end !== 'ended' });
    context.measuring.tell({ signal: 'thought-leak', value: leaksOf(answer).leaks }, context.ledger.usage.thinking);
  } else if (end === 'ended') context.emit({ type: 'notice', code: 'empty-answer', message: 'The model ended its turn without an answer. Ask again, or give it more thinking tokens.' });
  else if (end === 'truncated') context.emit({ type: 'notice', code: 'no-answer', message: 'The solution budget ended before there was an answer. Raise it and continue.' });
  const outOfTime = context.deadlines.solving.aborted;
  context.phases.to('done', end === 'ended' ? 'natural-end' : end === 'stopped' ? 'stopped' : outOfTime ? 'time' : 'budget');
  const outcome: Outcome = end === 'stopped' ? 'stopped' : answer === '' ? 'exhausted' : 'answered';
  context.emit({ type: 'ended', outcome, usage: context.ledger.usage, elapsedMs: context.clock.now() });
  return outcome;
}

/** Stop while a session is being opened is a stop, not a failure. */
function fail(input: RunInput, context: RunContext | undefined, error: unknown): Outcome {
  const stopped = isCancellation(error) && input.control.stop.aborted;
  const partial = context ? cleanAnswer(context.state.answer, context.model.card.thinking) : '';
  if (partial !== '') input.emit({ type: 'answer', text: partial, truncated: true });
  if (!stopped) {
    const failure = ReasoningError.from(error);
    input.emit({ type: 'error', reason: failure.reason, message: failure.message });
  }
  if (context && context.phases.current !== 'done') context.phases.to('done', stopped ? 'stopped' : 'failed');
  const usage = context?.ledger.usage ?? { prompt: 0, thinking: 0, solution: 0, probes: 0, injected: 0, discarded: 0, estimated: false };
  const outcome: Outcome = stopped ? 'stopped' : 'failed';
  input.emit({ type: 'ended', outcome, usage, elapsedMs: input.clock.now() });
  return outcome;
}
