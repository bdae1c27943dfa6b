/** What happens before the first thought, and how it is told: a plan of parts, the `started` event, budgets that had to shrink. */
import { TRACE_VERSION, type Decision } from '../trace/events.ts';
import type { Calibration } from './calibration.ts';
import type { RunContext } from './context.ts';
import { thresholdsOf } from './exits/spec.ts';
import type { Plan } from './plan.ts';
import type { RunInput } from './run-input.ts';
import { askedByPlan, planFirst, planned, planTokens } from './strategies/plan-first.ts';
import { said } from '../trace/said.ts';

export function emitStarted(context: RunContext, calibration: Calibration | undefined, time: string): void {
  const { settings, plan, session } = context;
  const { card } = context.model;
  context.emit({
    type: 'started',
    version: TRACE_VERSION,
    time,
    model: { id: card.id, name: card.name, backend: card.backend, ...(card.hash === undefined ? {} : { hash: card.hash }), ...(card.origin === undefined ? {} : { origin: card.origin }) },
    task: { question: settings.question, ...(settings.context ? { context: settings.context } : {}), ...(settings.attached?.length ? { attached: [...settings.attached] } : {}), ...(settings.history?.length ? { history: [...settings.history] } : {}) },
    prompt: { text: session.prompt.text, tokens: session.prompt.tokens, estimated: session.prompt.estimated },
    ...(card.tokenCounts === 'counted' ? { tokenCounts: card.tokenCounts } : {}),
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

export interface Ahead {
  readonly decision: Decision;
  readonly probed: number;
}

/** The question with its parts, where they were wanted and the model gave any. */
export async function withParts({ settings, model, control, emit }: RunInput, plan: Plan): Promise<{ readonly plan: Plan; readonly ahead: Ahead | null }> {
  if (settings.planFirst !== true || !plan.think || plan.infill || plan.survey || settings.resume) return { plan, ahead: null };
  const { thinking } = plan.budgets;
  const found = await planFirst(plan.messages, model, planTokens(thinking), plan.seed, control.stop);
  if (found.parts.length === 0) {
    emit({ type: 'notice', code: 'no-parts', message: said('{0} gave no list of parts that could be read, so the question was asked as it is.', model.card.name) });
    return { plan, ahead: null };
  }
  const { tokens, decision } = planned(found, Math.max(0, thinking - found.tokens));
  return { plan: { ...plan, messages: askedByPlan(plan.messages, found.parts, tokens) }, ahead: { decision, probed: found.tokens } };
}

/** What was done before the run could begin, and what it cost. */
export function tellAhead({ ledger, emit }: RunContext, { decision, probed }: Ahead): void {
  if (ledger.canProbe(probed)) ledger.chargeProbe(probed);
  emit({ type: 'decision', decision });
}

/** Figures that came from the effort shrink to the room there is; the person is told, because a lower number than usual looks odd. */
export function tellFitted(context: RunContext, plan: Plan): void {
  const { thinking, solution } = context.ledger.budgets;
  if (thinking === plan.budgets.thinking && solution === plan.budgets.solution) return;
  const message = said('The effort would give {0} thinking and {1} solution tokens; the model’s context has room for {2} and {3}.', plan.budgets.thinking, plan.budgets.solution, thinking, solution);
  context.emit({ type: 'notice', code: 'budgets-fitted', message });
}
