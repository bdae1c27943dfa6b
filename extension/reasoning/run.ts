/**
 * One run from the question to its end: plan, open a session, reserve the budgets, let the strategy work, give the answer.
 * Everything that happens is an event; a failure is an event too, and what came before it is kept.
 */
import type { Outcome } from '../trace/events.ts';
import { cleanAnswer } from './answer.ts';
import { chooseEffort } from './auto-effort.ts';
import { usableCalibration } from './calibration.ts';
import { decide, type RunContext } from './context.ts';
import { isCancellation, ReasoningError } from './errors.ts';
import { emitStarted, tellAhead, tellFitted, withParts } from './opening.ts';
import { planRun, type Plan } from './plan.ts';
import type { OpenOptions, Session } from './port.ts';
import { prepare, turnOf } from './preparing.ts';
import { begin } from './resuming.ts';
import type { RunInput } from './run-input.ts';
import { leaksOf } from './signals/thought-leak.ts';
import { withParticles } from './strategies/particle-filter.ts';
import { runSingle, type SingleEnd } from './strategies/single.ts';
import { useTools, type ToolUsing } from './strategies/tool-turns.ts';
import { ToolLedger } from './tools/ledger.ts';
import { findToolBlock } from './tools/request.ts';
import { toolInstructions } from './tools/wording.ts';
import { said } from '../trace/said.ts';

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
  const why = missing?.available === false ? missing.reason : tools === undefined ? said('{0} does not run where the tools of the workspace are, so the run goes on without them.', model.card.name) : settings.resume !== undefined ? said('A run that goes on from another one has no tools.') : null;
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
  } else if (end === 'ended') context.emit({ type: 'notice', code: 'empty-answer', message: said('The model ended its turn without an answer. Ask again, or give it more thinking tokens.') });
  else if (end === 'truncated') context.emit({ type: 'notice', code: 'no-answer', message: said('The solution budget ended before there was an answer. Raise it and continue.') });
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
