/** What a request is likely to come to, before it is sent and while it goes on: the most money and time its budgets allow. Pure; always an estimate. */
import type { Speed } from '../models/remote/speed.ts';
import { TOGETHER } from '../reasoning/strategies/sample-places.ts';
import type { Budgets } from '../trace/events.ts';
import type { RunView } from '../trace/view.ts';
import { costOf, type Price } from './cost.ts';

export interface Planned {
  /** Tokens of the prompt, about. */
  readonly prompt: number;
  readonly budgets: Pick<Budgets, 'thinking' | 'solution'>;
  readonly samples: number;
}

/**
 * The most it can cost: all budgets spent, and the thoughts ended by their budget, which sends the prompt again with the thoughts. Trial answers send it
 * more often and are not in it.
 */
export function mostCost({ prompt, budgets: { thinking, solution }, samples }: Planned, price: Price): number {
  const sent = prompt + (thinking > 0 ? prompt + thinking : 0);
  return (samples * (sent * price.prompt + (thinking + solution) * price.output)) / 1_000_000;
}

/** The most milliseconds it can take, by the speed measured so far; samples go side by side. */
export function mostTime({ prompt, budgets: { thinking, solution } }: Planned, { firstMs, perPromptTokenMs, perTokenMs }: Speed): number {
  const requests = thinking > 0 ? 2 : 1;
  const sent = prompt + (thinking > 0 ? prompt + thinking : 0);
  return requests * firstMs + sent * perPromptTokenMs + (thinking + solution) * perTokenMs;
}

/** What a live run has cost by now, the requests under way included. */
export function costSoFar(view: RunView, price: Price): number {
  const ended = view.requests ?? { count: 0, prompt: 0, cached: 0, thinking: 0, solution: 0, probes: 0, samples: 0, estimated: true };
  const { prompt, thinking, solution } = view.usage;
  // A request under way sends the prompt, and all that was thought before it where it is not the first.
  const sent = view.outcome === null && view.started !== null ? prompt + ended.thinking : 0;
  const beside = samplesUnderWay(view);
  const own = { ...ended, prompt: ended.prompt + sent + beside * prompt, thinking: Math.max(thinking, ended.thinking), solution: Math.max(solution, ended.solution) };
  return costOf({ ...own, samples: own.samples + beside * (thinking + solution) }, price).total;
}

/** Further samples that are being drawn. None tells its tokens before it is over, so each is taken to be as far as the watched one. */
function samplesUnderWay({ started, outcome, samples }: RunView): number {
  if (started === null || outcome !== null || started.sampling === 'particles') return 0;
  const others = (started.samples ?? 1) - 1;
  const over = samples.filter(({ index }) => index > 0).length;
  return Math.max(0, Math.min(others - over, TOGETHER - 1));
}

/** What it would still take to end the thoughts now and have the answer: the prompt with the thoughts once more, and the rest of the solution's budget. */
export function costToFinish({ usage, budgets, phase }: RunView, price: Price): number {
  const sent = phase === 'thinking' ? usage.prompt + usage.thinking : 0;
  return (sent * price.prompt + Math.max(0, budgets.solution - usage.solution) * price.output) / 1_000_000;
}

/** ask: soon at the cap; finish: ending now would just about stay within it. */
export type CapStep = 'go-on' | 'ask' | 'finish';

/** Share of the cap at which the person is asked, so that there is time to answer. */
const ASK_AT = 0.75;

/** Only thoughts can be ended early; an answer under way is let be. */
export function capStep(view: RunView, price: Price, cap: number): CapStep {
  if (view.outcome !== null || view.phase !== 'thinking') return 'go-on';
  const least = costSoFar(view, price) + costToFinish(view, price);
  return least >= cap ? 'finish' : least >= cap * ASK_AT ? 'ask' : 'go-on';
}
