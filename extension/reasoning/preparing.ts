/** From a plan and an open session to what the parts of a run share. */
import { closingText } from './answer.ts';
import { BudgetLedger } from './budget.ts';
import { signalsOfBudgetEnd } from './budget-end.ts';
import type { Calibration } from './calibration.ts';
import { initialState, uninterrupted, type Clock, type Deadlines, type RunContext } from './context.ts';
import { expectedThinking } from './effort.ts';
import { buildExit, entropyWeight } from './exits/build.ts';
import { signalsOf } from './exits/spec.ts';
import { Measuring } from './measuring.ts';
import { Phases } from './phases.ts';
import { fitBudgets, type Plan } from './plan.ts';
import type { Session } from './port.ts';
import { ProbeMemory } from './probes.ts';
import type { RunInput } from './run-input.ts';
import { signalScales } from './signals/scales.ts';
import { asksForTools } from './tools/request.ts';

/** Share of the seconds that thinking may use; the rest is the answer's. */
const THINKING_SHARE_OF_SECONDS = 0.75;

export function prepare(input: RunInput, plan: Plan, calibration: Calibration | undefined, session: Session, timersOff: AbortSignal, asksTools: boolean): RunContext {
  const { card } = input.model;
  const closingReserve = card.thinking ? input.model.countTokens(closingText('x', card.thinking)) : 0;
  const budgets = fitBudgets(plan, input.settings, card, session.prompt.tokens, closingReserve);
  const ledger = new BudgetLedger({ budgets, prompt: session.prompt.tokens, contextLength: card.contextLength, closingReserve }, session.prompt.estimated && card.tokenCounts !== 'counted');
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
export function turnOf(input: RunInput, before: RunContext, plan: Plan, calibration: Calibration | undefined, session: Session): RunContext {
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
