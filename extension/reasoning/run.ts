/**
 * One run from the question to its end: plan, open a session, reserve the budgets, let the strategy work, give the answer.
 * Everything that happens is an event; a failure is an event too, and what came before it is kept.
 */
import { TRACE_VERSION, type Decision, type Outcome, type UnstampedEvent } from '../trace/events.ts';
import { chooseEffort } from './auto-effort.ts';
import { cleanAnswer, closingText } from './answer.ts';
import { BudgetLedger } from './budget.ts';
import { signalsOfBudgetEnd } from './budget-end.ts';
import { decide, initialState, uninterrupted, type Clock, type Deadlines, type RunContext } from './context.ts';
import type { RunControl } from './control.ts';
import { isCancellation, ReasoningError } from './errors.ts';
import { usableCalibration, type Calibration } from './calibration.ts';
import { expectedThinking } from './effort.ts';
import { buildExit, entropyWeight } from './exits/build.ts';
import { signalsOf, thresholdsOf } from './exits/spec.ts';
import { Measuring } from './measuring.ts';
import { Phases } from './phases.ts';
import { fitBudgets, planRun, type Plan, type RunSettings } from './plan.ts';
import type { Model, OpenOptions, Session } from './port.ts';
import { ProbeMemory } from './probes.ts';
import { signalScales } from './signals/scales.ts';
import { leaksOf } from './signals/thought-leak.ts';
import { close } from './solving.ts';
import { askedByPlan, planFirst, planned, planTokens } from './strategies/plan-first.ts';
import { withParticles } from './strategies/particle-filter.ts';
import { runSingle, type Beginning, type SingleEnd } from './strategies/single.ts';
import { useTools, type ToolUsing } from './strategies/tool-turns.ts';
import { ToolLedger } from './tools/ledger.ts';
import type { ToolBox } from './tools/port.ts';
import { asksForTools, findToolBlock } from './tools/request.ts';
import { toolInstructions } from './tools/wording.ts';

/** Share of the seconds that thinking may use; the rest is the answer's. */
const THINKING_SHARE_OF_SECONDS = 0.75;

export interface RunInput {
  readonly settings: RunSettings;
  readonly model: Model;
  readonly control: RunControl;
  readonly clock: Clock;
  /** ISO 8601 wall time of the start. */
  readonly startedAt: string;
  /** Carries out what the model asks for; absent: no tools can be had here. */
  readonly tools?: ToolBox | undefined;
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
    const using = toolsFor(input);
    const parts = await withParts(input, planRun(input.settings, input.model.card, calibration));
    const plan = withTools(parts.plan, using);
    session = await withParticles(await open(input, plan, plan.budgets), input.settings, plan, input.model.card, {
      decide: (decision) => context && decide(context, decision),
      discard: (tokens) => context?.ledger.discardExcess(tokens),
      notice: (code, message) => input.emit({ type: 'notice', code, message }),
    });
    context = prepare(input, plan, calibration, session, timers.signal, using !== null);
    emitStarted(context, calibration, input.startedAt);
    if (chosen) tellAhead(context, chosen);
    if (parts.ahead) tellAhead(context, parts.ahead);
    tellFitted(context, plan);
    const beginning = await begin(context);
    let end = await runSingle(context, beginning);
    if (using) {
      const nextTurn = async (before: RunContext, messages: Plan['messages']): Promise<RunContext> => {
        await closeSession(input, before.session);
        const { ledger } = before;
        const next: Plan = { ...plan, messages, budgets: before.plan.budgets, think: plan.think && ledger.thinkingLeft > 0 };
        session = await open(input, next, { thinking: ledger.thinkingLeft, solution: ledger.solutionLeft });
        context = turnOf(input, before, next, calibration, session);
        return context;
      };
      ({ context, end } = await useTools({ context, end }, using, nextTurn));
    }
    await closeSession(input, session);
    return finish(context, end);
  } catch (error) {
    await closeSession(asked, session);
    return fail(asked, context, error);
  } finally {
    timers.abort();
  }
}

