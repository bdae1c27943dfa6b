/**
 * A survey of a run: at every place of measurement, what every signal says and what the answer would be if the thoughts ended there. It
 * costs several times the run, so nothing of it is charged; it is for learning what signals are worth, never for a person who waits.
 */
import { cleanAnswer, closingText } from './answer.ts';
import { greedy, type RunContext } from './context.ts';
import type { Probe } from './port.ts';
import { askTrial, attempt, LONGEST, type SaidTrial } from './probes.ts';
import { figure } from './signals/figure.ts';

const WHO = 'survey';

export async function survey(context: RunContext): Promise<void> {
  const { model, ledger, measuring } = context;
  const format = model.card.thinking;
  if (!format || !model.card.capabilities.probe.available) return;
  const atToken = ledger.usage.thinking;
  const trial = await askTrial(context, LONGEST);
  if (!trial) return;
  const { probe, confidence } = trial;
  context.emit({ type: 'probe', policy: WHO, atToken, text: probe.text, answer: trial.answer, ...costOf(probe), ...(confidence ? { confidence: figure(confidence.arithmetic) } : {}), ...(trial.closed ? { closed: true } : {}), free: true });
  if (confidence) {
    measuring.tell({ signal: 'trial-answer-confidence', value: confidence.arithmetic }, atToken);
    measuring.tell({ signal: 'trial-answer-confidence-geometric', value: confidence.geometric }, atToken);
  }
  const text = closingText(context.state.thoughts, format);
  const end = await wholeAnswer(context, text, trial);
  if (!end) return;
  context.emit({ type: 'probe', policy: WHO, atToken, text: end.text, answer: cleanAnswer(end.text, format), ...costOf(end), kind: 'whole-answer', ...(end.ended ? { closed: true } : {}), free: true });
  if (end.entropy !== undefined && Number.isFinite(end.entropy)) measuring.tell({ signal: 'entropy-after-end', value: end.entropy }, atToken);
}

/** A model that was trained for it gives its answer in a trial already, unless that was cut off. */
async function wholeAnswer(context: RunContext, text: string, { probe, closed }: SaidTrial): Promise<Probe | null> {
  if (context.model.card.effort === 'trained' && closed) return probe;
  return attempt(context, text, { sampler: greedy, seed: context.plan.seed, limit: context.ledger.budgets.solution });
}

function costOf({ injected, generated }: Probe): { injected: number; generated: number } {
  return { injected, generated };
}