function open({ settings, model, control, emit }: RunInput, plan: Plan, limits: OpenOptions['limits']): Promise<Session> {
  return model.open(
    {
      messages: plan.messages,
      ...(plan.infill ? { infill: plan.infill } : {}),
      effort: settings.effort,
      think: plan.think,
      limits: { thinking: limits.thinking, solution: limits.solution },
      onNotice: (code, message) => emit({ type: 'notice', code, message }),
      onRequest: (request) => emit({ type: 'request', ...request }),
    },
    control.stop, // loading and prefill are cut short by Stop only
  );
}

/** What the run needs for tools; null where none were asked for, or none can be had. */
function toolsFor({ settings, model, tools, emit }: RunInput): ToolUsing | null {
  if (settings.tools === undefined) return null;
  const missing = model.card.capabilities.tools;
  const why = missing?.available === false ? missing.reason : tools === undefined ? `${model.card.name} does not run where the tools of the workspace are, so the run goes on without them.` : settings.resume !== undefined ? 'A run that goes on from another one has no tools.' : null;
  const ledger = new ToolLedger(settings.tools);
  if (why !== null) emit({ type: 'notice', code: 'no-tools', message: why });
  return why !== null || tools === undefined || ledger.offered.length === 0 ? null : { box: tools, ledger };
}

/** Templates may know one system message only, so the words about tools go into the one that is there. */
function withTools(plan: Plan, using: ToolUsing | null): Plan {
  if (!using) return plan;
  const words = toolInstructions(using.ledger);
  const [first, ...rest] = plan.messages;
  return { ...plan, messages: first?.role === 'system' ? [{ role: 'system', content: `${first.content}\n\n${words}` }, ...rest] : [{ role: 'system', content: words }, ...plan.messages] };
}

/** Before the run says that it has ended: what a session tells at its end belongs to the run. */
async function closeSession(input: RunInput, session: Session | undefined): Promise<void> {
  await session?.close().catch((error: unknown) => input.emit({ type: 'notice', code: 'close-failed', message: ReasoningError.from(error).message }));
}

function prepare(input: RunInput, plan: Plan, calibration: Calibration | undefined, session: Session, timersOff: AbortSignal, asksTools: boolean): RunContext {
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
    ...watching(input, plan, calibration, budgets.thinking),
    clock: input.clock,
    deadlines: deadlines(budgets.seconds, input.clock, timersOff),
    state: initialState(),
    ...(asksTools ? { endsAnswer: asksForTools } : {}),
    emit: (event) => input.emit(event),
  };
}

/** What looks at the thoughts of one turn. */
function watching(input: RunInput, plan: Plan, calibration: Calibration | undefined, thinking: number): Pick<RunContext, 'policy' | 'measuring' | 'probes'> {
  const { card } = input.model;
  return {
    policy: buildExit(plan.exit.spec, expectedThinking(plan.effort, card, thinking)),
    measuring: new Measuring({
      card,
      level: plan.signals,
      needed: new Set([...(plan.exit.spec ? signalsOf(plan.exit.spec) : []), ...signalsOfBudgetEnd(plan.budgetEnd)]),
      scales: signalScales(card, thinking),
      calibration,
      emit: (event) => input.emit(event),
    }),
    probes: new ProbeMemory(entropyWeight(plan.exit.spec)),
  };
}

/** The next turn of the same run: a new sequence under what is left of the budgets. */
function turnOf(input: RunInput, before: RunContext, plan: Plan, calibration: Calibration | undefined, session: Session): RunContext {
  before.ledger.beginTurn(session.prompt.tokens);
  const { exitsSuspended, released, nextTokenAt } = before.state;
  return { ...before, plan, session, ...watching(input, plan, calibration, before.ledger.budgets.thinking), state: { ...initialState(), exitsSuspended, released, nextTokenAt } };
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
    ...(settings.samples !== undefined && settings.samples > 1 ? { samples: settings.samples, ...(settings.sampling === 'particles' ? { sampling: settings.sampling } : {}) } : {}),
    ...(context.endsAnswer && settings.tools ? { tools: settings.tools } : {}),
    ...(settings.resume ? { parent: settings.resume.parent } : {}),
  });
}

interface Ahead {
  readonly decision: Decision;
  readonly probed: number;
}

/** The question with its parts, where they were wanted and the model gave any. */
async function withParts({ settings, model, control, emit }: RunInput, plan: Plan): Promise<{ readonly plan: Plan; readonly ahead: Ahead | null }> {
  if (settings.planFirst !== true || !plan.think || plan.infill || plan.survey || settings.resume) return { plan, ahead: null };
  const { thinking } = plan.budgets;
  const found = await planFirst(plan.messages, model, planTokens(thinking), plan.seed, control.stop);
  if (found.parts.length === 0) {
    emit({ type: 'notice', code: 'no-parts', message: `${model.card.name} gave no list of parts that could be read, so the question was asked as it is.` });
    return { plan, ahead: null };
  }
  const { tokens, decision } = planned(found, Math.max(0, thinking - found.tokens));
  return { plan: { ...plan, messages: askedByPlan(plan.messages, found.parts, tokens) }, ahead: { decision, probed: found.tokens } };
}

/** What was done before the run could begin, and what it cost. */
function tellAhead({ ledger, emit }: RunContext, { decision, probed }: Ahead): void {
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
    state.exitsSuspended = from.cutOff !== true;
    state.keepThinkingFor = from.atLeast ?? (from.cutOff ? 0 : 16);
    return 'thinking';
  }
  if (format) await put('closing', closingText(from.thoughts, format));
  context.phases.to('solving', 'resumed');
  await put('solving', from.answer);
  state.answer = from.answer;
  return 'solving';
}

/** A request for tools is no answer. */
function finalAnswer({ state, model, endsAnswer }: RunContext): string {
  const answer = cleanAnswer(state.answer, model.card.thinking);
  return (endsAnswer && findToolBlock(answer)?.before) ?? answer;
}

function finish(context: RunContext, end: SingleEnd): Outcome {
  const answer = finalAnswer(context);
  if (answer !== '') {
    context.emit({ type: 'answer', text: answer, truncated: end !== 'ended' });
    context.measuring.tell({ signal: 'thought-leak', value: leaksOf(answer).leaks }, context.ledger.usage.thinking);
  } else if (end === 'ended') context.emit({ type: 'notice', code: 'empty-answer', message: 'The model ended its turn without an answer. Ask again, or give it more thinking tokens.' });
  else if (end === 'truncated') context.emit({ type: 'notice', code: 'no-answer', message: 'The solution budget ended before there was an answer. Raise it and continue.' });
  // A request for tools that was left over stands where an answer would.
  if (answer === '' && context.endsAnswer && context.state.answer.trim() !== '') context.emit({ type: 'answer', text: '', truncated: end !== 'ended' });
  const outOfTime = context.deadlines.solving.aborted;
  context.phases.to('done', end === 'ended' ? 'natural-end' : end === 'stopped' ? 'stopped' : outOfTime ? 'time' : 'budget');
  const outcome: Outcome = end === 'stopped' ? 'stopped' : answer === '' ? 'exhausted' : 'answered';
  context.emit({ type: 'ended', outcome, usage: context.ledger.usage, elapsedMs: context.clock.now() });
  return outcome;
}

/** Stop while a session is being opened is a stop, not a failure. */
function fail(input: RunInput, context: RunContext | undefined, error: unknown): Outcome {
  const stopped = isCancellation(error) && input.control.stop.aborted;
  const partial = context ? finalAnswer(context) : '';
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
